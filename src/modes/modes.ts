/**
 * The deployment modes as one table of settings (docs/design.md, Modes), each overridable alone under `x-berth:`.
 */
import { z } from "zod";
import { BerthError, type Problem, type SourceLocation } from "../errors";
import { definedOnly } from "../defined";
import { gpuFamilies, type GpuFamily } from "./gpu";
import { nearest } from "../nearest";
import {
  interfaceEndpointsSetting,
  vpcSetting,
  type ExistingVpc,
  type InterfaceEndpointsSetting,
} from "./network-settings";
import type { StoreTls } from "../model/project";
import type { RedisTls } from "../stores/redis/tls";

export const modeNames = ["affordable", "balanced", "high-availability"] as const;
export type ModeName = (typeof modeNames)[number];

/** Every setting that a mode decides. */
export interface ModeSettings {
  /**
   * `spot`: Fargate Spot, every fifth task on demand; `mixed`: one on-demand task, the rest Spot; `on-demand`. A run that
   * finds no room on Spot moves the service to on-demand capacity.
   */
  readonly capacity: "spot" | "mixed" | "on-demand";
  /** The VPC: one of the stack's own, or one that is there already. */
  readonly vpc: ExistingVpc | "new";
  /** The way out of the private subnets of a new VPC. */
  readonly natStrategy: "instance" | "gateway" | "gateway-per-zone";
  /** The services of AWS that are reached without the way out. */
  readonly interfaceEndpoints: InterfaceEndpointsSetting;
  /** Availability zones, 2 or 3. */
  readonly zones: number;
  /** The instances of EC2 that services with a GPU run on. */
  readonly gpuInstanceFamily: GpuFamily;
  /** Lowest number of replicas of a service. */
  readonly minimumReplicas: number;
  /** Percent of the desired count that stays up in a deployment of a service with one replica. */
  readonly minimumHealthyPercent: number;
  /** A deployment of a published service goes back where a tenth of the requests fail for two minutes. */
  readonly deploymentAlarms: boolean;
  readonly postgresInstanceClass: string;
  readonly postgresMultiAz: boolean;
  /** Days; 0 switches automated backups off. */
  readonly postgresBackupRetention: number;
  readonly postgresDeletionProtection: boolean;
  readonly redisNodeType: string;
  /** Cache nodes: 1, or 2 with automatic failover. */
  readonly redisNodes: number;
  /** TLS of a new Postgres; one that stands keeps its own. */
  readonly postgresTls: StoreTls;
  /** TLS of a new cache, with a token where it is forced; `auto` where its clients get both through their URLs. */
  readonly redisTls: RedisTls;
  /** Days; 0 for none. */
  readonly redisSnapshotRetention: number;
  /** Days; a value that CloudWatch Logs takes (PutRetentionPolicy). */
  readonly logRetention: number;
  /** Seconds. */
  readonly deregistrationDelay: number;
  /** `berth exec`: whoever may call `ecs:ExecuteCommand` gets a shell in the services' containers, and their secrets. */
  readonly execEnabled: boolean;
  /** EFS: `bursting` grows with what is stored and costs nothing more; `elastic` is billed by what is read and written. */
  readonly volumeThroughput: "bursting" | "elastic";
  /** AWS Backup keeps daily copies of the file system for 35 days (EFS User Guide, Backing up). */
  readonly volumeBackups: boolean;
  /** Seconds of silence after which the load balancer closes a connection, 1 to 4000. */
  readonly albIdleTimeout: number;
  readonly albAccessLogs: boolean;
  readonly albDeletionProtection: boolean;
  /** The project's names stand in a public zone of their own, to which the domain's zone delegates. */
  readonly delegatedZone: boolean;
}

