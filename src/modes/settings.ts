/**
 * The settings that a mode decides (docs/design.md, Modes): a row for each, from which its type, its schema under `x-berth:`,
 * its line in the documentation and its value in each mode are taken.
 */
import { z } from "zod";
import { edges } from "../model/edge";
import { imageCaches } from "../model/image-name";
import { strategies } from "../model/strategy";
import { gpuFamilies } from "./gpu";
import { interfaceEndpointsSetting, vpcSetting } from "./network-settings";

/** One setting. */
interface Setting<S extends z.ZodType> {
  /** What it decides, in a line for the table of docs/modes.md and for the hint of a wrong value. */
  readonly means: string;
  /** What `x-berth` may say; made where somebody says something. */
  readonly schema: () => S;
  /** Its value in each mode, in the order of `modeNames`. */
  readonly values: readonly [affordable: z.infer<S>, balanced: z.infer<S>, highAvailability: z.infer<S>];
}

function setting<S extends z.ZodType>(row: Setting<S>): Setting<S> {
  return row;
}

/** Days that CloudWatch Logs keeps a group's events (API reference, PutRetentionPolicy: retentionInDays). */
const logRetentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export const settings = {
  /**
   * `spot`: Fargate Spot, every fifth task on demand; `mixed`: one on-demand task, the rest Spot; `on-demand`. A run that
   * finds no room on Spot moves the service to on-demand capacity.
   */
  capacity: setting({
    means:
      "`spot`: four tasks of five on Spot, the fifth on demand; `mixed`: one on demand and the rest on Spot; or `on-demand`, which replaces both where a run finds no room on Spot",
    schema: () => z.enum(["spot", "mixed", "on-demand"]),
    values: ["spot", "mixed", "on-demand"],
  }),
  baseImages: setting({
    means:
      "`kept`: an image is built again when the project's files change, or by `up --build`; `newer`: in a run that finds that a tag of a base image has moved, too (for one build: `build.pull: true`)",
    schema: () => z.enum(["kept", "newer"]),
    values: ["kept", "kept", "kept"],
  }),
  /** Which images of Docker Hub come through the account's pull-through cache (docs/images.md). */
  imageCache: setting({
    means:
      "images of Docker Hub that come through the account's pull-through cache, where it has one: `all` in a new stack, or those that `builds` begin with alone; a stack that exists goes on as it does",
    schema: () => z.enum(imageCaches),
    values: ["all", "all", "all"],
  }),
  vpc: setting({
    means: "`new`, or one of the account: an id, or `{id, publicSubnets, privateSubnets, searchDomain}`",
    schema: vpcSetting,
    values: ["new", "new", "new"],
  }),
  natStrategy: setting({
    means: "the way out of the private subnets: a NAT `instance`, a `gateway`, or a `gateway-per-zone`",
    schema: () => z.enum(["instance", "gateway", "gateway-per-zone"]),
    values: ["instance", "gateway", "gateway-per-zone"],
  }),
  interfaceEndpoints: setting({
    means:
      "services of AWS that are reached without the way out: `none`, `usual`, or a list such as `[ecr.api, ecr.dkr, logs]`",
    schema: interfaceEndpointsSetting,
    values: ["none", "none", "none"],
  }),
  /** What answers the internet by HTTP (docs/edge.md). */
  edge: setting({
    means:
      "what answers the internet of a new stack where there is no domain: `cloudfront`, over HTTPS, or the `balancer` itself, over HTTP; with a domain the load balancer, unless the file says `cloudfront`; a stack that exists keeps what it has",
    schema: () => z.enum(edges),
    values: ["cloudfront", "cloudfront", "cloudfront"],
  }),
  zones: setting({
    means: "availability zones: 2 or 3",
    schema: () => z.int().min(2).max(3),
    values: [2, 2, 3],
  }),
  gpuInstanceFamily: setting({
    means: "instances for services with a GPU: `g4dn` (T4), `g5` (A10G) or `g6` (L4)",
    schema: () => z.enum(gpuFamilies),
    values: ["g4dn", "g4dn", "g4dn"],
  }),
  minimumReplicas: setting({
    means: "lowest number of replicas of a service",
    schema: () => z.int().min(1),
    values: [1, 1, 2],
  }),
  minimumHealthyPercent: setting({
    means: "percent of the tasks that stay up while a service of one replica is deployed",
    schema: () => z.int().min(0).max(100),
    values: [0, 100, 100],
  }),
  /** How requests move to a new revision of a published service, where its file says nothing (docs/rollouts.md). */
  rollout: setting({
    means:
      "how requests move to a new revision of a published service: `rolling`, `blue-green`, or `canary`, a tenth of them first; a stack that exists goes on as it does",
    schema: () => z.enum(strategies),
    values: ["rolling", "rolling", "canary"],
  }),
  deploymentAlarms: setting({
    means:
      "a deployment of a published service is rolled back where a tenth of its requests end with a 5xx for two minutes",
    schema: () => z.boolean(),
    values: [false, true, true],
  }),
  unhealthyAlarm: setting({
    means:
      "a deployment of a published service is rolled back where a task of it fails the load balancer's check for two minutes more than a new one may; a stack that exists goes on as it does",
    schema: () => z.boolean(),
    values: [false, false, true],
  }),
  /** Seconds; 0 for none. What is slow is the program's own matter, so no mode knows a figure. */
  latencyAlarm: setting({
    means:
      "seconds: a deployment of a published service is rolled back where a tenth of its requests take longer for two minutes; 0 for no alarm",
    schema: () => z.number().min(0).max(4000),
    values: [0, 0, 0],
  }),
  postgresInstanceClass: setting({
    means: "instance class of RDS Postgres",
    schema: () => z.string().regex(/^db\.[a-z0-9-]+\.[a-z0-9-]+$/),
    values: ["db.t4g.micro", "db.m7g.large", "db.m7g.large"],
  }),
  postgresMultiAz: setting({
    means: "a standby of the database in a second zone",
    schema: () => z.boolean(),
    values: [false, false, true],
  }),
  postgresBackupRetention: setting({
    means: "days that automated backups are kept; 0 for none",
    schema: () => z.int().min(0).max(35),
    values: [1, 7, 30],
  }),
  postgresDeletionProtection: setting({
    means: "RDS refuses to delete the database",
    schema: () => z.boolean(),
    values: [false, false, true],
  }),
  mysqlInstanceClass: setting({
    means: "instance class of RDS MySQL and MariaDB",
    schema: () => z.string().regex(/^db\.[a-z0-9-]+\.[a-z0-9-]+$/),
    values: ["db.t4g.micro", "db.m7g.large", "db.m7g.large"],
  }),
  mysqlMultiAz: setting({
    means: "a standby of a MySQL or MariaDB in a second zone",
    schema: () => z.boolean(),
    values: [false, false, true],
  }),
  mysqlBackupRetention: setting({
    means: "days that automated backups of a MySQL or MariaDB are kept; 0 for none",
    schema: () => z.int().min(0).max(35),
    values: [1, 7, 30],
  }),
  mysqlDeletionProtection: setting({
    means: "RDS refuses to delete the MySQL or MariaDB",
    schema: () => z.boolean(),
    values: [false, false, true],
  }),
  mysqlTls: setting({
    means:
      "TLS of a new MySQL or MariaDB: `required`, `preferred` or `off`; an existing one keeps what it has",
    schema: () => z.enum(["required", "preferred", "off"]),
    values: ["preferred", "preferred", "required"],
  }),
  redisNodeType: setting({
    means: "node type of ElastiCache",
    schema: () => z.string().regex(/^cache\.[a-z0-9-]+\.[a-z0-9-]+$/),
    values: ["cache.t4g.micro", "cache.t4g.small", "cache.m7g.large"],
  }),
  redisNodes: setting({
    means: "cache nodes; from 2 on with automatic failover",
    schema: () => z.int().min(1).max(6),
    values: [1, 1, 2],
  }),
  postgresTls: setting({
    means: "TLS of a new database: `required`, `preferred` or `off`; an existing one keeps what it has",
    schema: () => z.enum(["required", "preferred", "off"]),
    values: ["preferred", "preferred", "required"],
  }),
  /** TLS of a new cache, with a token where it is forced; `auto` where its clients get both through their URLs. */
  redisTls: setting({
    means:
      "TLS of a new cache: `required`, with an auth token; `preferred` or `off` without; `auto`: required where each client names the cache in `redis://` URLs alone",
    schema: () => z.enum(["auto", "required", "preferred", "off"]),
    values: ["preferred", "preferred", "required"],
  }),
  redisSnapshotRetention: setting({
    means: "days that snapshots are kept; 0 for none",
    schema: () => z.int().min(0).max(35),
    values: [0, 7, 30],
  }),
  /** Days; a value that CloudWatch Logs takes (PutRetentionPolicy). */
  logRetention: setting({
    means: "days that logs are kept",
    schema: () =>
      z.int().refine((days) => logRetentionDays.includes(days), {
        error: `must be one of ${logRetentionDays.join(", ")}`,
      }),
    values: [1, 7, 30],
  }),
  deregistrationDelay: setting({
    means: "seconds that the load balancer lets a leaving task finish its requests",
    schema: () => z.int().min(0).max(3600),
    values: [10, 30, 60],
  }),
  execEnabled: setting({
    means:
      "`berth exec` opens a shell in the tasks: whoever may call `ecs:ExecuteCommand` is root in them, and reads their secrets",
    schema: () => z.boolean(),
    values: [true, true, false],
  }),
  volumeThroughput: setting({
    means:
      "throughput of the file system of named volumes: `bursting` grows with what it holds, `elastic` is billed by use",
    schema: () => z.enum(["bursting", "elastic"]),
    values: ["bursting", "elastic", "elastic"],
  }),
  /** AWS Backup keeps daily copies of the file system for 35 days (EFS User Guide, Backing up). */
  volumeBackups: setting({
    means: "AWS Backup copies the file system of named volumes every day, and keeps that for 35 days",
    schema: () => z.boolean(),
    values: [false, true, true],
  }),
  /** Seconds of silence after which the load balancer closes a connection, 1 to 4000. */
  albIdleTimeout: setting({
    means: "seconds of silence after which a connection closes: a WebSocket that pings in time stays open",
    schema: () => z.int().min(1).max(4000),
    values: [120, 120, 120],
  }),
  albAccessLogs: setting({
    means: "the load balancer writes access logs to a bucket",
    schema: () => z.boolean(),
    values: [false, true, true],
  }),
  albDeletionProtection: setting({
    means: "AWS refuses to delete the load balancer",
    schema: () => z.boolean(),
    values: [false, false, true],
  }),
  delegatedZone: setting({
    means:
      "the names of services are in a public zone of the stack's own, to which the domain's zone delegates",
    schema: () => z.boolean(),
    values: [false, false, false],
  }),
};

/** Every setting, with its value. */
export type ModeSettings = {
  readonly [Name in keyof typeof settings]: z.infer<ReturnType<(typeof settings)[Name]["schema"]>>;
};
