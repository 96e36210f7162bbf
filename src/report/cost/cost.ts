/** What a plan's resources cost in a month while nobody uses them: a pure count over list prices. */
import type { ResourceStep, StackResource } from "../../ports";
import type { CostLine, MonthlyCost } from "../../ports/cost";
import { engineTitle } from "../../stores";
import { dataTypes, isReplica, type StoreType } from "../../stores/data-types";
import { cacheExtendedShare, cpusOf, supportOf, type SupportState } from "../../stores/support";
import { pricesOf, type PriceTable } from "./price-table";
import { alarmCharges } from "./alarms";
import { prices } from "./prices";
import { recordOf } from "../../defined";
import { numberOf } from "./values";

/** What a resource comes to: dollars for a month, or `undefined` where they are not known. */
interface Charge {
  readonly what: string;
  readonly usd: number | undefined;
  readonly note?: string;
  /** It exists only while something needs it. @default false */
  readonly passing?: boolean;
}

/** Of a plan, or of a state. */
type ExistingResource = StackResource & Partial<Pick<ResourceStep, "op">>;
/** A resource among the others of its plan. */
interface Billed {
  readonly step: ExistingResource;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The resource of that type which this one depends on, or which is beside it in its component. */
  readonly beside: (type: string) => ExistingResource | undefined;
  /** By which versions are billed for extended support. */
  readonly today: Date | undefined;
  readonly prices: PriceTable;
}

const usage: Readonly<Record<string, string>> = {
  "aws:lb/loadBalancer:LoadBalancer": "requests and bytes through the load balancer (LCUs)",
  "aws:cloudfront/distribution:Distribution":
    "requests and bytes through CloudFront beyond the free ones of each month (10 million, 1 TB)",
  "aws:cloudfront/function:Function": "requests of static sites beyond 2 million a month (functions)",
  "aws:ec2/natGateway:NatGateway": "bytes through the NAT gateway",
  "berth:aws:InterfaceEndpoints": "bytes through interface endpoints",
  "aws:efs/fileSystem:FileSystem": "what named volumes hold, read and write (EFS)",
  "aws:ecr/repository:Repository": "images in the registry, and the tasks that build them",
  "aws:cloudwatch/logGroup:LogGroup": "logs",
  "aws:s3/bucket:Bucket": "what buckets hold",
  "aws:rds/instance:Instance": "backups beyond the size of the database, and storage as it grows",
  "aws:sfn/stateMachine:StateMachine":
    "the tasks that schedules start, and the steps of Step Functions around them",
  "aws:appautoscaling/policy:Policy": "the tasks that scaling adds",
  "aws:sqs/queue:Queue": "alerts beyond the free ones (1,000 mails a month)",
};

/**
 * The estimate.
 *
 * @param steps - the resources of a plan; those that go are left out
 * @param region - where the stack is
 * @param today - by which versions are billed for extended support. @default none is
 * @param known - the prices to count by. @default the table of the region that comes with the program
 */
export function monthlyCost(
  steps: readonly ExistingResource[],
  region: string,
  today?: Date,
  known: PriceTable = pricesOf(region),
): MonthlyCost {
  // Engines end in orders of their own; an estimate does not.
  const existing = steps
    .filter(({ op }) => op !== "delete")
    .sort((a, b) => (a.urn < b.urn ? -1 : a.urn > b.urn ? 1 : 0));
  const byUrn = new Map(existing.map((step) => [step.urn, step]));
  const lines: CostLine[] = [];
  const unknown: Omit<CostLine, "usd">[] = [];
  for (const step of existing) {
    const beside = (type: string): ExistingResource | undefined => {
      const named = step.dependsOn
        .flatMap((urn) => byUrn.get(urn) ?? [])
        .filter((other) => other.type === type);
      return named.find(({ parent }) => parent === step.parent) ?? named[0];
    };
    const billed = { step, inputs: step.inputs, beside, today, prices: known };
    for (const { what, usd, ...more } of charges[step.type]?.(billed) ?? []) {
      const line = { urn: step.urn, name: step.name, what, ...more };
      if (usd === undefined) unknown.push(line);
      else if (usd > 0) lines.push({ ...line, usd: cents(usd) });
    }
  }
  const types = new Set(existing.map(({ type }) => type));
  return {
    currency: "USD",
    total: cents(lines.reduce((sum, { usd, passing }) => (passing === true ? sum : sum + usd), 0)),
    lines,
    unknown,
    notCounted: [
      ...Object.entries(usage).flatMap(([type, words]) => (types.has(type) ? [words] : [])),
      "traffic to the internet and between zones",
      "taxes, discounts and free tiers",
    ],
    region,
    prices: {
      region: known.regions.includes(region) ? region : known.region,
      ...{ asOf: known.asOf, source: known.source },
    },
  };
}

/** The sum of an estimate, without its lines. */
export type CostSum = Pick<MonthlyCost, "total" | "region"> & {
  readonly unknown: readonly Pick<CostLine, "what">[];
  readonly prices: Pick<MonthlyCost["prices"], "region" | "asOf">;
};