/** What each setting decides, in a line for the table of docs/modes.md. */
export const settingMeanings: Readonly<Record<keyof ModeSettings, string>> = {
  capacity:
    "`spot`: four tasks of five on Spot, the fifth on demand; `mixed`: one on demand and the rest on Spot; or `on-demand`, which takes the place of both where a run finds no room on Spot",
  vpc: "`new`, or one of the account: an id, or `{id, publicSubnets, privateSubnets, searchDomain}`",
  natStrategy: "the way out of the private subnets: a NAT `instance`, a `gateway`, or a `gateway-per-zone`",
  interfaceEndpoints:
    "services of AWS that are reached without the way out: `none`, `usual`, or a list such as `[ecr.api, ecr.dkr, logs]`",
  zones: "availability zones: 2 or 3",
  gpuInstanceFamily: "instances for services with a GPU: `g4dn` (T4), `g5` (A10G) or `g6` (L4)",
  minimumReplicas: "lowest number of replicas of a service",
  minimumHealthyPercent: "percent of the tasks that stay up while a service of one replica is deployed",
  deploymentAlarms:
    "a deployment of a published service is rolled back where a tenth of its requests end with a 5xx for two minutes",
  postgresInstanceClass: "instance class of RDS Postgres",
  postgresMultiAz: "a standby of the database in a second zone",
  postgresBackupRetention: "days that automated backups are kept; 0 for none",
  postgresDeletionProtection: "RDS refuses to delete the database",
  redisNodeType: "node type of ElastiCache",
  redisNodes: "cache nodes; from 2 on with automatic failover",
  postgresTls: "TLS of a new database: `required`, `preferred` or `off`; one that stands keeps what it has",
  redisTls:
    "TLS of a new cache: `required`, with an auth token; `preferred` or `off` without; `auto`: required where each client names the cache in `redis://` URLs alone",
  redisSnapshotRetention: "days that snapshots are kept; 0 for none",
  logRetention: "days that logs are kept",
  deregistrationDelay: "seconds that the load balancer lets a leaving task finish its requests",
  execEnabled:
    "`berth exec` opens a shell in the tasks: whoever may call `ecs:ExecuteCommand` is root in them, and reads their secrets",
  volumeThroughput:
    "throughput of the file system of named volumes: `bursting` grows with what it holds, `elastic` is billed by use",
  volumeBackups: "AWS Backup copies the file system of named volumes every day, and keeps that for 35 days",
  albIdleTimeout:
    "seconds of silence after which a connection closes: a WebSocket that pings in time stays open",
  albAccessLogs: "the load balancer writes access logs to a bucket",
  albDeletionProtection: "AWS refuses to delete the load balancer",
  delegatedZone:
    "the names of services stand in a public zone of the stack's own, to which the domain's zone delegates",
};

/** The table: each mode's value of each setting. */
export const modes: Readonly<Record<ModeName, ModeSettings>> = {
  affordable: {
    capacity: "spot",
    vpc: "new",
    natStrategy: "instance",
    interfaceEndpoints: "none",
    zones: 2,
    gpuInstanceFamily: "g4dn",
    minimumReplicas: 1,
    minimumHealthyPercent: 0,
    deploymentAlarms: false,
    postgresInstanceClass: "db.t4g.micro",
    postgresMultiAz: false,
    postgresBackupRetention: 1,
    postgresDeletionProtection: false,
    redisNodeType: "cache.t4g.micro",
    redisNodes: 1,
    postgresTls: "preferred",
    redisTls: "preferred",
    redisSnapshotRetention: 0,
    logRetention: 1,
    deregistrationDelay: 10,
    execEnabled: true,
    volumeThroughput: "bursting",
    volumeBackups: false,
    albIdleTimeout: 120,
    albAccessLogs: false,
    albDeletionProtection: false,
    delegatedZone: false,
  },
  balanced: {
    capacity: "mixed",
    vpc: "new",
    natStrategy: "gateway",
    interfaceEndpoints: "none",
    zones: 2,
    gpuInstanceFamily: "g4dn",
    minimumReplicas: 1,
    minimumHealthyPercent: 100,
    deploymentAlarms: true,
    postgresInstanceClass: "db.m7g.large",
    postgresMultiAz: false,
    postgresBackupRetention: 7,
    postgresDeletionProtection: false,
    redisNodeType: "cache.t4g.small",
    redisNodes: 1,
    postgresTls: "preferred",
    redisTls: "preferred",
    redisSnapshotRetention: 7,
    logRetention: 7,
    deregistrationDelay: 30,
    execEnabled: true,
    volumeThroughput: "elastic",
    volumeBackups: true,
    albIdleTimeout: 120,
    albAccessLogs: true,
    albDeletionProtection: false,
    delegatedZone: false,
  },
  "high-availability": {
    capacity: "on-demand",
    vpc: "new",
    natStrategy: "gateway-per-zone",
    interfaceEndpoints: "none",
    zones: 3,
    gpuInstanceFamily: "g4dn",
    minimumReplicas: 2,
    minimumHealthyPercent: 100,
    deploymentAlarms: true,
    postgresInstanceClass: "db.m7g.large",
    postgresMultiAz: true,
    postgresBackupRetention: 30,
    postgresDeletionProtection: true,
    redisNodeType: "cache.m7g.large",
    redisNodes: 2,
    postgresTls: "required",
    redisTls: "auto",
    redisSnapshotRetention: 30,
    logRetention: 30,
    deregistrationDelay: 60,
    execEnabled: false,
    volumeThroughput: "elastic",
    volumeBackups: true,
    albIdleTimeout: 120,
    albAccessLogs: true,
    albDeletionProtection: true,
    delegatedZone: false,
  },
};

