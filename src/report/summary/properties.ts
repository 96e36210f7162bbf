/** Inputs of AWS's resources that stand for a key of the compose file, or for a setting of the mode. */
import { runWords } from "./schedule";
import { containerPorts, listOf, recordOf, shown } from "./values";

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
const logs = (value: unknown): string | undefined => shown(recordOf(value)["enabled"]);

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
  "aws:rds/instance:Instance": {
    instanceClass: { key: "x-postgres.instance-class" },
    allocatedStorage: { key: "x-postgres.storage", form: gigabytes },
    engineVersion: { key: "image" },
    multiAz: { key: "x-berth.postgresMultiAz" },
    backupRetentionPeriod: { key: "x-berth.postgresBackupRetention", form: days },
    deletionProtection: { key: "x-berth.postgresDeletionProtection" },
    snapshotIdentifier: { key: "x-postgres.from-snapshot" },
    dbName: { key: "environment.POSTGRES_DB" },
    username: { key: "environment.POSTGRES_USER" },
    password: { key: "environment.POSTGRES_PASSWORD" },
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    nodeType: { key: "x-redis.node-type" },
    numCacheClusters: { key: "x-berth.redisNodes" },
    engineVersion: { key: "image" },
    engine: { key: "image" },
    snapshotRetentionLimit: { key: "x-berth.redisSnapshotRetention", form: days },
    transitEncryptionMode: { key: "x-redis.tls" },
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
    conditions: { key: "x-domains" },
    actions: { key: "x-domains" },
  },
  "aws:scheduler/schedule:Schedule": {
    scheduleExpression: { key: "x-schedule" },
    scheduleExpressionTimezone: { key: "x-schedule.timezone" },
    state: { key: "deploy.replicas", form: paused },
  },
  "aws:sfn/stateMachine:StateMachine": { definition: { key: "x-schedule", form: runWords } },
  "aws:lb/loadBalancer:LoadBalancer": {
    idleTimeout: { key: "x-berth.albIdleTimeout" },
    enableDeletionProtection: { key: "x-berth.albDeletionProtection" },
    accessLogs: { key: "x-berth.albAccessLogs", form: logs },
  },
  "aws:cloudwatch/logGroup:LogGroup": { retentionInDays: { key: "x-berth.logRetention", form: days } },
};

/** The words of an input; `undefined` where no key stands for it. */
export function wordsOf(type: string, property: string): PropertyWords | undefined {
  return rows[type]?.[property];
}

/** Inputs that say nothing to a person: what follows from something else, or is made up. */
export const silent: readonly string[] = [
  "tags",
  "tagsAll",
  "taskDefinition",
  "forceNewDeployment",
  "triggers",
];
