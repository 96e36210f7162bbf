/** What RDS and ElastiCache refuse. */
import { ChoiceRule, RangeRule, Rule } from "./rule";

const createDatabase = "RDS API: CreateDBInstance";
const classes = "RDS User Guide: Supported DB engines for DB instance classes";
const createCache = "ElastiCache API: CreateReplicationGroup";
const authentication = "ElastiCache User Guide: Authenticating with the AUTH command";

export const databaseRules = {
  storage: new Rule({
    what: "storage of a database, in GiB",
    limit: "20 to 65536 with gp2 and gp3, 100 to 65536 with io1 and io2, 5 to 3072 with standard",
    source: createDatabase,
    fix: "set the storage within that range (x-postgres: { storage })",
  }),
  storageGrowth: new Rule({
    what: "storage that a database may grow to",
    limit: "more than it begins with",
    source: createDatabase,
    fix: "let it grow to 10 % more at least, or set no limit",
  }),
  storageType: new ChoiceRule(
    "type of a database's storage",
    ["gp2", "gp3", "io1", "io2", "standard"],
    createDatabase,
  ),
  backups: new RangeRule("days that a database's backups are kept", 0, 35, createDatabase),
  port: new RangeRule("port of a database", 1150, 65_535, createDatabase),
  instanceClass: new Rule({
    what: "class of a database",
    limit: "db.FAMILY.SIZE, of a size that the family has",
    source: classes,
    fix: "use a class such as db.t4g.micro or db.m7g.large",
  }),
  classAndVersion: new Rule({
    what: "class and version of a database",
    limit:
      "PostgreSQL below 13 on db.t2, db.m4 and db.r4; 12 or later on db.t4g, db.m6g and db.r6g; 13 or later on db.m7g and db.r7g; MySQL 8.0 or later on each of the Graviton families",
    source: classes,
    fix: "use another version in the image's tag, or another class",
  }),
  version: new Rule({
    what: "version of a database",
    limit: "PostgreSQL 11 to 18; MySQL 5.7, 8.0, 8.4 and 9.7; MariaDB 10.5, 10.6, 10.11, 11.4, 11.8 and 12.3",
    source: "RDS for PostgreSQL Release Notes; RDS User Guide: MySQL, and MariaDB, on Amazon RDS versions",
    fix: "use a major version that RDS has in the image's tag, such as postgres:17 or mysql:8.4",
  }),
  lifecycle: new ChoiceRule(
    "life cycle of a database's version",
    ["open-source-rds-extended-support", "open-source-rds-extended-support-disabled"],
    createDatabase,
  ),
  support: new Rule({
    what: "version of a database without extended support",
    limit: "one that RDS still supports as standard, when it is made",
    source: "RDS User Guide: Creating a DB instance with Amazon RDS Extended Support",
    fix: "name a newer version, or ask for extended support (x-postgres: { extended-support: true })",
  }),
  username: new Rule({
    what: "master user of a database",
    limit:
      "a letter, then letters, digits and underscores, at most 63 (16 of MySQL and MariaDB); not admin, user, rdsadmin, rds_superuser, rdsrepladmin (of MySQL and MariaDB: rdsadmin, rdsrepladmin, rdsproxyadmin, mysql, mariadb)",
    source: createDatabase,
    fix: "use another POSTGRES_USER or MYSQL_USER",
  }),
  databaseName: new Rule({
    what: "name of the database in an instance",
    limit: "a letter or underscore, then letters, digits and underscores, at most 63",
    source: createDatabase,
    fix: "use another POSTGRES_DB or MYSQL_DATABASE",
  }),
  password: new Rule({
    what: "master password of a database",
    limit: '8 to 128 characters (41 of MySQL and MariaDB), none of them / " @ or a space',
    source: createDatabase,
    fix: "set another POSTGRES_PASSWORD or MYSQL_PASSWORD",
  }),
  snapshotName: new Rule({
    what: "name of a database's final snapshot",
    limit: "1 to 255 letters, digits and single hyphens, a letter first, no hyphen last",
    source: "RDS API: DeleteDBInstance",
    fix: "use a shorter name",
  }),
  parameterFamily: new Rule({
    what: "family of a database's parameter group",
    limit: "that of the instance's engine and major version",
    source: "RDS User Guide: Parameter groups for Amazon RDS",
    fix: "use a parameter group of the same major version",
  }),
  zones: new Rule({
    what: "zones of a database's subnets",
    limit: "at least 2",
    source: "RDS API: CreateDBSubnetGroup",
    fix: "name subnets in two zones or more",
  }),
  replicas: new Rule({
    what: "read replicas of a database",
    limit: "at most 15",
    source: "RDS User Guide: Working with MySQL, MariaDB, and PostgreSQL read replicas",
    fix: "ask for fewer (x-postgres: { replicas })",
  }),
  replicaSource: new Rule({
    what: "source of a read replica",
    limit: "a database with automated backups, of a day at least",
    source: "RDS API: CreateDBInstanceReadReplica",
    fix: "keep backups for a day at least (x-berth: { postgresBackupRetention: 1 })",
  }),
  sourceBackups: new Rule({
    what: "backups of a database with read replicas",
    limit: "of a day at least",
    source: "RDS User Guide: Disabling automated backups",
    fix: "keep backups for a day at least (x-berth: { postgresBackupRetention: 1 }), or remove its replicas first",
  }),
  sourceUpgrade: new Rule({
    what: "major upgrade of a MySQL or MariaDB with read replicas",
    limit: "once its replicas are of that version",
    source: "RDS User Guide: Upgrading the MariaDB DB engine, and the MySQL DB engine",
    fix: "remove its replicas first (x-mysql: { replicas: 0 })",
  }),
  replicaSnapshot: new Rule({
    what: "final snapshot of a read replica",
    limit: "none",
    source: "RDS API: DeleteDBInstance, FinalDBSnapshotIdentifier",
    fix: "set skipFinalSnapshot",
  }),
  subnetInUse: new Rule({
    what: "subnets that leave a database's subnet group",
    limit: "none that has an instance",
    source: "RDS API: ModifyDBSubnetGroup, SubnetAlreadyInUse",
    fix: "keep the subnets in the zones of the databases",
  }),
} as const;

