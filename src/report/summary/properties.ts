/** Inputs of AWS's resources that are set by a key of the compose file, or by a setting of the mode. */
import { listOf, recordOf } from "../../defined";
import { kindOfEngine, storeOfResource, stores, type StoreDescriptor, type StoreInputs } from "../../stores";
import { runWords } from "./schedule";
import { containerPorts, shown } from "./values";

/** A key below its service, or, where it begins with `x-berth.`, the project's. */
export interface PropertyWords {
  readonly key: string;
  /** @default as it is */
  readonly form?: (value: unknown) => string | undefined;
}

const gigabytes = (value: unknown): string | undefined =>
  value === undefined ? undefined : `${shown(value) ?? ""} GB`;
const days = (value: unknown): string | undefined =>
  value === undefined ? undefined : `${shown(value) ?? ""} days`;

/** `FARGATE_SPOT` and `FARGATE` by their weights, as ECS has them. */
const capacity = (value: unknown): string | undefined =>
  listOf(value).length === 0
    ? undefined
    : listOf(value)
        .map(recordOf)
        .map(({ capacityProvider, base, weight }) => {
          const name = String(capacityProvider);
          const words = name === "FARGATE_SPOT" ? "Spot" : name === "FARGATE" ? "on demand" : name;
          return `${words} ${base === undefined || base === 0 ? "" : `at least ${shown(base) ?? ""}, `}weight ${shown(weight) ?? "0"}`;
        })
        .join("; ");
/** A schedule is paused by no replicas. */
const paused = (value: unknown): string => (value === "DISABLED" ? "0" : "1");
/** A version of a static site, as people see it. */
const version = (value: unknown): string | undefined => shown(value)?.slice(0, 12);
const paths = (value: unknown): string =>
  listOf(value)
    .map((behavior) => String(recordOf(behavior)["pathPattern"]))
    .filter((path) => !path.endsWith("*"))
    .join(", ");
const logs = (value: unknown): string | undefined => shown(recordOf(value)["enabled"]);

/** `shop.example.com/api, shop.example.com/api/*` of what a listener's rule takes: each host with each path. */
const addresses = (value: unknown): string | undefined => {
  const texts = (kind: string): readonly string[] =>
    listOf(value).flatMap((condition) => listOf(recordOf(recordOf(condition)[kind])["values"]).map(String));
  const [hosts, ways] = [texts("hostHeader"), texts("pathPattern")];
  const all =
    hosts.length === 0
      ? ways
      : hosts.flatMap((host) => (ways.length === 0 ? [host] : ways.map((way) => host + way)));
  return all.join(", ") || undefined;
};
/** What a listener's rule does with a request. */
const answers = (value: unknown): string =>
  listOf(value)
    .map((action) => recordOf(recordOf(action)["redirect"])["host"])
    .map((host) => (typeof host === "string" ? `redirected to ${host}` : "answered by the service"))
    .join(", ");
const names = (value: unknown): string | undefined => listOf(value).map(String).join(", ") || undefined;

