import type { Properties } from "../../../src/simulator/cloud/cloud";
import { cacheRules as cache, databaseRules as database } from "../../../src/simulator/rules/data";
import { make, type World } from "../simulated-world";
import { breaking, changing } from "./cases";

const databaseType = "aws:rds/instance:Instance";
const cacheType = "aws:elasticache/replicationGroup:ReplicationGroup";
const cacheSubnets = "aws:elasticache/subnetGroup:SubnetGroup";

const instance = (): Properties => ({
  identifier: "db",
  engine: "postgres",
  engineVersion: "16.4",
  instanceClass: "db.t4g.micro",
  allocatedStorage: 20,
  username: "postgres",
  password: "long-enough",
});
const group = (): Properties => ({
  replicationGroupId: "cache",
  description: "cache",
  engine: "redis",
  engineVersion: "7.1",
  nodeType: "cache.t4g.micro",
});

/** Parameter groups of other versions, and a cache's subnets in one zone. */
async function groups({ aws, ids }: World): Promise<void> {
  await make(aws, "aws:rds/parameterGroup:ParameterGroup", "pg15", { name: "pg15", family: "postgres15" });
  await make(aws, "aws:elasticache/parameterGroup:ParameterGroup", "r6", { name: "r6", family: "redis6.x" });
  await make(aws, cacheSubnets, "one", { name: "one", subnetIds: [ids["subnetA"], ids["subnetA2"]] });
}

const mysql = { engine: "mysql", engineVersion: "8.0", password: "long-enough" };

/** An instance `source` with so many replicas. */
async function source({ aws }: World, replicas: number, own: Properties = {}): Promise<void> {
  await make(aws, databaseType, "source", {
    ...instance(),
    identifier: "source",
    backupRetentionPeriod: 1,
    ...own,
  });
  for (let number = 1; number <= replicas; number++)
    await make(aws, databaseType, `replica-${number}`, {
      identifier: `replica-${number}`,
      replicateSourceDb: "source",
      instanceClass: "db.t4g.micro",
      skipFinalSnapshot: true,
    });
}

/** A replica of the instance that is changed. */
async function replica({ aws }: World): Promise<void> {
  await make(aws, databaseType, "replica", {
    identifier: "replica",
    replicateSourceDb: "source",
    instanceClass: "db.t4g.micro",
    skipFinalSnapshot: true,
  });
}

