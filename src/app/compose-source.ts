/** From a resource's input that AWS refuses to the key of the compose file, or the setting, that it comes from. */
import type { SourceLocation } from "../errors";
import type { RefusedInput, Source } from "../ports";
import type { Project, Service } from "../model/project";
import { isStore, storeRows, stores, type StoreDescriptor, type StoreProperty } from "../stores";

/** Components that represent one compose service each, and have its name. */
const serviceComponents: ReadonlySet<string> = new Set([
  "berth:aws:ContainerService",
  "berth:aws:OneOffTask",
  "berth:aws:ScheduledTask",
  ...storeRows.map(({ component }) => component),
]);

/** The key of a service for a property of a type, the likelier first: the first that the file has is reported. */
interface Row {
  readonly type: string;
  readonly property: RegExp;
  readonly keys: readonly string[];
}

const container = String.raw`^containerDefinitions\[\d+\]\.`;
const sizes = ["deploy.resources", "cpus", "mem_limit", "mem_reservation"];

function row(type: string, property: RegExp | string, ...keys: readonly string[]): Row {
  return { type, property: typeof property === "string" ? new RegExp(property) : property, keys };
}

const serviceKeys: readonly Row[] = [
  row("ecs/taskDefinition", /^(cpu|memory)$/, ...sizes),
  row("ecs/taskDefinition", `${container}healthCheck\\.interval`, "healthcheck.interval", "healthcheck"),
  row("ecs/taskDefinition", `${container}healthCheck\\.timeout`, "healthcheck.timeout", "healthcheck"),
  row("ecs/taskDefinition", `${container}healthCheck\\.retries`, "healthcheck.retries", "healthcheck"),
  row(
    "ecs/taskDefinition",
    `${container}healthCheck\\.startPeriod`,
    "healthcheck.start_period",
    "healthcheck",
  ),
  row("ecs/taskDefinition", `${container}stopTimeout`, "stop_grace_period"),
  row("ecs/taskDefinition", `${container}portMappings`, "ports", "expose"),
  row("ecs/taskDefinition", `${container}image`, "image", "build"),
  row("ecs/taskDefinition", `${container}linuxParameters\\.capabilities`, "cap_add"),
  row("ecs/taskDefinition", `${container}linuxParameters\\.tmpfs`, "tmpfs", "volumes"),
  row("ecs/taskDefinition", `${container}systemControls`, "sysctls"),
  row("ecs/taskDefinition", /^ephemeralStorage/, "storage_opt"),
  row("ecs/taskDefinition", /mountPoints|^volumes/, "volumes"),
  row("ecs/taskDefinition", /environment|^containerDefinitions$/, "environment", "env_file", "configs"),
  row("ecs/service", /^loadBalancers/, "ports"),
  row("ecs/service", /securityGroups/, "depends_on", "environment", "networks"),
  row("ecs/service", /^desiredCount/, "deploy.replicas", "scale", "x-autoscaling", "x-defang-autoscaling"),
  row("ecs/service", /^healthCheckGracePeriod/, "healthcheck.start_period", "healthcheck"),
  row("lb/targetGroup", /^healthCheck\.interval/, "healthcheck.interval", "healthcheck"),
  row("lb/targetGroup", /^healthCheck\.timeout/, "healthcheck.timeout", "healthcheck"),
  row("lb/targetGroup", /^healthCheck\.unhealthyThreshold/, "healthcheck.retries", "healthcheck"),
  row("lb/targetGroup", /^healthCheck/, "healthcheck.test", "healthcheck"),
  row("lb/", /./, "ports", "x-domains"),
  row("acm/", /./, "x-domains", "networks"),
  row("route53/", /./, "x-domains", "networks", "ports"),
  row("scheduler/schedule", /^state/, "deploy.replicas", "scale"),
  row("scheduler/", /./, "x-schedule"),
  row("sfn/", /./, "x-schedule"),
  row("appautoscaling/", /./, "x-autoscaling", "x-defang-autoscaling"),
  row("iam/rolePolicyAttachment", /./, "x-policies", "x-defang-policies"),
  row("ssm/", /./, "environment", "secrets", "configs"),
  row("efs/", /./, "volumes"),
];