/** The line that a preview shows: `about $43 a month …`. */
export function costLine({ total, unknown, region, prices: { region: from, asOf } }: CostSum): string {
  const where =
    from === region ? ` in ${region}` : ` at ${from}'s prices (those of ${region} are not known here)`;
  const missing =
    unknown.length === 0 ? "" : `; without a known price: ${unknown.map(({ what }) => what).join(", ")}`;
  return `about $${Math.round(total)} a month${where} before anybody uses it: list prices of ${asOf}, without traffic, requests and what grows${missing}`;
}

function cents(usd: number): number {
  return Math.round(usd * 100) / 100;
}

function monthly(hourly: number | undefined, count = 1): number | undefined {
  return hourly === undefined ? undefined : hourly * prices.hours * count;
}

type Pricing = (billed: Billed) => readonly Charge[];

const charges: Readonly<Record<string, Pricing>> = {
  "aws:ecs/service:Service": fargate,
  "aws:lb/loadBalancer:LoadBalancer": balancer,
  "aws:ec2/natGateway:NatGateway": ({ prices }) => [{ what: "NAT gateway", usd: monthly(prices.natGateway) }],
  "aws:ec2/eip:Eip": ({ prices }) => [{ what: "public IPv4 address", usd: monthly(prices.publicAddress) }],
  "aws:ec2/vpcEndpoint:VpcEndpoint": (billed) =>
    billed.inputs["vpcEndpointType"] === "Interface"
      ? perZone(billed, "interface endpoint", billed.prices.interfaceEndpoint)
      : [],
  "aws:autoscaling/group:Group": instances,
  [dataTypes.database]: database,
  [dataTypes.cache]: cache,
  "aws:route53/zone:Zone": ({ prices }) => [{ what: "hosted zone", usd: prices.hostedZone }],
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": ({ prices }) => [
    { what: "private DNS namespace", usd: prices.hostedZone },
  ],
  "aws:servicediscovery/instance:Instance": (billed) => [
    { what: "name in Cloud Map", usd: billed.prices.registeredName },
  ],
  "aws:kms/key:Key": ({ prices }) => [{ what: "KMS key", usd: prices.key }],
  "aws:secretsmanager/secret:Secret": ({ prices }) => [{ what: "secret", usd: prices.secret }],
  "aws:cloudwatch/metricAlarm:MetricAlarm": alarmCharges,
} satisfies Readonly<Record<string, Pricing> & Record<StoreType, Pricing>>;

function balancer(billed: Billed): readonly Charge[] {
  const { inputs, prices } = billed;
  const network = inputs["loadBalancerType"] === "network";
  const what = network ? "network load balancer" : "load balancer";
  return [
    { what, usd: monthly(network ? prices.networkBalancer : prices.loadBalancer) },
    ...perZone(billed, `public IPv4 address of the ${what}`, prices.publicAddress),
  ];
}

/** What is billed once for each zone: as many as there are subnets, which a preview knows by its dependencies alone. */
function perZone({ step, inputs }: Billed, what: string, hourly: number): readonly Charge[] {
  const given = inputs["subnets"] ?? inputs["subnetIds"];
  const made = step.dependsOn.filter((urn) => urn.includes("aws:ec2/subnet:Subnet::"));
  const count = Array.isArray(given) ? given.length : made.length;
  if (count === 0) return [{ what, usd: undefined }];
  return [{ what: count === 1 ? what : `${count} × ${what}`, usd: monthly(hourly, count) }];
}

function fargate({ inputs, beside, prices }: Billed): readonly Charge[] {
  const capacity = providersOf(inputs["capacityProviderStrategies"]);
  const onInstances = capacity.some((name) => !name.startsWith("FARGATE")) || inputs["launchType"] === "EC2";
  const tasks = numberOf(inputs["desiredCount"]);
  const definition = beside("aws:ecs/taskDefinition:TaskDefinition")?.inputs ?? {};
  // Tasks on instances are billed with these.
  if (onInstances || tasks === 0) return [];
  const [cpu, memory] = [numberOf(definition["cpu"]), numberOf(definition["memory"])];
  if (tasks === undefined || cpu === undefined || memory === undefined) {
    return [{ what: "tasks on Fargate", usd: undefined }];
  }
  const architecture =
    recordOf(definition["runtimePlatform"])["cpuArchitecture"] === "ARM64" ? "ARM64" : "X86_64";
  const price = prices.fargate[architecture];
  const [vcpu, gigabytes] = [cpu / 1024, memory / 1024];
  const disk = Math.max((numberOf(recordOf(definition["ephemeralStorage"])["sizeInGib"]) ?? 20) - 20, 0);
  const hourly = vcpu * price.vcpu + gigabytes * price.memory + disk * prices.fargateDisk;
  const size = `${vcpu} vCPU and ${gigabytes} GB (${architecture})`;
  return [
    {
      what: tasks === 1 ? `a task of ${size}` : `${tasks} tasks of ${size}`,
      usd: monthly(hourly, tasks),
      ...(capacity.includes("FARGATE_SPOT") && {
        note: "at most: on Spot, whose price moves, up to 70 % less",
      }),
    },
  ];
}

