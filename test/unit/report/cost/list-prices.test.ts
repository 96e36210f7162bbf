import { makeLogger } from "../../../../src/log";
import type { PriceWants } from "../../../../src/ports";
import { costLine, monthlyCost } from "../../../../src/report/cost/cost";
import { listPrices } from "../../../../src/report/cost/list-prices";
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