/** The setting of `x-berth` that decides a property. */
const settings: readonly Row[] = [
  row("cloudwatch/logGroup", /^retentionInDays/, "logRetention"),
  row("lb/targetGroup", /^deregistrationDelay/, "deregistrationDelay"),
  row("lb/loadBalancer", /^subnets/, "zones"),
  row("rds/subnetGroup", /^subnetIds/, "zones"),
  row("ecs/service", /^deployment(Minimum|Maximum)/, "minimumHealthyPercent"),
  row("ec2/(eip|natGateway)", /./, "natStrategy"),
];

function keysFor(table: readonly Row[], { type, property }: RefusedInput): readonly string[] {
  const token = type.split(":")[1] ?? "";
  return table
    .filter((item) => new RegExp(`^${item.type}`).test(token) && item.property.test(property))
    .flatMap(({ keys }) => keys);
}

/**
 * Tells where in a project an input of a resource comes from.
 *
 * @param locate - the place of a canonical path in the compose files
 * @param domain - whether names are published under a domain of the settings
 */
export function composeSources(
  project: Pick<Project, "services" | "coverage" | "overrides">,
  locate: (path: string) => SourceLocation | undefined,
  domain: boolean,
): (refused: RefusedInput) => Source | undefined {
  const services = new Map<string, Service>(project.services.map((service) => [service.name, service]));
  const covered = project.coverage.map(({ path }) => path);
  const has = (path: string): boolean =>
    covered.some((other) => other === path || other.startsWith(`${path}.`) || other.startsWith(`${path}[`));
  const at = (path: string): Source => {
    const location = locate(path);
    return { path, ...(location === undefined ? {} : { location }) };
  };
  return (refused) => {
    const service = services.get(refused.within.find(({ type }) => serviceComponents.has(type))?.name ?? "");
    const own = [...storeKeys(service, refused), ...keysFor(serviceKeys, refused)].find(
      (key) => service !== undefined && isWritten(service, key, has),
    );
    if (service !== undefined && own !== undefined) return at(`services.${service.name}.${own}`);
    const setting = [...storeSettings(service, refused), ...keysFor(settings, refused)].find(
      (key) => key in project.overrides,
    );
    if (setting !== undefined) return at(`x-berth.${setting}`);
    if (service !== undefined) return at(`services.${service.name}`);
    return domain && /^aws:(acm|route53)\//.test(refused.type) ? { path: "BERTH_DOMAIN" } : undefined;
  };
}

/** The row of the store that a refused resource holds the data of. */
function storeOf(service: Service | undefined, { type }: RefusedInput): StoreDescriptor | undefined {
  if (service === undefined || !isStore(service)) return undefined;
  const row = stores[service.kind];
  return row.type === type ? row : undefined;
}

function storeKeys(service: Service | undefined, refused: RefusedInput): readonly string[] {
  const row = storeOf(service, refused);
  if (row === undefined) return [];
  const { property } = refused;
  const options = Object.entries(row.options).filter(([, { inputs }]) => inputs?.test(property) === true);
  return [
    ...options.flatMap(([option]) => row.keys.map((key) => `${key}.${option}`)),
    ...row.sources.filter(({ inputs }) => inputs.test(property)).map(({ key }) => key),
  ];
}

function storeSettings(service: Service | undefined, refused: RefusedInput): readonly string[] {
  const rows = storeOf(service, refused)?.settings ?? [];
  return rows.filter(({ inputs }) => inputs.test(refused.property)).flatMap(({ settings: names }) => names);
}

function isWritten(service: Service, key: string, has: (path: string) => boolean): boolean {
  const [, extension = "", option] = /^(x-[a-z-]+)\.([a-z-]+)$/.exec(key) ?? [];
  if (option === undefined || !isStore(service)) return has(`services.${service.name}.${key}`);
  // No verdict is listed of a store's own options: what the model has kept of them says whether they are there.
  const property = stores[service.kind].options[option]?.property;
  const kept: Partial<Record<StoreProperty, unknown>> = service;
  return (
    has(`services.${service.name}.${extension}`) && property !== undefined && kept[property] !== undefined
  );
}
