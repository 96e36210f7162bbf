/** The prices that an estimate counts by, and what AWS's price list changes in them. */
import type { ListPrices, PriceWants } from "../../ports/prices";
import type { StackResource } from "../../ports";
import { prices } from "./prices";
import { regionalAsOf, regionalPrices } from "./regional-prices";

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

/** The table that comes with the program: of the region, or of us-east-1 where those of the region are not known here. */
export function pricesOf(region: string): PriceTable {
  const own = regionalPrices[region];
  if (own === undefined) return prices;
  const [vcpu, memory, armVcpu, armMemory, fargateDisk] = own.fargate;
  const [loadBalancer, natGateway, interfaceEndpoint] = own.network;
  const [disk, databaseStorage] = own.storage;
  return {
    ...prices,
    ...{ region, regions: [region], asOf: regionalAsOf, source: "AWS's price lists, on demand" },
    fargate: { X86_64: { vcpu, memory }, ARM64: { vcpu: armVcpu, memory: armMemory } },
    ...{ fargateDisk, loadBalancer, networkBalancer: loadBalancer, natGateway, interfaceEndpoint },
    ...{ disk, databaseStorage, alarm: own.alarm ?? prices.alarm },
    instances: Object.assign(
      {},
      ...Object.entries(own.instances).map(([family, usd]) =>
        named(
          Object.keys(prices.instances).filter((type) => type.startsWith(`${family}.`)),
          usd,
        ),
      ),
    ) as ByName,
    databases: named(Object.keys(prices.databases), own.databases),
    mysqlDatabases: named(Object.keys(prices.mysqlDatabases), own.mysqlDatabases),
    caches: named(Object.keys(prices.caches), own.caches),
  };
}

function named(names: readonly string[], usd: readonly (number | undefined)[]): ByName {
  return Object.fromEntries(
    names.flatMap((name, n) => {
      const price = usd[n];
      return price === undefined ? [] : [[name, price] as const];
    }),
  );
}

/** The table with what the list says in the place of its own; what the list leaves out keeps the table's price. */
export function tableOf({ region, asOf, usd }: ListPrices): PriceTable {
  const table = pricesOf(region);
  const get = (name: string, otherwise: number): number => usd[name] ?? otherwise;
  const { X86_64: intel, ARM64: arm } = table.fargate;
  return {
    ...table,
    ...{ region, regions: [region], asOf, source: "AWS's price list, on demand" },
    fargate: {
      X86_64: {
        vcpu: get("fargate X86_64 vcpu", intel.vcpu),
        memory: get("fargate X86_64 memory", intel.memory),
      },
      ARM64: { vcpu: get("fargate ARM64 vcpu", arm.vcpu), memory: get("fargate ARM64 memory", arm.memory) },
    },
    fargateDisk: get("fargate disk", table.fargateDisk),
    loadBalancer: get("load balancer", table.loadBalancer),
    networkBalancer: get("network balancer", table.networkBalancer),
    natGateway: get("NAT gateway", table.natGateway),
    publicAddress: get("public address", table.publicAddress),
    interfaceEndpoint: get("interface endpoint", table.interfaceEndpoint),
    disk: get("disk", table.disk),
    databaseStorage: get("database storage", table.databaseStorage),
    instances: { ...table.instances, ...below(usd, "instance ") },
    databases: { ...table.databases, ...below(usd, "database postgres ") },
    mysqlDatabases: { ...table.mysqlDatabases, ...below(usd, "database mysql ") },
    mariadbDatabases: { ...table.mysqlDatabases, ...below(usd, "database mariadb ") },
    caches: { ...table.caches, ...below(usd, "cache redis ") },
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