export const cacheRules = {
  engine: new ChoiceRule("engine of a cache", ["redis", "valkey"], createCache),
  version: new Rule({
    what: "version of a cache",
    limit: "Redis 4.0 to 7.1 (from 6 on x.y), Valkey 7.2 and later",
    source: "ElastiCache User Guide: Supported engines and versions",
    fix: "use a version that ElastiCache has in the image's tag, such as redis:7 or valkey:8",
  }),
  nodes: new RangeRule("nodes of a cache", 1, 6, "ElastiCache User Guide: Quotas, nodes per shard"),
  snapshots: new RangeRule(
    "days that a cache's snapshots are kept",
    0,
    35,
    "ElastiCache User Guide: Scheduling automatic backups",
  ),
  port: new RangeRule("port of a cache", 1, 65_535, createCache),
  nodeType: new Rule({
    what: "node type of a cache",
    limit: "cache.FAMILY.SIZE, of a current family and of a size that it has",
    source: createCache,
    fix: "use a node type such as cache.t4g.micro or cache.m7g.large",
  }),
  failover: new Rule({
    what: "failover of a cache",
    limit: "with 2 nodes or more",
    source: createCache,
    fix: "use two nodes or more (x-berth: { redisNodes: 2 })",
  }),
  lastReplica: new Rule({
    what: "last replica of a cache with automatic failover",
    limit: "goes only once failover is off, which without applyImmediately waits for the maintenance window",
    source: "ElastiCache API: DecreaseReplicaCount, ModifyReplicationGroup",
    fix: "set applyImmediately, or keep two nodes",
  }),
  subnetInUse: new Rule({
    what: "subnets that leave a cache's subnet group",
    limit: "none that has a node",
    source: "ElastiCache API: ModifyCacheSubnetGroup, SubnetInUse",
    fix: "keep the subnets in the zones of the caches",
  }),
  severalZones: new Rule({
    what: "zones of a cache",
    limit: "several only with automatic failover, and with subnets in two zones",
    source: createCache,
    fix: "use two nodes or more, in subnets of two zones",
  }),
  token: new Rule({
    what: "auth token of a cache",
    limit: "16 to 128 characters: letters, digits and !&#$^<>-",
    source: authentication,
    fix: "set another token",
  }),
  tokenEncryption: new Rule({
    what: "encryption of a cache with an auth token",
    limit: "in transit too",
    source: authentication,
    fix: "set transitEncryptionEnabled",
  }),
  encryptionSubnets: new Rule({
    what: "subnets of a cache that is encrypted in transit",
    limit: "a subnet group of its VPC",
    source: createCache,
    fix: "name a subnet group",
  }),
  parameterFamily: new Rule({
    what: "family of a cache's parameter group",
    limit: "that of the engine and its major version",
    source: "ElastiCache API: CreateCacheParameterGroup",
    fix: "use a parameter group of the same engine and version",
  }),
} as const;
