/** ElastiCache (Redis or Valkey) in place of a service's container. */
import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm";
import { ParameterGroup } from "@pulumi/aws/elasticache/parameterGroup";
import { ReplicationGroup } from "@pulumi/aws/elasticache/replicationGroup";
import { SubnetGroup } from "@pulumi/aws/elasticache/subnetGroup";
import * as pulumi from "@pulumi/pulumi";
import type { RedisService } from "../../model/project";
import { cacheFamily } from "../../stores/redis/eviction";
import { readerName } from "../../model/readers";
import { knowsTlsModes } from "../../stores/redis/tls";
import { databaseGroups } from "./database-groups";
import type { Network } from "../network/network";
import { aliasName, type PrivateDns } from "../network/private-dns";
import type { Scope } from "../stack/scope";
import type { Secrets } from "../stack/secrets";

export interface RedisArgs {
  readonly scope: Scope;
  readonly service: RedisService;
  readonly network: Network;
  readonly dns: PrivateDns;
  readonly secrets: Secrets;
  /** Whether people are notified of a cache that fills up. @default false */
  readonly alerted?: boolean;
}

const port = 6379;

/**
 * A replication group with encryption at rest and in transit, in private subnets of two zones, under the service's name.
 *
 * Whether it forces TLS was settled before (`src/stores/redis/tls.ts`): where it does a token is asked for, which
 * ElastiCache takes with forced TLS only, and clients have both in their URLs; else TLS is offered beside connections
 * without, or there is none. The security group besides lets in the services that use the cache alone.
 *
 * A cache that runs already is secured in place: from `preferred` to `required`, then the token, which counts at once
 * (`SET`, as the provider's own tests do). Tasks that still have the old URL fail until the same run has replaced them.
 * ElastiCache takes no token off: such a cache is replaced, where the user lets its data go, and refused before the
 * engine starts otherwise (`src/app/data/data-loss.ts`).
 *
 * Protected, and snapshotted when destroyed, as Postgres is: see there.
 */
export class Redis extends pulumi.ComponentResource {
  readonly kind = "redis";
  readonly endpoint: pulumi.Output<string>;
  /** Of the group that services have to be let in. */
  readonly clientGroupId: pulumi.Output<string>;
  /** What a service that depends on it waits for: that it runs, and that its names resolve. */
  readonly running: readonly pulumi.Resource[];

  constructor(name: string, args: RedisArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:Redis", name, {}, opts);
    const { scope, service, network, dns } = args;
    const groups = databaseGroups({ scope, network, service: service.name, port }, this);
    const token = service.secured === true ? args.secrets.storeToken(service.name, this) : undefined;
    const cache = createReplicationGroup(args, { securityGroupId: groups.serverId, token }, this);
    if (hasMemoryAlarm(service, args.alerted)) memoryAlarm(args, cache, this);
    const hosts = new Map([[service.name, cache.primaryEndpointAddress]]);
    if ((service.replicas ?? 0) > 0) hosts.set(readerName(service.name), cache.readerEndpointAddress);
    for (const [name, address] of hosts) {
      args.secrets.addAddress(name, address);
      if (token !== undefined) args.secrets.addStore(name, pulumi.interpolate`:${token}@${address}`);
    }
    for (const alias of service.aliases) hosts.set(alias, cache.primaryEndpointAddress);
    const names = [...hosts].map(([alias, target]) =>
      aliasName(alias, { scope, dns, service: service.name, target }, this),
    );
    this.endpoint = pulumi.interpolate`${cache.primaryEndpointAddress}:${port}`;
    this.clientGroupId = groups.clientId;
    this.running = [cache, ...names];
    this.registerOutputs({ endpoint: this.endpoint });
  }
}

