import { makeLogger } from "../../../../src/log";
import type { PriceWants } from "../../../../src/ports";
import { costLine, monthlyCost } from "../../../../src/report/cost/cost";
import { listPrices } from "../../../../src/report/cost/list-prices";
import { priceWants, pricesOf, tableOf } from "../../../../src/report/cost/price-table";
import { prices } from "../../../../src/report/cost/prices";
import { systemClock } from "../../../../src/wiring/clock";

type Found = Readonly<Record<string, number>>;

const texts = new Map<string, string>();
const asked: { readonly wants: PriceWants; readonly known: readonly string[] }[] = [];
let now = Date.UTC(2026, 10, 29);
let found: Found | Error = {};

beforeEach(() => {
  texts.clear();
  asked.length = 0;
  now = Date.UTC(2026, 10, 29);
});

const nat = { urn: "urn::nat", type: "aws:ec2/natGateway:NatGateway", name: "nat" };
const database = { urn: "urn::db", type: "aws:rds/instance:Instance", name: "db" };
const steps = [
  { ...nat, inputs: {}, dependsOn: [], protect: false },
  {
    ...database,
    inputs: { engine: "mariadb", instanceClass: "db.t4g.micro", allocatedStorage: 20 },
    dependsOn: [],
    protect: false,
  },
];

function read(region = "eu-west-1") {
  return listPrices(steps, region, {
    prices: () =>
      Promise.resolve({
        ask: (_region, wants, known) => {
          asked.push({ wants, known: [...known] });
          return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
        },
      }),
    records: () =>
      Promise.resolve({
        read: (key) => Promise.resolve(texts.get(key)),
        write: (key, text) => Promise.resolve(void texts.set(key, text)),
        version: () => Promise.resolve(undefined),
        versions: () => Promise.resolve(new Map()),
        create: () => Promise.resolve(false),
        list: () => Promise.resolve([]),
        remove: () => Promise.resolve(),
      }),
    clock: { ...systemClock, now: () => now },
    log: makeLogger("silent"),
  });
}

test("an estimate counts by the list of the stack's region, and says so", async () => {
  found = { "NAT gateway": 0.048, "database mariadb db.t4g.micro": 0.02, "database storage": 0.127 };
  const table = await read();
  const cost = monthlyCost(steps, "eu-west-1", undefined, table);
  expect(cost.lines.map(({ what, usd }) => [what, usd])).toEqual([
    ["MariaDB db.t4g.micro", 14.6],
    ["20 GB of database storage", 2.54],
    ["NAT gateway", 35.04],
  ]);
  expect(costLine(cost)).toContain(
    "about $52 a month in eu-west-1 before anybody uses it: list prices of 2026-11-29",
  );
  expect(asked[0]?.wants.databases).toEqual([{ engine: "mariadb", type: "db.t4g.micro" }]);
});

test("what the list leaves out keeps the table's price", async () => {
  found = { "NAT gateway": 0.048 };
  expect(await read()).toMatchObject({
    natGateway: 0.048,
    publicAddress: prices.publicAddress,
    key: prices.key,
  });
});

test("an answer is taken for a month; only what is new is asked for", async () => {
  found = { "NAT gateway": 0.048 };
  await read();
  found = { "database storage": 0.127 };
  expect(await read()).toMatchObject({ natGateway: 0.048, databaseStorage: 0.127, asOf: "2026-11-29" });
  expect(asked[1]?.known).toEqual(["NAT gateway"]);
  now += 31 * 24 * 3_600_000;
  found = { "NAT gateway": 0.05 };
  expect(await read()).toMatchObject({ natGateway: 0.05, asOf: "2026-12-30" });
  expect(asked[2]?.known).toEqual([]);
});

test.each<[string, Found | Error]>([
  ["says nothing", {}],
  ["fails", new Error("no")],
])("the table counts where the list %s; nothing is kept", async (_what, answer) => {
  found = answer;
  expect(await read()).toBeUndefined();
  expect(texts.size).toBe(0);
});

test("an answer that was damaged is asked for again", async () => {
  texts.set("prices/eu-west-1.json", '{"at": "yesterday"');
  found = { "NAT gateway": 0.048 };
  expect(await read()).toMatchObject({ natGateway: 0.048 });
  expect(asked[0]?.known).toEqual([]);
});