function providersOf(strategies: unknown): readonly string[] {
  if (!Array.isArray(strategies)) return [];
  return strategies.map((strategy) => String(recordOf(strategy)["capacityProvider"]));
}

/** An auto scaling group: what it begins with, and no more. */
function instances({ inputs, beside, prices }: Billed): readonly Charge[] {
  const template = beside("aws:ec2/launchTemplate:LaunchTemplate")?.inputs ?? {};
  const type = typeof template["instanceType"] === "string" ? template["instanceType"] : "of an unknown type";
  const count = numberOf(inputs["desiredCapacity"]) ?? numberOf(inputs["minSize"]) ?? 0;
  const most = numberOf(inputs["maxSize"]) ?? count;
  const hourly = prices.instances[type];
  if (most === 0) return [];
  if (count === 0) {
    const note = `for each that runs: none while no task needs it, up to ${most}`;
    return [{ what: `instance ${type}`, usd: monthly(hourly, 1), note, passing: true }];
  }
  const what = count === 1 ? `instance ${type}` : `${count} × instance ${type}`;
  const note = most > count ? { note: `at least: up to ${most} of them as services ask for them` } : {};
  const gigabytes = disksOf(template["blockDeviceMappings"]);
  const disks = { what: `${gigabytes} GB of disk`, usd: prices.disk * gigabytes * count };
  return [{ what, usd: monthly(hourly, count), ...note }, ...(gigabytes === 0 ? [] : [disks])];
}

function disksOf(mappings: unknown): number {
  if (!Array.isArray(mappings)) return 0;
  return mappings.reduce<number>(
    (sum, mapping) => sum + (numberOf(recordOf(recordOf(mapping)["ebs"])["volumeSize"]) ?? 0),
    0,
  );
}

/** What a version past its standard support costs besides: for each virtual CPU, or as a share of the nodes. */
function extendedSupport(
  { inputs, today }: Billed,
  engine: string,
  hourly: (state: Required<Pick<SupportState, "perCpuHour">>) => number | undefined,
): readonly Charge[] {
  const version = String(inputs["engineVersion"]);
  if (today === undefined || /-disabled$/.test(String(inputs["engineLifecycleSupport"]))) return [];
  const { state, perCpuHour = 0 } = supportOf(engine, version, today);
  if (state !== "extended") return [];
  const what = `extended support of ${engineTitle(engine, engine)} ${version}`;
  return [{ what, usd: monthly(hourly({ perCpuHour })) }];
}

function database(billed: Billed): readonly Charge[] {
  const { beside, prices, step } = billed;
  const replica = isReplica(step);
  // A replica takes from its source what it does not say itself, but no standby.
  const inputs = replica ? { ...beside(step.type)?.inputs, multiAz: false, ...step.inputs } : billed.inputs;
  const type = String(inputs["instanceClass"]);
  const zones = inputs["multiAz"] === true ? 2 : 1;
  const gigabytes = numberOf(inputs["allocatedStorage"]) ?? 0;
  const [own, most] = [databasePrices(prices, inputs["engine"]), prices.databases];
  const hourly = own[type] ?? most[type];
  const note =
    own[type] === undefined && hourly !== undefined ? { note: "at most: the price of Postgres" } : {};
  const standby = replica ? " of a read replica" : zones === 2 ? " with a standby" : "";
  return [
    {
      what: `${engineTitle(inputs["engine"], "postgres")} ${type}${standby}`,
      usd: monthly(hourly, zones),
      ...note,
    },
    {
      what: `${gigabytes} GB of database storage${standby}`,
      usd: gigabytes === 0 ? undefined : prices.databaseStorage * gigabytes * zones,
    },
    ...extendedSupport(
      { ...billed, inputs },
      String(inputs["engine"]),
      ({ perCpuHour }) => perCpuHour * cpusOf(type) * zones,
    ),
  ];
}

function databasePrices(prices: PriceTable, engine: unknown): Readonly<Record<string, number>> {
  if (engine === "mariadb") return prices.mariadbDatabases ?? prices.mysqlDatabases;
  return engine === "mysql" ? prices.mysqlDatabases : prices.databases;
}

function cache(billed: Billed): readonly Charge[] {
  const { inputs, prices } = billed;
  const type = String(inputs["nodeType"]);
  const nodes = numberOf(inputs["numCacheClusters"]) ?? 1;
  const valkey = inputs["engine"] === "valkey";
  const [hourly, own] = [prices.caches[type], prices.valkeyCaches?.[type]];
  const each = !valkey ? hourly : (own ?? (hourly === undefined ? undefined : hourly * prices.valkeyShare));
  const what = `${engineTitle(inputs["engine"], "redis")} ${type}`;
  return [
    { what: nodes === 1 ? what : `${nodes} × ${what}`, usd: monthly(each, nodes) },
    ...extendedSupport(billed, String(inputs["engine"]), (state) =>
      each === undefined ? undefined : each * nodes * cacheExtendedShare(state),
    ),
  ];
}