function createReplicationGroup(
  { scope, service, network }: RedisArgs,
  {
    securityGroupId,
    token,
  }: { securityGroupId: pulumi.Output<string>; token: pulumi.Output<string> | undefined },
  parent: pulumi.Resource,
): ReplicationGroup {
  const { mode } = scope;
  const tags = scope.tags(service.name);
  const subnets = new SubnetGroup(
    service.name,
    { name: scope.name("cacheSubnetGroup", service.name), subnetIds: network.dataSubnetIds, tags },
    { parent },
  );
  const nodes = service.replicas === undefined ? mode.redisNodes : service.replicas + 1;
  const replicated = nodes > 1;
  const identifier = scope.name("replicationGroup", service.name);
  return new ReplicationGroup(
    service.name,
    {
      replicationGroupId: identifier,
      description: `The cache of ${scope.project}, service ${service.name}`,
      engine: service.engine,
      engineVersion: service.version,
      autoMinorVersionUpgrade: true,
      // Later, in the maintenance window, would be too late: a replica that goes has to have lost its failover before.
      applyImmediately: true,
      nodeType: service.nodeType ?? mode.redisNodeType,
      numCacheClusters: nodes,
      automaticFailoverEnabled: replicated,
      multiAzEnabled: replicated,
      port,
      subnetGroupName: subnets.name,
      ...parameterGroup(service, scope, parent),
      securityGroupIds: [securityGroupId],
      atRestEncryptionEnabled: true,
      transitEncryptionEnabled: service.tls !== "off",
      ...(service.tls !== "off" && knowsTlsModes(service)
        ? { transitEncryptionMode: token === undefined ? "preferred" : "required" }
        : {}),
      ...(token === undefined ? {} : { authToken: token, authTokenUpdateStrategy: "SET" }),
      snapshotRetentionLimit: mode.redisSnapshotRetention,
      ...(service.fromSnapshot === undefined ? {} : { snapshotName: service.fromSnapshot }),
      finalSnapshotIdentifier: scope.finalSnapshotName(identifier),
      tags,
    },
    {
      parent,
      ...scope.holds(service.name, ["snapshotName", "finalSnapshotIdentifier"]),
      ...(token === undefined ? { replaceOnChanges: ["authToken"] } : {}),
      deleteBeforeReplace: true,
    },
  );
}

/** A group of the cache's own, where it has parameters: one for each family. */
function parameterGroup(
  service: RedisService,
  scope: Scope,
  parent: pulumi.Resource,
): { readonly parameterGroupName?: pulumi.Output<string> } {
  if (service.parameters === undefined) return {};
  const family = cacheFamily(service);
  const group = new ParameterGroup(
    service.name,
    {
      name: scope.name("cacheParameterGroup", service.name, family),
      family,
      parameters: Object.entries(service.parameters).map(([name, value]) => ({ name, value })),
      tags: scope.tags(service.name),
    },
    { parent },
  );
  return { parameterGroupName: group.name };
}

/** Percent of its memory from which on a cache that evicts nothing is close to refusing writes. */
const fullFrom = 90;

/** A cache that evicts nothing has it in any case; one whose policy takes any key is full by intent, and never has it. */
export function hasMemoryAlarm({ parameters }: RedisService, alerted = false): boolean {
  const policy = parameters?.["maxmemory-policy"] ?? "volatile-lru";
  return policy === "noeviction" || (alerted && !policy.startsWith("allkeys-"));
}

/** An alarm on the memory of the first node: its replicas hold the same. */
function memoryAlarm({ scope, service }: RedisArgs, cache: ReplicationGroup, parent: pulumi.Resource): void {
  new MetricAlarm(
    `${service.name}-memory`,
    {
      name: scope.name("alarm", service.name, "memory"),
      alarmDescription: `${service.name} uses ${fullFrom} % of its memory, and refuses writes once it is full`,
      namespace: "AWS/ElastiCache",
      metricName: "DatabaseMemoryUsagePercentage",
      dimensions: { CacheClusterId: pulumi.interpolate`${cache.replicationGroupId}-001` },
      statistic: "Maximum",
      period: 300,
      evaluationPeriods: 3,
      threshold: fullFrom,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      treatMissingData: "notBreaching",
      tags: scope.tags(service.name),
    },
    { parent },
  );
}
