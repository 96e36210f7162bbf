/** The prices that an estimate counts by, and what AWS's price list changes in them. */
import type { ListPrices, PriceWants } from "../../ports/prices";
import type { StackResource } from "../../ports";
import { prices } from "./prices";

type Widened<T> = {
  readonly [K in keyof T]: T[K] extends number
    ? number
    : T[K] extends string
      ? string
      : T[K] extends readonly string[]
        ? readonly string[]
        : Widened<T[K]>;
};

type ByName = Readonly<Record<string, number>>;

/** US dollars, on demand, without tax: an hour, or a month where `prices` says so. */
export type PriceTable = Omit<
  Widened<typeof prices>,
  "instances" | "databases" | "mysqlDatabases" | "caches"
> & {
  readonly instances: ByName;
  readonly databases: ByName;
  readonly mysqlDatabases: ByName;
  /** @default MySQL's */
  readonly mariadbDatabases?: ByName;
  readonly caches: ByName;
  /** @default a share of those of Redis */
  readonly valkeyCaches?: ByName;
};

/** What of a plan has a price by its type: the rest of the list is asked for whatever the plan has. */
export function priceWants(steps: readonly Pick<StackResource, "type" | "inputs">[]): PriceWants {
  const of = (type: string, key: string): readonly (readonly [engine: string, type: string])[] =>
    steps.flatMap(({ type: own, inputs: { [key]: value, engine } }) =>
      own === type && typeof value === "string" ? [[String(engine), value] as const] : [],
    );
  return {
    instances: [
      ...new Set(of("aws:ec2/launchTemplate:LaunchTemplate", "instanceType").map(([, type]) => type)),
    ],
    databases: of("aws:rds/instance:Instance", "instanceClass").map(([engine, type]) => ({ engine, type })),
    caches: of("aws:elasticache/replicationGroup:ReplicationGroup", "nodeType").map(([engine, type]) => ({
      engine: engine === "valkey" ? engine : "redis",
      type,
    })),
  };
}

/** The table with what the list says in the place of its own; what the list leaves out keeps its price of us-east-1. */
export function tableOf({ region, asOf, usd }: ListPrices): PriceTable {
  const get = (name: string, otherwise: number): number => usd[name] ?? otherwise;
  const { X86_64: intel, ARM64: arm } = prices.fargate;
  return {
    ...prices,
    ...{ region, regions: [region], asOf, source: "AWS's price list, on demand" },
    fargate: {
      X86_64: {
        vcpu: get("fargate X86_64 vcpu", intel.vcpu),
        memory: get("fargate X86_64 memory", intel.memory),
      },
      ARM64: { vcpu: get("fargate ARM64 vcpu", arm.vcpu), memory: get("fargate ARM64 memory", arm.memory) },
    },
    fargateDisk: get("fargate disk", prices.fargateDisk),
    loadBalancer: get("load balancer", prices.loadBalancer),
    networkBalancer: get("network balancer", prices.networkBalancer),
    natGateway: get("NAT gateway", prices.natGateway),
    publicAddress: get("public address", prices.publicAddress),
    interfaceEndpoint: get("interface endpoint", prices.interfaceEndpoint),
    disk: get("disk", prices.disk),
    databaseStorage: get("database storage", prices.databaseStorage),
    instances: { ...prices.instances, ...below(usd, "instance ") },
    databases: { ...prices.databases, ...below(usd, "database postgres ") },
    mysqlDatabases: { ...prices.mysqlDatabases, ...below(usd, "database mysql ") },
    mariadbDatabases: { ...prices.mysqlDatabases, ...below(usd, "database mariadb ") },
    caches: { ...prices.caches, ...below(usd, "cache redis ") },
    valkeyCaches: below(usd, "cache valkey "),
  };
}

function below(usd: ByName, prefix: string): ByName {
  return Object.fromEntries(
    Object.entries(usd).flatMap(([name, price]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), price] as const] : [],
    ),
  );
}