const rows: Readonly<Record<string, Readonly<Record<string, PropertyWords>>>> = {
  "aws:ecs/service:Service": {
    desiredCount: { key: "deploy.replicas" },
    capacityProviderStrategies: { key: "x-berth.capacity", form: capacity },
    deploymentMinimumHealthyPercent: { key: "x-berth.minimumHealthyPercent" },
    deploymentMaximumPercent: { key: "deploy.update_config.order" },
    deploymentConfiguration: { key: "x-rollout" },
    healthCheckGracePeriodSeconds: { key: "healthcheck.start_period" },
    loadBalancers: { key: "ports", form: containerPorts },
    networkConfiguration: { key: "networks" },
    enableExecuteCommand: { key: "x-berth.execEnabled" },
  },
  "aws:appautoscaling/target:Target": {
    minCapacity: { key: "x-autoscaling.min" },
    maxCapacity: { key: "x-autoscaling.max" },
  },
  "aws:lb/targetGroup:TargetGroup": {
    port: { key: "ports" },
    healthCheck: { key: "healthcheck" },
    protocolVersion: { key: "ports.app_protocol" },
    deregistrationDelay: { key: "x-berth.deregistrationDelay" },
    stickiness: { key: "x-sticky" },
  },
  "aws:lb/listenerRule:ListenerRule": {
    conditions: { key: "x-domains", form: addresses },
    actions: { key: "x-domains", form: answers },
  },
  "aws:scheduler/schedule:Schedule": {
    scheduleExpression: { key: "x-schedule" },
    scheduleExpressionTimezone: { key: "x-schedule.timezone" },
    state: { key: "deploy.replicas", form: paused },
  },
  "aws:sfn/stateMachine:StateMachine": { definition: { key: "x-schedule", form: runWords } },
  "aws:s3/bucketObjectv2:BucketObjectv2": { content: { key: "files", form: version } },
  "aws:cloudfront/function:Function": { code: { key: "x-static" } },
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": {
    customHeadersConfig: { key: "x-static.headers" },
    securityHeadersConfig: { key: "x-static.headers" },
    corsConfig: { key: "x-static.headers" },
  },
  "aws:cloudfront/distribution:Distribution": {
    defaultRootObject: { key: "x-static.index" },
    aliases: { key: "x-domains", form: names },
    orderedCacheBehaviors: { key: "x-path of other services", form: paths },
  },
  "aws:lb/loadBalancer:LoadBalancer": {
    idleTimeout: { key: "x-berth.albIdleTimeout" },
    enableDeletionProtection: { key: "x-berth.albDeletionProtection" },
    accessLogs: { key: "x-berth.albAccessLogs", form: logs },
  },
  "aws:cloudwatch/logGroup:LogGroup": { retentionInDays: { key: "x-berth.logRetention", form: days } },
};

/** `max_connections=200 (from the next start on), work_mem=16384` */
const parameterList = (value: unknown): string | undefined =>
  listOf(value)
    .map(recordOf)
    .map(({ name, value: set, applyMethod }) => {
      const late = applyMethod === "pending-reboot" ? " (from the next start on)" : "";
      return `${String(name)}=${shown(set) ?? ""}${late}`;
    })
    .join(", ") || undefined;

/** Forms of inputs of stores, whose keys are those of their descriptors. */
const storeForms: Readonly<Record<string, PropertyWords["form"]>> = {
  allocatedStorage: gigabytes,
  maxAllocatedStorage: gigabytes,
  backupRetentionPeriod: days,
  snapshotRetentionLimit: days,
};

/** What sets an input of a store's resource: a key of the service, an option of the store's, a setting. */
function storeWords(type: string, property: string, inputs: StoreInputs): PropertyWords | undefined {
  if (type.endsWith("/parameterGroup:ParameterGroup") && property === "parameters") {
    const kind = kindOfEngine(String(inputs["family"]).replace(/[\d.x]+$/, ""));
    return kind && { key: `${stores[kind].keys[0]}.parameters`, form: parameterList };
  }
  const store = storeOfResource(type, inputs);
  if (store === undefined) return undefined;
  const key = keyOf(store, property);
  const form = storeForms[property];
  return key === undefined ? undefined : { key, ...(form === undefined ? {} : { form }) };
}

function keyOf(store: StoreDescriptor, property: string): string | undefined {
  // How many nodes there are is the mode's more often than the file's.
  if (property === "numCacheClusters") return "x-berth.redisNodes";
  if (property === "deletionProtection") return `x-berth.${store.deletionProtection ?? ""}`;
  const source = store.sources.find(({ inputs }) => inputs.test(property));
  if (source !== undefined) return source.key;
  const [option] = Object.entries(store.options).find(([, { inputs }]) => inputs?.test(property)) ?? [];
  if (option !== undefined) return `${store.keys[0]}.${option}`;
  const { settings = [] } = store.settings.find(({ inputs }) => inputs.test(property)) ?? {};
  const own = settings.find((name) => name.toLowerCase().endsWith(property.toLowerCase())) ?? settings[0];
  return own === undefined ? undefined : `x-berth.${own}`;
}

/** The words of an input; `undefined` where no key sets it. @param inputs - the resource's */
export function wordsOf(type: string, property: string, inputs: StoreInputs): PropertyWords | undefined {
  return rows[type]?.[property] ?? storeWords(type, property, inputs);
}

/** Inputs that say nothing to a person: what follows from something else, or is made up. */
export const silent: readonly string[] = [
  "tags",
  "tagsAll",
  "taskDefinition",
  "forceNewDeployment",
  "triggers",
];