export const dataCases = [
  ...breaking(databaseType, instance, [
    [database.storage, { allocatedStorage: 5 }, "allocatedStorage"],
    [database.storage, { allocatedStorage: 50, storageType: "io1" }, "allocatedStorage"],
    [database.storageGrowth, { maxAllocatedStorage: 20 }, "maxAllocatedStorage"],
    [database.storageType, { storageType: "gp4" }, "storageType"],
    [database.backups, { backupRetentionPeriod: 36 }, "backupRetentionPeriod"],
    [database.port, { port: 80 }, "port"],
    [database.instanceClass, { instanceClass: "t4g.micro" }, "instanceClass"],
    [database.instanceClass, { instanceClass: "db.m7g.micro" }, "instanceClass"],
    [database.classAndVersion, { instanceClass: "db.t2.micro" }, "instanceClass"],
    [database.classAndVersion, { instanceClass: "db.m7g.large", engineVersion: "12" }, "instanceClass"],
    [database.classAndVersion, { engine: "mysql", engineVersion: "5.7" }, "instanceClass"],
    [database.version, { engineVersion: "9.6" }, "engineVersion"],
    [database.lifecycle, { engineLifecycleSupport: "never" }, "engineLifecycleSupport"],
    [
      database.support,
      { engineVersion: "13", engineLifecycleSupport: "open-source-rds-extended-support-disabled" },
      "engineVersion",
    ],
    [database.username, { username: "rdsadmin" }, "username"],
    [database.databaseName, { dbName: "1st" }, "dbName"],
    [database.password, { password: "a/b@c d e" }, "password"],
    [database.snapshotName, { finalSnapshotIdentifier: "db--last" }, "finalSnapshotIdentifier"],
    [database.parameterFamily, { parameterGroupName: "pg15" }, "parameterGroupName", groups],
    [
      database.replicaSnapshot,
      { replicateSourceDb: "source", skipFinalSnapshot: false, finalSnapshotIdentifier: "last" },
      "skipFinalSnapshot",
    ],
    [database.replicas, { replicateSourceDb: "source" }, "replicateSourceDb", (world) => source(world, 15)],
    [
      database.replicaSource,
      { replicateSourceDb: "source" },
      "replicateSourceDb",
      (world) => source(world, 0, { backupRetentionPeriod: 0 }),
    ],
  ]),
  ...changing(
    databaseType,
    () => ({ ...instance(), ...mysql, identifier: "source", backupRetentionPeriod: 1 }),
    [
      [database.sourceBackups, { backupRetentionPeriod: 0 }, "backupRetentionPeriod", replica],
      [
        database.sourceUpgrade,
        { engineVersion: "8.4", allowMajorVersionUpgrade: true },
        "engineVersion",
        replica,
      ],
    ],
  ),
  ...breaking(
    "aws:rds/subnetGroup:SubnetGroup",
    ({ subnetA, subnetB }) => ({ name: "db", subnetIds: [subnetA, subnetB] }),
    [[database.zones, ({ subnetA, subnetA2 }) => ({ subnetIds: [subnetA, subnetA2] }), "subnetIds"]],
  ),
  ...changing(
    "aws:rds/subnetGroup:SubnetGroup",
    ({ subnetA, subnetB, small }) => ({ name: "db", subnetIds: [subnetA, subnetB, small] }),
    [
      [
        database.subnetInUse,
        ({ subnetA, subnetB }) => ({ subnetIds: [subnetA, subnetB] }),
        "subnetIds",
        async ({ aws }) => {
          const inputs = { ...instance(), dbSubnetGroupName: "db", multiAz: true };
          await make(aws, databaseType, "db", inputs);
        },
      ],
    ],
  ),
  ...changing(cacheSubnets, ({ subnetA, small }) => ({ name: "cache", subnetIds: [subnetA, small] }), [
    [
      cache.subnetInUse,
      ({ subnetA }) => ({ subnetIds: [subnetA] }),
      "subnetIds",
      async ({ aws }) => {
        await make(aws, cacheType, "cache", { ...group(), subnetGroupName: "cache" });
      },
    ],
  ]),
  ...changing(cacheType, () => ({ ...group(), numCacheClusters: 2, automaticFailoverEnabled: true }), [
    [
      cache.lastReplica,
      { numCacheClusters: 1, automaticFailoverEnabled: false, applyImmediately: false },
      "numCacheClusters",
    ],
  ]),
  ...breaking(cacheType, group, [
    [cache.engine, { engine: "memcached" }, "engine"],
    [cache.version, { engineVersion: "8.0" }, "engineVersion"],
    [cache.version, { engine: "valkey", engineVersion: "7.0" }, "engineVersion"],
    [cache.nodes, { numCacheClusters: 7 }, "numCacheClusters"],
    [cache.snapshots, { snapshotRetentionLimit: 36 }, "snapshotRetentionLimit"],
    [cache.port, { port: 0 }, "port"],
    [cache.nodeType, { nodeType: "t4g.micro" }, "nodeType"],
    [cache.nodeType, { nodeType: "cache.m3.medium" }, "nodeType"],
    [cache.nodeType, { nodeType: "cache.t4g.large" }, "nodeType"],
    [cache.failover, { automaticFailoverEnabled: true }, "automaticFailoverEnabled"],
    [cache.severalZones, { multiAzEnabled: true }, "multiAzEnabled"],
    [
      cache.severalZones,
      { multiAzEnabled: true, automaticFailoverEnabled: true, numCacheClusters: 2, subnetGroupName: "one" },
      "multiAzEnabled",
      groups,
    ],
    [cache.token, { authToken: "short" }, "authToken"],
    [cache.token, { authToken: "long enough but with spaces" }, "authToken"],
    [
      cache.tokenEncryption,
      { authToken: "long-enough-to-be-one", transitEncryptionEnabled: false },
      "authToken",
    ],
    [cache.encryptionSubnets, { transitEncryptionEnabled: true }, "subnetGroupName"],
    [cache.parameterFamily, { parameterGroupName: "r6" }, "parameterGroupName", groups],
  ]),
];
