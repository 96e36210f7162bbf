/**
 * The ports: what the use-cases of `src/app` and the program of `stacks` ask of the world.
 * Adapters: `src/engine`, `src/aws`, `src/simulator`, `src/archive`.
 */
import type { Architecture, Project } from "./project/model";
import type { ModeSettings } from "./project/modes";

// ---------------------------------------------------------------------------------------------- engine

/** A stack of a project; both lower case. */
export interface StackIdentity {
  readonly project: string;
  readonly stack: string;
}

export type Operation = "create" | "update" | "replace" | "delete" | "same";

/** How many resources each operation touched; components (`berth:aws:*`) and providers are counted too. */
export type Changes = Readonly<Record<Operation, number>>;

/** One resource of a plan or of a run (DESIGN section 3, `plan`). */
export interface ResourceStep {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly parent?: string;
  readonly op: Operation;
  /** Inputs; secrets stand as `"[secret]"`, values not known before the run as `"[unknown]"`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** URNs, sorted. */
  readonly dependsOn: readonly string[];
  readonly protect: boolean;
  /** Names of the top-level inputs that differ, for update and replace. */
  readonly diff?: readonly string[];
}

/** What an engine's run came to. A failed run throws; its steps reached `onEvent` before. */
export interface EngineRun {
  readonly steps: readonly ResourceStep[];
  /** The stack's outputs; secrets stand as `"[secret]"`. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What an engine reports while it runs. */
export type EngineEvent =
  | {
      readonly kind: "resource";
      readonly status: "started" | "done" | "failed";
      readonly op: Operation | "refresh" | "read";
      readonly urn: string;
      readonly type: string;
      readonly name: string;
      /** Seconds that the operation took, when it ended. */
      readonly seconds?: number;
    }
  | {
      readonly kind: "diagnostic";
      readonly severity: "info" | "warning" | "error";
      readonly message: string;
      readonly urn?: string;
    };

/** A Pulumi inline program: declares resources, returns the stack's outputs. */
export type Program = () => Promise<Record<string, unknown>>;

/** Everything that the program of `stacks/project.ts` is made from: plain values, and the port that builds images. */
export interface ProjectProgramArgs {
  readonly project: Project;
  readonly stack: string;
  readonly region: string;
  readonly mode: ModeSettings;
  /** The domain that services are published under. */
  readonly domain?: string;
  readonly hostedZoneId?: string;
  /** Another AWS endpoint, for Pulumi's provider. */
  readonly endpointUrl?: string;
  readonly builds: ImageBuilder;
  /** Service to context digest, which is its image's tag. */
  readonly digests: Readonly<Record<string, string>>;
  /** Secret's name to its version in Parameter Store: another version starts the services that use it anew. */
  readonly secretVersions?: Readonly<Record<string, string>>;
  /** The bucket of archives: what a build task may read. */
  readonly archiveBucket?: string;
  readonly secretsKeyArn?: string;
  readonly permissionsBoundaryArn?: string;
}

export interface EngineRequest extends StackIdentity {
  readonly onEvent: (event: EngineEvent) => void;
  /** Aborted when the run is to end in order: start nothing new, let what is in flight end. */
  readonly signal: AbortSignal;
  /** URNs to restrict the operation to. @default all */
  readonly targets?: readonly string[];
}

export interface ProgramRequest extends EngineRequest {
  readonly program: Program;
  /** Compare the state with the cloud first. @default false */
  readonly refresh?: boolean;
}

export interface StackSummary extends StackIdentity {
  /** ISO 8601; absent where the stack was never updated. */
  readonly lastUpdate?: string;
  readonly resourceCount?: number;
}

/**
 * An engine of infrastructure: Pulumi's Automation API, or the simulator.
 * Every method rejects with a BerthError: `deployment` where a resource failed, `locked` where another run
 * holds the stack, `cancelled` where `signal` was aborted.
 */
export interface Engine {
  readonly kind: "pulumi" | "simulator";
  /** Writes no state, also for a stack that does not exist yet. */
  preview(request: ProgramRequest): Promise<EngineRun>;
  /** Creates the stack where it is missing. */
  up(request: ProgramRequest): Promise<EngineRun>;
  refresh(request: EngineRequest): Promise<EngineRun>;
  /** Deletes every resource, dependents first; the stack's record stays. */
  destroy(request: EngineRequest): Promise<EngineRun>;
  /** Removes the record of a stack that holds no resources. */
  remove(stack: StackIdentity): Promise<void>;
  /** Breaks another run's lock on the stack. @returns whether there was one */
  cancel(stack: StackIdentity): Promise<boolean>;
  /** The outputs, `undefined` where there is no such stack. */
  outputs(stack: StackIdentity): Promise<Readonly<Record<string, unknown>> | undefined>;
  list(): Promise<readonly StackSummary[]>;
  /** Changes whenever the stack's state does; `undefined` where there is no such stack. Cheap: starts no engine. */
  stateVersion(stack: StackIdentity): Promise<string | undefined>;
}

/**
 * Reads a state backend's objects without the engine's help: what lies under its `.pulumi` folder.
 * URLs are `file:///directory/key` or `s3://bucket/key`, without a query.
 */
export interface StateReader {
  /** Changes whenever the object does (an ETag, a hash); `undefined` where there is none. */
  version(url: string): Promise<string | undefined>;
  /** The object as text, `undefined` where there is none. */
  read(url: string): Promise<string | undefined>;
  /** Whether there is an object whose URL starts with this prefix, which ends in a slash. */
  any(prefix: string): Promise<boolean>;
}

// ---------------------------------------------------------------------------------------------- image builds

/** One image for one platform. */
export interface ImageBuildRequest {
  /** The compose service that wants it. */
  readonly service: string;
  readonly architecture: Architecture;
  /** The context digest (DESIGN section 4), which is the image's tag. */
  readonly digest: string;
  readonly context: string;
  readonly dockerfile: string;
  readonly target?: string;
  readonly args: Readonly<Record<string, string>>;
  /** `<account>.dkr.ecr.<region>.amazonaws.com/<project>/kaniko-build` */
  readonly repositoryUrl: string;
  readonly cacheRepositoryUrl: string;
  readonly clusterArn: string;
  readonly taskDefinitionArn: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly logGroupName: string;
}

/** One row of `Result.builds`. */
export interface ImageBuildResult {
  readonly service: string;
  readonly platform: "linux/amd64" | "linux/arm64";
  /** `repository:tag` */
  readonly image: string;
  readonly cached: boolean;
  readonly seconds: number;
}

export interface ImageBuildFailure {
  readonly service: string;
  readonly platform: "linux/amd64" | "linux/arm64";
  readonly message: string;
  /** The last lines of the build's log. */
  readonly logTail: readonly string[];
}

/**
 * Builds images inside a program's `apply`. A rejected `apply` loses its type on the way through an engine,
 * so a builder records its failures and the use-case asks for them after the run (DESIGN section 7).
 */
export interface ImageBuilder {
  /** `repository:tag`, the same in preview and in a run, known without building. */
  imageName(request: Pick<ImageBuildRequest, "repositoryUrl" | "digest" | "architecture">): string;
  /** Resolves to {@link imageName} once that image is in the registry; builds it only where it is missing. */
  ensure(request: ImageBuildRequest): Promise<string>;
  results(): readonly ImageBuildResult[];
  failures(): readonly ImageBuildFailure[];
  /** Stops the running build tasks. */
  stop(): Promise<void>;
}

/** One line of progress of an image. */
export interface BuildProgress {
  readonly service: string;
  readonly platform: ImageBuildResult["platform"];
  /** `repository:tag` */
  readonly image: string;
  /** `cached`: it was there already. */
  readonly status: "cached" | "started" | "succeeded" | "failed" | "cancelled";
  /** Since the build was wanted. */
  readonly seconds: number;
  /** Why it failed. */
  readonly message?: string;
}

/** State of a build task, as ECS has it. */
export interface BuildTaskState {
  readonly status: "PENDING" | "RUNNING" | "STOPPED";
  /** Of the container, once stopped. */
  readonly exitCode?: number;
  /** ECS's own words. */
  readonly stoppedReason?: string;
}

/** What a build asks of ECS, ECR and CloudWatch Logs; `src/aws` and `src/simulator` answer. */
export interface BuildTasks {
  /** Whether the repository holds the tag (BatchGetImage). */
  hasImage(repositoryUrl: string, tag: string): Promise<boolean>;
  /** Starts the executor with these arguments. @returns the task's ARN */
  run(request: ImageBuildRequest, executorArguments: readonly string[]): Promise<string>;
  describe(clusterArn: string, taskArn: string): Promise<BuildTaskState>;
  /** The last lines, oldest first. */
  logTail(request: ImageBuildRequest, taskArn: string, lines: number): Promise<readonly string[]>;
  stop(clusterArn: string, taskArn: string, reason: string): Promise<void>;
}

// ---------------------------------------------------------------------------------------------- archive, secrets, time

/** Reads archives and small objects from S3 and HTTPS. */
export interface ArchiveStore {
  /**
   * Opens an archive as a stream of bytes.
   * @param location - `s3://bucket/key` or `https://…`
   * @throws BerthError (project) with one clear line: missing key, missing bucket, refused access, unreachable
   */
  open(location: string): Promise<NodeJS.ReadableStream>;
}

/** Which version of a secret is set; never its value. */
export interface SecretVersion {
  readonly name: string;
  /** `undefined` where it is not set. */
  readonly version?: string;
}

/** Parameter Store under `/berth/<project>/<stack>/`. */
export interface SecretStore {
  versions(stack: StackIdentity, names: readonly string[]): Promise<readonly SecretVersion[]>;
}

/** Small texts by key (`folder/name.json`) beside a state backend: a directory, or a prefix of a bucket. */
export interface TextStore {
  /** `undefined` where there is none. */
  read(key: string): Promise<string | undefined>;
  /** Whole or not at all. */
  write(key: string, text: string): Promise<void>;
  /** Nothing happens where there is none. */
  remove(key: string): Promise<void>;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
