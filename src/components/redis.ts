/** ElastiCache (Redis or Valkey) in place of a service's container. */
import { ReplicationGroup } from "@pulumi/aws/elasticache/replicationGroup";
import { SubnetGroup } from "@pulumi/aws/elasticache/subnetGroup";
import * as pulumi from "@pulumi/pulumi";
import type { RedisService } from "../project/model";
import { shortHash } from "../project/naming";
import { databaseGroups } from "./database-groups";
import type { Network } from "./network";
import { aliasName, type PrivateDns } from "./private-dns";
import type { Scope } from "./scope";

export interface RedisArgs {
  readonly scope: Scope;
  readonly service: RedisService;
  readonly network: Network;
  readonly dns: PrivateDns;
}

const port = 6379;

/**
 * A replication group with encryption at rest and in transit, in the private subnets, under the service's name.
 *
 * A program that runs with Compose says `redis://cache:6379`: no TLS, no password. It is to run here unchanged, so TLS
 * is offered and not forced (`preferred`), and no auth token is set, which ElastiCache takes with forced TLS only;
 * `rediss://cache:6379` is encrypted. What keeps others out is the security group: only services that use the cache
 * reach it. Engines before 7 know no `preferred`: there TLS is forced, and the program has to say `rediss://`.
 *
 * Protected, and snapshotted when destroyed, as Postgres is: see there.
 */
export class Redis extends pulumi.ComponentResource {
  readonly endpoint: pulumi.Output<string>;
  /** Of the group that services bear to be let in. */
  readonly clientGroupId: pulumi.Output<string>;
  /** What a service that depends on it waits for: that it runs, and that its names resolve. */
  readonly running: readonly pulumi.Resource[];

  constructor(name: string, args: RedisArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:Redis", name, {}, opts);
    const { scope, service, network, dns } = args;
    const groups = databaseGroups({ scope, network, service: service.name, port }, this);
    const cache = createReplicationGroup(args, groups.serverId, this);
    const names = [service.name, ...service.aliases].map((alias) =>
      aliasName(alias, { scope, dns, service: service.name, target: cache.primaryEndpointAddress }, this),
    );
    this.endpoint = pulumi.interpolate`${cache.primaryEndpointAddress}:${port}`;
    this.clientGroupId = groups.clientId;
    this.running = [cache, ...names];
    this.registerOutputs({ endpoint: this.endpoint });
  }
}

function createReplicationGroup(
  { scope, service, network }: RedisArgs,
  securityGroupId: pulumi.Output<string>,
  parent: pulumi.Resource,
): ReplicationGroup {
  const { mode } = scope;
  const tags = scope.tags(service.name);
  const subnets = new SubnetGroup(
    service.name,
    { name: scope.name("cacheSubnetGroup", service.name), subnetIds: network.privateSubnetIds, tags },
    { parent },
  );
  const replicated = mode.redisNodes > 1;
  const identifier = scope.name("replicationGroup", service.name);
  // What ElastiCache can change by replacement only: one that replaces another leaves a snapshot of another name.
  const identity = shortHash([service.engine, service.fromSnapshot ?? ""]);
  return new ReplicationGroup(
    service.name,
    {
      replicationGroupId: identifier,
      description: `The cache of ${scope.project}, service ${service.name}`,
      engine: service.engine,
      engineVersion: service.version,
      autoMinorVersionUpgrade: true,
      applyImmediately: service.allowDowntime ?? false,
      nodeType: service.nodeType ?? mode.redisNodeType,
      numCacheClusters: mode.redisNodes,
      automaticFailoverEnabled: replicated,
      multiAzEnabled: replicated,
      port,
      subnetGroupName: subnets.name,
      securityGroupIds: [securityGroupId],
      atRestEncryptionEnabled: true,
      transitEncryptionEnabled: true,
      ...(takesPreferredTls(service) ? { transitEncryptionMode: "preferred" } : {}),
      snapshotRetentionLimit: mode.redisSnapshotRetention,
      ...(service.fromSnapshot === undefined ? {} : { snapshotName: service.fromSnapshot }),
      finalSnapshotIdentifier: pulumi.interpolate`${identifier}-${identity}-${securityGroupId}`,
      tags,
    },
    {
      parent,
      ...scope.holds(service.name, ["snapshotName", "finalSnapshotIdentifier"]),
      deleteBeforeReplace: true,
    },
  );
}

/** Redis from 7.0.5 on, and every Valkey (ElastiCache User Guide, Enabling in-transit encryption). */
function takesPreferredTls(service: RedisService): boolean {
  return service.engine === "valkey" || Number.parseInt(service.version, 10) >= 7;
}