/** Days that CloudWatch Logs keeps a group's events (API reference, PutRetentionPolicy: retentionInDays). */
const logRetentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const overrides = z
  .strictObject({
    capacity: z.enum(["spot", "mixed", "on-demand"]),
    vpc: vpcSetting,
    natStrategy: z.enum(["instance", "gateway", "gateway-per-zone"]),
    interfaceEndpoints: interfaceEndpointsSetting,
    zones: z.int().min(2).max(3),
    gpuInstanceFamily: z.enum(gpuFamilies),
    minimumReplicas: z.int().min(1),
    minimumHealthyPercent: z.int().min(0).max(100),
    deploymentAlarms: z.boolean(),
    postgresInstanceClass: z.string().regex(/^db\.[a-z0-9-]+\.[a-z0-9-]+$/),
    postgresMultiAz: z.boolean(),
    postgresBackupRetention: z.int().min(0).max(35),
    postgresDeletionProtection: z.boolean(),
    redisNodeType: z.string().regex(/^cache\.[a-z0-9-]+\.[a-z0-9-]+$/),
    redisNodes: z.int().min(1).max(6),
    postgresTls: z.enum(["required", "preferred", "off"]),
    redisTls: z.enum(["auto", "required", "preferred", "off"]),
    redisSnapshotRetention: z.int().min(0).max(35),
    logRetention: z.int().refine((days) => logRetentionDays.includes(days), {
      error: `must be one of ${logRetentionDays.join(", ")}`,
    }),
    deregistrationDelay: z.int().min(0).max(3600),
    execEnabled: z.boolean(),
    volumeThroughput: z.enum(["bursting", "elastic"]),
    volumeBackups: z.boolean(),
    albIdleTimeout: z.int().min(1).max(4000),
    albAccessLogs: z.boolean(),
    albDeletionProtection: z.boolean(),
    delegatedZone: z.boolean(),
  } satisfies Record<keyof ModeSettings, z.ZodType>)
  .partial();

/** A wrong value is told with what the setting decides; an unknown one with the setting that is meant. */
function problemsOf(
  issue: z.core.$ZodIssue,
  locate: (path: string) => SourceLocation | undefined,
): readonly Problem[] {
  const path = issue.path.reduce<string>(below, "x-berth");
  const settings = Object.keys(overrides.shape);
  if (issue.code === "unrecognized_keys" && issue.path.length === 0) {
    return issue.keys.map((key) => {
      const near = nearest(key, settings);
      const hint = near === undefined ? `settings are ${settings.join(", ")}` : `did you mean ${near}?`;
      return located(
        { path: below(path, key), message: `there is no setting ${JSON.stringify(key)}`, hint },
        locate,
      );
    });
  }
  const setting = settings.find((name) => name === issue.path[0]);
  const hint = setting === undefined ? undefined : settingMeanings[setting as keyof ModeSettings];
  return [located({ path, message: issue.message, ...(hint === undefined ? {} : { hint }) }, locate)];
}

function located(problem: Problem, locate: (path: string) => SourceLocation | undefined): Problem {
  const location = locate(problem.path ?? "");
  return location === undefined ? problem : { ...problem, location };
}

function below(path: string, key: PropertyKey): string {
  return typeof key === "number" ? `${path}[${key}]` : `${path}.${String(key)}`;
}

/**
 * The settings of a mode with a project's own over them.
 *
 * @param mode - the mode's name
 * @param own - `x-berth:` as written
 * @param locate - where a compose path stands in its file
 * @throws BerthError (project) that names every setting that is unknown or out of range
 */
export function modeSettings(
  mode: ModeName,
  own: Readonly<Record<string, unknown>> = {},
  locate: (path: string) => SourceLocation | undefined = () => undefined,
): ModeSettings {
  const parsed = overrides.safeParse(own);
  if (!parsed.success) {
    throw new BerthError(
      "project",
      parsed.error.issues.flatMap((issue) => problemsOf(issue, locate)),
    );
  }
  return { ...modes[mode], ...definedOnly(parsed.data) };
}
