/**
 * The project as everything downstream sees it: parsed once, typed, plain values only.
 *
 * `src/compose` makes the canonical compose form (compose-go's), `src/interpret` makes this of it.
 * Nothing here knows AWS resources, engines or the environment.
 */
import type { PullPolicy } from "./pull-policy";
import type { Problem, Warning } from "../errors";
import type { Alert } from "./alerts";
import type { Build } from "./build";
import type { Capabilities, Limits, MemoryFolder } from "./linux";
import type { Healthcheck, MountedFile, OwnDomain, PathPrefix, Port, Size, VolumeMount } from "./container";
import type { Autoscaling, Rollout } from "./running";
import type { StrategyRequest } from "./strategy";
import type { Schedule } from "./schedule";
import type { Site } from "./site";
import type { Architecture, EnvironmentValue } from "./values";

export type { Warning } from "../errors";
export type * from "./build";
export type * from "./container";
export type { Capabilities, Limits, MemoryFolder } from "./linux";
export type { Autoscaling, Rollout } from "./running";
export type { Schedule } from "./schedule";
export type { Site } from "./site";
export type * from "./values";

/** An image by name, or one that is built from a context. */
export type ImageSource =
  | { readonly kind: "reference"; readonly reference: string }
  | { readonly kind: "build"; readonly build: Build };

export type DependencyCondition = "service_started" | "service_healthy" | "service_completed_successfully";

export interface Dependency {
  readonly service: string;
  readonly condition: DependencyCondition;
  readonly required: boolean;
}

interface ServiceCommon {
  readonly name: string;
  /** Other names under which the service resolves inside the project, without duplicates, sorted. */
  readonly aliases: readonly string[];
  readonly dependsOn: readonly Dependency[];
}

/** A container that ECS runs. */
export interface ContainerService extends ServiceCommon {
  readonly kind: "container";
  /**
   * `service`: ECS keeps it running. `task`: it runs to its end, once in every run of the engine. `schedule`: it runs to
   * its end at each of its times. `static`: it never runs, its files are served.
   */
  readonly lifecycle: "service" | "task" | "schedule" | "static";
  /** Of what runs to its end: how often it is started again after it failed. @default never */
  readonly retries?: number;
  /** When it runs; given where its lifecycle is `schedule`, and nowhere else. */
  readonly schedule?: Schedule;
  /** What of it is served; given where its lifecycle is `static`, and nowhere else: then its image is a build. */
  readonly site?: Site;
  readonly image: ImageSource;
  readonly architecture: Architecture;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly workingDir?: string;
  readonly user?: string;
  /** USER of its image, a number with or without a group, where the file says no user. @default a name, or unknown */
  readonly imageUser?: string;
  readonly readOnly?: boolean;
  readonly init?: boolean;
  readonly capabilities?: Capabilities;
  /** By name; on Fargate `nofile` alone. */
  readonly ulimits?: Readonly<Record<string, Limits>>;
  /** Kernel parameters of its namespaces, sorted by name. */
  readonly sysctls?: Readonly<Record<string, string>>;
  /** MiB of /dev/shm; with a GPU alone. @default what the platform gives */
  readonly sharedMemory?: number;
  /** GiB of the task's disk, from 21 to 200; on Fargate alone. @default 20 */
  readonly disk?: number;
  /** Options of the log driver awslogs. */
  readonly logOptions?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** Seconds, at most 120 on Fargate. */
  readonly stopTimeout?: number;
  readonly environment: Readonly<Record<string, EnvironmentValue>>;
  /** Sorted by path, each path once, at least one. */
  readonly files?: readonly MountedFile[];
  /** Named volumes, in the file's order; at least one. */
  readonly volumes?: readonly VolumeMount[];
  /** Folders in memory, each path once; at least one. */
  readonly tmpfs?: readonly MemoryFolder[];
  /** Paths of folders on the task's disk, where the root can't be written to; at least one. */
  readonly folders?: readonly string[];
  /** When the registry is asked what the image's tag means. @default the digest of the last success holds */
  readonly pull?: PullPolicy;
  /** The secret of Parameter Store with which the image's registry is asked. @default the registry asks for none */
  readonly registryCredentials?: string;
  /** IAM policies of its role: ARNs, or names of the account's own; sorted. @default it may do nothing in AWS */
  readonly policies?: readonly string[];
  /** Alarms that take its deployments back: names, or ARNs of its account and region; sorted. @default the mode's alone */
  readonly alarms?: readonly string[];
  readonly ports: readonly Port[];
  /** Of its first published port; each name once. @default the project's domain alone */
  readonly domains?: readonly OwnDomain[];
  /** @default the whole of its addresses */
  readonly path?: PathPrefix;
  /** Whether it asks for `/` of the load balancer's own name. @default it gets it where it looks most like the site */
  readonly root?: true;
  /** Seconds that a client stays with the task which answered first, 1 to 604800. @default any task answers */
  readonly stickiness?: number;
  readonly healthcheck?: Healthcheck;
  readonly size: Size;
  /** Whether neither the file nor what is known of the image says a size. @default one of them does */
  readonly unsized?: true;
  /** Whether the stack ran it before its image's own words counted: they don't count now either. */
  readonly older?: true;
  /** GPUs of each task, which then runs on an EC2 instance. @default none: on Fargate */
  readonly gpus?: number;
  readonly replicas: number;
  /** How a deployment replaces the tasks. @default by the mode */
  readonly rollout?: Rollout;
  /** How requests move to the tasks of a new revision. @default by the mode */
  readonly strategy?: StrategyRequest;
  /** @default `replicas` tasks, always */
  readonly autoscaling?: Autoscaling;
  /** The networks by which others reach it, and it them. @default all containers of the project reach each other */
  readonly networks?: readonly string[];
  /** The managed services (by name) that this one names in `depends_on`, or in its environment. */
  readonly uses: readonly string[];
}