test("where the list is not asked, nothing is read", async () => {
  const world = {
    records: () => Promise.reject(new Error("nobody asked")),
    clock: { ...systemClock, now: () => now },
    log: makeLogger("silent"),
  };
  expect(await listPrices(steps, "eu-west-1", world)).toBeUndefined();
  expect(
    await listPrices(steps, "eu-west-1", { ...world, prices: () => Promise.resolve(undefined) }),
  ).toBeUndefined();
});

test("an answer is kept for thirty days to the second, and not written again for nothing", async () => {
  const day = 24 * 3_600_000;
  found = { "NAT gateway": 0.048 };
  await read();
  const key = "prices/eu-west-1.json";
  const kept = texts.get(key);
  // What is written again would have lost this.
  texts.set(key, `${kept ?? ""}\n`);
  found = {};
  now += 30 * day - 1;
  expect(await read()).toMatchObject({ natGateway: 0.048, asOf: "2026-11-29" });
  expect(texts.get(key)).toBe(`${kept ?? ""}\n`);
  now += 1;
  expect(await read()).toBeUndefined();
});

test("what is asked for are the types of a plan's instances, databases and caches", () => {
  const step = (type: string, inputs: Readonly<Record<string, unknown>>) => ({ type, inputs });
  expect(
    priceWants([
      step("aws:ec2/launchTemplate:LaunchTemplate", { instanceType: "g5.xlarge" }),
      step("aws:ec2/launchTemplate:LaunchTemplate", { instanceType: "g5.xlarge" }),
      step("aws:ec2/launchTemplate:LaunchTemplate", {}),
      step("aws:rds/instance:Instance", { engine: "mysql", instanceClass: "db.t3.micro", nodeType: "x" }),
      step("aws:elasticache/replicationGroup:ReplicationGroup", { engine: "valkey", nodeType: "cache.a" }),
      step("aws:elasticache/replicationGroup:ReplicationGroup", { engine: "redis", nodeType: "cache.b" }),
      step("aws:elasticache/replicationGroup:ReplicationGroup", { nodeType: "cache.c" }),
      step("aws:other", { instanceType: "x", instanceClass: "x", nodeType: "x" }),
    ]),
  ).toEqual({
    instances: ["g5.xlarge"],
    databases: [{ engine: "mysql", type: "db.t3.micro" }],
    caches: [
      { engine: "valkey", type: "cache.a" },
      { engine: "redis", type: "cache.b" },
      { engine: "redis", type: "cache.c" },
    ],
  });
});

test("each price of the list is taken for what it is of, and the region's table for the rest", () => {
  const usd = {
    ...{ "instance g5.xlarge": 9, "database postgres db.t4g.micro": 8, "database mysql db.t4g.micro": 7 },
    ...{
      "database mariadb db.t4g.micro": 6,
      "cache redis cache.t4g.micro": 5,
      "cache valkey cache.t4g.micro": 4,
    },
    "load balancer": 3,
  };
  const table = tableOf({ region: "eu-central-1", asOf: "2026-11-29", usd });
  expect(table.instances).toMatchObject({ "g5.xlarge": 9, "t4g.nano": 0.0048 });
  expect(table.databases["db.t4g.micro"]).toBe(8);
  expect(table.mysqlDatabases["db.t4g.micro"]).toBe(7);
  expect(table.mariadbDatabases).toMatchObject({ "db.t4g.micro": 6, "db.t4g.small": 0.037 });
  expect(table.caches).toMatchObject({ "cache.t4g.micro": 5, "cache.t4g.small": 0.036 });
  expect(table.valkeyCaches).toEqual({ "cache.t4g.micro": 4 });
  expect([table.loadBalancer, table.networkBalancer, table.natGateway]).toEqual([3, 0.027, 0.052]);
});

test("what a region's list does not have is in no table", () => {
  expect(pricesOf("eu-west-3").databases).not.toHaveProperty(["db.m7g.large"]);
  expect(pricesOf("eu-west-1").instances).not.toHaveProperty(["g6.xlarge"]);
  expect(pricesOf("eu-west-1").instances).toMatchObject({ "g5.xlarge": 1.123, "t4g.micro": 0.0092 });
});
