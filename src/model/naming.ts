/**
 * Physical names: readable, deterministic, within AWS's limits, and never the same for two different things.
 *
 * One spelling serves every service: lower-case letters, digits and single hyphens, a letter first, which is what RDS,
 * the narrowest, takes. Where that spelling loses something of the parts (a character, the cut at the limit, a hyphen
 * of the part's own that looks like a joint), a short hash of the exact parts follows, so that different parts never
 * meet in one name.
 */
import { createHash } from "node:crypto";

/** The longest name that AWS takes, in characters; the page beside each is where it says so. */
export const nameLimits = {
  /** Elastic Load Balancing API, CreateLoadBalancer, Name. */
  loadBalancer: 32,
  /** Elastic Load Balancing API, CreateTargetGroup, Name. */
  targetGroup: 32,
  /** IAM API, CreateRole, RoleName. */
  role: 64,
  /** RDS API, CreateDBInstance, DBInstanceIdentifier. */
  databaseInstance: 63,
  /** RDS API, CreateDBSubnetGroup, DBSubnetGroupName, and CreateDBParameterGroup, DBParameterGroupName. */
  databaseGroup: 255,
  /** RDS API, CreateDBSnapshot, DBSnapshotIdentifier. */
  databaseSnapshot: 255,
  /** ElastiCache API, CreateReplicationGroup, ReplicationGroupId. */
  replicationGroup: 40,
  /** ElastiCache API, CreateCacheSubnetGroup, CacheSubnetGroupName. */
  cacheSubnetGroup: 255,
  /** ElastiCache API: CreateCacheParameterGroup. */
  cacheParameterGroup: 255,
  /** ECS API, CreateCluster, clusterName. */
  cluster: 255,
  /** ECS API, CreateCapacityProvider, name. */
  capacityProvider: 255,
  /** ECS API, CreateService, serviceName. */
  service: 255,
  /** ECS API, RegisterTaskDefinition, family. */
  taskFamily: 255,
  /** CloudWatch Logs API, CreateLogGroup, logGroupName. */
  logGroup: 512,
  /** CloudWatch API, PutMetricAlarm, AlarmName. */
  alarm: 255,
  /** EventBridge API, PutRule, Name. */
  eventRule: 64,
  /** EventBridge API, CreateConnection and CreateApiDestination, Name. */
  eventConnection: 64,
  /** SNS API, CreateTopic, Name. */
  topic: 256,
  /** SQS API, CreateQueue, QueueName. */
  queue: 80,
  /** EventBridge Scheduler API, CreateSchedule, Name. */
  schedule: 64,
  /** Step Functions API, CreateStateMachine, name. */
  stateMachine: 80,
  /** S3 User Guide, Bucket naming rules. */
  bucket: 63,
  /** CloudFront API, OriginAccessControlConfig, Name, and CreateFunction, Name; a headers policy's may be longer. */
  cloudFront: 64,
  /** ECR API, CreateRepository, repositoryName. */
  repository: 256,
  /** EC2 API, CreateSecurityGroup, GroupName. */
  securityGroup: 255,
  /** EC2 Auto Scaling API, CreateAutoScalingGroup, AutoScalingGroupName. */
  autoScalingGroup: 255,
  /** EC2 API, CreateLaunchTemplate, LaunchTemplateName. */
  launchTemplate: 128,
  /** Systems Manager API, PutParameter, Name. */
  parameter: 2048,
  /** RFC 1035, 2.3.4: a label of a domain name. */
  dnsLabel: 63,
} as const;

/** How a name may not begin, which a project's may; the page beside each says so. */
const reserved: Readonly<Partial<Record<keyof typeof nameLimits, RegExp>>> = {
  /** Elastic Load Balancing API, CreateLoadBalancer, Name. */
  loadBalancer: /^internal-/,
  targetGroup: /^internal-/,
  /** EC2 API, CreateSecurityGroup, GroupName. */
  securityGroup: /^sg-/,
  /** ECS API, CreateCapacityProvider, name. */
  capacityProvider: /^(aws|ecs|fargate)/,
  /** S3 User Guide, Bucket naming rules. */
  bucket: /^(xn--|sthree-|amzn-s3-demo-)/,
};

