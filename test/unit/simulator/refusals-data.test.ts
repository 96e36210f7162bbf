import type { Properties } from "../../../src/simulator/cloud";
import { but, describeRefusals } from "../../support/refusals";

const types = {
  database: "aws:rds/instance:Instance",
  databaseSubnets: "aws:rds/subnetGroup:SubnetGroup",
  cache: "aws:elasticache/replicationGroup:ReplicationGroup",
  bucket: "aws:s3/bucket:Bucket",
  parameter: "aws:ssm/parameter:Parameter",
  mount: "aws:efs/mountTarget:MountTarget",
} as const;

const database = (): Properties => ({
  identifier: "db",
  engine: "postgres",
  engineVersion: "16.4",
  instanceClass: "db.t4g.micro",
  allocatedStorage: 20,
  username: "postgres",
  password: "long-enough",
});
const cache = (): Properties => ({
  replicationGroupId: "cache",
  description: "cache",
  engine: "redis",
  nodeType: "cache.t4g.micro",
});

describeRefusals([
  ["a database's identifier", types.database, database, but(database, { identifier: "db--1" }), "identifier"],
  [
    "a database's storage",
    types.database,
    database,
    but(database, { allocatedStorage: 5 }),
    "allocatedStorage",
  ],
  [
    "a database's class",
    types.database,
    database,
    but(database, { instanceClass: "t4g.micro" }),
    "instanceClass",
  ],
  [
    "a database's version",
    types.database,
    database,
    but(database, { engineVersion: "9.6" }),
    "engineVersion",
  ],
  ["a database's user", types.database, database, but(database, { username: "rdsadmin" }), "username"],
  ["a database's password", types.database, database, but(database, { password: "a/b@c d e" }), "password"],
  [
    "a database's backups",
    types.database,
    database,
    but(database, { backupRetentionPeriod: 36 }),
    "backupRetentionPeriod",
  ],
  [
    "database subnets in one zone",
    types.databaseSubnets,
    ({ subnetA, subnetB }) => ({ name: "db", subnetIds: [subnetA, subnetB] }),
    ({ subnetA, subnetA2 }) => ({ name: "db", subnetIds: [subnetA, subnetA2] }),
    "subnetIds",
  ],
  [
    "a cache's id's length",
    types.cache,
    cache,
    but(cache, { replicationGroupId: "c".repeat(41) }),
    "replicationGroupId",
  ],
  [
    "a failover with one node",
    types.cache,
    but(cache, { automaticFailoverEnabled: true, numCacheClusters: 2 }),
    but(cache, { automaticFailoverEnabled: true }),
    "automaticFailoverEnabled",
  ],
  [
    "several zones without a failover",
    types.cache,
    cache,
    but(cache, { multiAzEnabled: true }),
    "multiAzEnabled",
  ],
  ["an auth token", types.cache, cache, but(cache, { authToken: "short" }), "authToken"],
  [
    "a bucket's name",
    types.bucket,
    () => ({ bucket: "shop-logs" }),
    () => ({ bucket: "Shop_Logs" }),
    "bucket",
  ],
  [
    "a parameter's name",
    types.parameter,
    () => ({ name: "/a/b", type: "String", value: "v" }),
    () => ({ name: "a/b", type: "String", value: "v" }),
    "name",
  ],
  [
    "a parameter's size",
    types.parameter,
    () => ({ name: "/a", type: "String", value: "v" }),
    () => ({ name: "/a", type: "String", value: "v".repeat(4097) }),
    "value",
  ],
  [
    "two mount targets in a zone",
    types.mount,
    ({ files, subnetB }) => ({ fileSystemId: files, subnetId: subnetB }),
    ({ files, subnetA2 }) => ({ fileSystemId: files, subnetId: subnetA2 }),
    "subnetId",
  ],
]);