/**
 * Whether a store asks for TLS. `required`: it refuses a connection without. `preferred`: it takes both. `off`: clients
 * are not to use it; a database on RDS can't stop offering it.
 */
export type StoreTls = "required" | "preferred" | "off";

/** What every database on RDS has that replaces a service's container. */
export interface DatabaseCommon extends ServiceCommon {
  /** Major version, from the image tag: `"16"`. */
  readonly version: string;
  /** Absent where the server is to begin without one: MySQL alone can. */
  readonly database?: string;
  readonly username: string;
  readonly password: EnvironmentValue;
  /** GiB of storage, where the file says so. */
  readonly storage?: number;
  /** An RDS instance class, where the file says so. */
  readonly instanceClass?: string;
  /** A snapshot to restore from. */
  readonly fromSnapshot?: string;
  /** @default false */
  readonly allowDowntime?: boolean;
  /** @default what the store has, else what the mode says */
  readonly tls?: StoreTls;
  /** A version past its standard support is accepted, with its price. @default false */
  readonly extendedSupport?: boolean;
  /** By AWS's names, over what keeps the instance as its image is. @default none */
  readonly parameters?: Readonly<Record<string, string>>;
  /** GiB up to which RDS lets the storage grow by itself. @default it does not grow */
  readonly maxStorage?: number;
  /** Input and output operations in a second. @default gp3's own */
  readonly iops?: number;
  /** MiB in a second. @default gp3's own */
  readonly throughput?: number;
  /** `mon:03:00-mon:04:00`, UTC. @default RDS chooses */
  readonly maintenanceWindow?: string;
  /** `02:00-03:00`, UTC. @default RDS chooses */
  readonly backupWindow?: string;
  /** Absolute path at which its clients find Amazon's certificates. @default they get none */
  readonly ca?: string;
  /** Read replicas, at most 15, reached under a name of their own. @default none */
  readonly replicas?: number;
}

/** RDS Postgres in place of the service's container. */
export interface PostgresService extends DatabaseCommon {
  readonly kind: "postgres";
  readonly database: string;
}

/** RDS MySQL or MariaDB in place of the service's container. */
export interface MysqlService extends DatabaseCommon {
  readonly kind: "mysql";
  readonly engine: "mysql" | "mariadb";
}

/** A store that is an instance of RDS. */
export type DatabaseService = PostgresService | MysqlService;

/** ElastiCache (Redis or Valkey) in place of the service's container. */
export interface RedisService extends ServiceCommon {
  readonly kind: "redis";
  readonly engine: "redis" | "valkey";
  /** Engine version as ElastiCache takes it: `"7.1"`. */
  readonly version: string;
  /** @default what the store has, else what the mode says */
  readonly tls?: StoreTls;
  /** A version past its standard support is accepted, with its price. @default false */
  readonly extendedSupport?: boolean;
  /** By AWS's names. @default those of the engine */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Its image was started with a password, which its clients' URLs have. @default false */
  readonly hasPassword?: boolean;
  /** TLS is forced, and a token asked for. @default false: TLS is as `tls` says, and no token */
  readonly secured?: boolean;
  readonly nodeType?: string;
  /** Nodes beside the first, at most 5, reached under a name of their own. @default by the mode, without such a name */
  readonly replicas?: number;
  readonly fromSnapshot?: string;
  /** @default false */
  readonly allowDowntime?: boolean;
}

/** A managed store in place of a container: `src/stores` has a row for each kind. */
export type StoreService = DatabaseService | RedisService;
export type StoreKind = StoreService["kind"];

export type Service = ContainerService | StoreService;

/** Verdict of one key that a project uses (`plan.coverage`). */
export interface Coverage {
  /** `services.api.restart` */
  readonly path: string;
  readonly verdict: "honoured" | "warned" | "refused";
  readonly why?: string;
}

/** A whole project. `services` are in dependency order: what is depended on comes first. */
export interface Project {
  readonly name: string;
  readonly services: readonly Service[];
  /** Names of the secrets that the project needs from Parameter Store, sorted. */
  readonly secrets: readonly string[];
  readonly coverage: readonly Coverage[];
  readonly warnings: readonly Warning[];
  /** Settings of `x-berth:` at the top of the file, as written; parsed with the mode's table (`modes.ts`). */
  readonly overrides: Readonly<Record<string, unknown>>;
  /** Who is notified of what goes wrong between runs; at least one. @default nobody */
  readonly alerts?: readonly Alert[];
}

/** The outcome of reading a project: it, or every problem at once. */
export type ProjectResult =
  | { readonly ok: true; readonly project: Project }
  | { readonly ok: false; readonly problems: readonly Problem[] };