const hashLength = 8;
const word = /^[a-z0-9]+$/;
const label = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/**
 * A name made of parts, joined by hyphens: `todo-dev-web`, or `my-app-dev-web-1f3a9c04` where the spelling alone would
 * not distinguish `["my-app", …]` from `["my", "app-…"]`.
 *
 * @param parts - from the general to the particular; empty ones are refused
 * @param limit - characters, from {@link nameLimits}; at least 12
 * @param notThus - how it may not begin. @default anyhow
 */
export function physicalName(parts: readonly string[], limit: number, notThus?: RegExp): string {
  if (parts.length === 0 || parts.includes(""))
    throw new RangeError("A name needs parts that are not empty.");
  const joined = parts.map(spell).join("-");
  const isFree = /^[a-z]/.test(joined) && notThus?.test(joined) !== true;
  const named = isFree ? joined : `b-${joined}`;
  const faithful = named === joined && parts.every((part) => (parts.length === 1 ? label : word).test(part));
  if (faithful && named.length <= limit) return named;
  const head = named.slice(0, limit - hashLength - 1).replace(/-+$/, "");
  return `${head}-${shortHash(parts)}`;
}

/** Eight hexadecimal digits that distinguish lists of strings. */
export function shortHash(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, hashLength);
}

/** The stack that needs no mention where a project's name alone is expected: addresses and repositories. */
export const defaultStack = "dev";

/** The prefix of a stack's names in DNS: `todo`, or `staging.todo` for all but the default one. */
export function domainPrefix(project: string, stack: string): string {
  const labels = stack === defaultStack ? [project] : [stack, project];
  return labels.map((name) => physicalName([name], nameLimits.dnsLabel)).join(".");
}

/** The domain of a stack's public names, below the one that services are published under: `todo.example.com`. */
export function projectDomainOf(project: string, stack: string, domain: string): string {
  return `${domainPrefix(project, stack)}.${domain}`;
}

/** Whether a name is a domain or is below it. */
export function isWithin(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}

/** The private domain of a stack's names: `todo.internal`; `.internal` is reserved for such use (ICANN, 2024). */
export function privateDomain(project: string, stack: string): string {
  return `${domainPrefix(project, stack)}.internal`;
}

/** `/berth/<project>/<stack>/<NAME>`: where a stack's secrets lie in Parameter Store. */
export function parameterName(project: string, stack: string, ...path: readonly string[]): string {
  return ["/berth", project, stack, ...path].join("/");
}

/** `<project>-<stack>-<parts…>` within a limit: the name of what belongs to a stack. */
export function stackResourceName(
  { project, stack }: { readonly project: string; readonly stack: string },
  limit: keyof typeof nameLimits,
  ...parts: readonly string[]
): string {
  return physicalName([project, stack, ...parts], nameLimits[limit], reserved[limit]);
}

/** `/berth/<project>/<stack>/<name>`: a log group of a stack. */
export function logGroupName(project: string, stack: string, name: string): string {
  return `/berth/${project}/${stack}/${name}`;
}

/**
 * Where ECS's own events of a stack are kept: EventBridge writes to log groups under this prefix
 * (EventBridge User Guide, Amazon CloudWatch Logs targets).
 */
export function eventsLogGroupName(project: string, stack: string): string {
  return `/aws/events${logGroupName(project, stack, "ecs")}`;
}

/** Tags of a one-off task's definition: ids with spaces between, of the subnets and security groups that it runs in. */
export const placementTag = { subnets: "berth:subnets", securityGroups: "berth:security-groups" } as const;

/**
 * The parts of the names of a service's schedules; the second is there where cron means either of two days. `runs` tells
 * them from the schedule that takes the stack down.
 */
export function scheduleParts(service: string): readonly [readonly string[], readonly string[]] {
  return [
    [service, "runs"],
    [service, "runs", "weekday"],
  ];
}

/** The topic by which a stack mails alerts. */
export function alertTopicName(stack: { readonly project: string; readonly stack: string }): string {
  return stackResourceName(stack, "topic", "alerts");
}

/** The queue of alerts that could not be delivered. */
export function alertQueueName(stack: { readonly project: string; readonly stack: string }): string {
  return stackResourceName(stack, "queue", "alerts", "undelivered");
}

/** The last part of an ARN: a task's id, `family:revision` of a task definition. */
export function lastOfArn(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

function spell(part: string): string {
  const spelled = part
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return spelled === "" ? "x" : spelled;
}
