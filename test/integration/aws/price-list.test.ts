/** AWS's price list, from a server that answers as its query API does. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { AwsPriceList } from "../../../src/aws/account/price-list";
import { AwsClients } from "../../../src/aws/clients";
import type { PriceWants } from "../../../src/ports";

interface Question {
  readonly ServiceCode: string;
  readonly Filters: readonly { readonly Field: string; readonly Value: string }[];
  readonly NextToken?: string;
}
type Answer = { readonly PriceList: readonly string[]; readonly NextToken?: string } | number | "silence";

let server: Server;
let clients: AwsClients;
let answer: (question: Question) => Answer;
const asked: Question[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const question = JSON.parse(body) as Question;
      asked.push(question);
      const found = answer(question);
      if (found === "silence") return;
      if (typeof found === "number") {
        response.writeHead(found, { "content-type": "application/x-amz-json-1.1" });
        response.end(JSON.stringify({ __type: "AccessDeniedException", Message: "no" }));
      } else {
        response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
        response.end(JSON.stringify(found));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  clients = new AwsClients({
    region: "eu-west-1",
    endpointUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    version: "0",
  });
});

beforeEach(() => {
  asked.length = 0;
});

afterAll(async () => {
  await clients.close();
  server.closeAllConnections();
  server.close();
});

/** A product with its terms: a free first part where there are two prices. */
function product(usagetype: string, ...usd: readonly string[]): string {
  const priceDimensions = Object.fromEntries(
    usd.map((USD, index) => [
      `SKU.JRTCKXETXF.${index}`,
      { unit: "Hrs", beginRange: String(index * 100), endRange: "Inf", pricePerUnit: { USD } },
    ]),
  );
  return JSON.stringify({
    product: { productFamily: "Compute", sku: "SKU", attributes: { usagetype, regionCode: "eu-west-1" } },
    serviceCode: "AmazonECS",
    terms: { OnDemand: { "SKU.JRTCKXETXF": { priceDimensions, sku: "SKU" } }, Reserved: {} },
    version: "20261101000000",
  });
}

const nothing: PriceWants = { instances: [], databases: [], caches: [] };

const ask = (wants = nothing, known: readonly string[] = [], region = "eu-west-1", milliseconds = 5_000) =>
  new AwsPriceList(clients).ask(region, wants, new Set(known), AbortSignal.timeout(milliseconds));

const filtersOf = ({ Filters }: Question): Readonly<Record<string, string>> =>
  Object.fromEntries(Filters.map(({ Field, Value }) => [Field, Value]));

test("each price is that of the product that is meant, over all pages, and of no other", async () => {
  answer = ({ ServiceCode, NextToken, ...question }) => {
    const { productFamily } = filtersOf({ ServiceCode, ...question });
    if (ServiceCode === "AmazonECS" && NextToken === undefined) {
      return {
        PriceList: [
          product("EU-ECS-EC2-vCPU-Hours", "0"),
          product("EU-Fargate-Windows-vCPU-Hours:perCPU", "0.0465"),
          product("EU-Fargate-vCPU-Hours:perCPU", "0.0405"),
          product("EU-SpotUsage-Fargate-vCPU-Hours:perCPU", "0.0121"),
        ],
        NextToken: "more",
      };
    }
    if (ServiceCode === "AmazonECS")
      return { PriceList: [product("EU-Fargate-ARM-GB-Hours", "0.0036", "0.001")] };
    if (productFamily === "Load Balancer-Application") {
      return {
        PriceList: [product("EU-TS-LoadBalancerUsage", "0.0056"), product("EU-LoadBalancerUsage", "0.0252")],
      };
    }
    return { PriceList: [] };
  };
  expect(await ask()).toEqual({
    "fargate X86_64 vcpu": 0.0405,
    "fargate ARM64 memory": 0.0036,
    "load balancer": 0.0252,
  });
  expect(new Set(asked.map((question) => filtersOf(question)["regionCode"]))).toEqual(new Set(["eu-west-1"]));
});

test("in us-east-1 usage types have no prefix", async () => {
  answer = ({ ServiceCode }) => ({
    PriceList:
      ServiceCode === "AWSELB"
        ? [product("TS-LoadBalancerUsage", "0.0056"), product("LoadBalancerUsage", "0.0225")]
        : [],
  });
  expect(await ask(nothing, [], "us-east-1")).toEqual({
    "load balancer": 0.0225,
    "network balancer": 0.0225,
  });
});

test("types of a plan are asked for by engine; what is known is not asked for", async () => {
  answer = (question) => {
    const { instanceType, databaseEngine, cacheEngine } = filtersOf(question);
    if (databaseEngine !== undefined)
      return { PriceList: [product(`EU-InstanceUsage:${instanceType}`, "0.018")] };
    if (cacheEngine !== undefined) return { PriceList: [product(`EU-NodeUsage:${instanceType}`, "0.014")] };
    return { PriceList: [product(`EU-BoxUsage:${instanceType}`, "0.0046")] };
  };
  const wants: PriceWants = {
    instances: ["t4g.nano"],
    databases: [
      { engine: "postgres", type: "db.t4g.micro" },
      { engine: "mariadb", type: "db.t4g.micro" },
    ],
    caches: [{ engine: "valkey", type: "cache.t4g.micro" }],
  };
  expect(await ask(wants, ["database postgres db.t4g.micro"])).toEqual({
    "instance t4g.nano": 0.0046,
    "database mariadb db.t4g.micro": 0.018,
    "cache valkey cache.t4g.micro": 0.014,
  });
  expect(asked.map((question) => filtersOf(question)["databaseEngine"])).not.toContain("PostgreSQL");
});

test("refused, silent or of a form of its own, the list says nothing, and what did answer counts", async () => {
  answer = ({ ServiceCode }) => {
    if (ServiceCode === "AmazonECS") return 400;
    if (ServiceCode === "AWSELB") return "silence";
    if (ServiceCode === "AmazonVPC") return { PriceList: ["{}", JSON.stringify({ product: 1 })] };
    return { PriceList: [product("EU-NatGateway-Hours", "0.048")] };
  };
  expect(await ask(nothing, [], "eu-west-1", 500)).toEqual({ "NAT gateway": 0.048 });
  expect(await ask(nothing, [], "cn-north-1")).toEqual({});
});
