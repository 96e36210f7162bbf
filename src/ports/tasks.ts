/** The ports of what runs as a task of ECS inside the program of a project: image builds, and one-off services. */
import type { Readable } from "node:stream";
import type { Architecture, Build, Size } from "../model/project";
import type { Platform } from "../model/platforms";

// ---------------------------------------------------------------------------------------------- tasks of ECS

/** Where a task runs, and where its log goes: what RunTask asks for. */
export interface TaskPlacement {
  readonly clusterArn: string;
  readonly taskDefinitionArn: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly logGroupName: string;
  /** The container whose exit code and log are the task's. @default the definition's first */
  readonly containerName?: string;
}

/** State of a task, as ECS has it. */
export interface TaskState {
  readonly status: "PENDING" | "RUNNING" | "STOPPED";
  /** Of the container, once stopped. */
  readonly exitCode?: number;
  /** ECS's own words. */
  readonly stoppedReason?: string;
  /** ECS's own code (API reference, Task, `stopCode`): `SpotInterruption`, `TaskFailedToStart` and others. */
  readonly stopCode?: string;
}

/** What following a task asks of ECS and CloudWatch Logs, whatever it was started for. */
export interface TaskControl {
  describe(placement: TaskPlacement, taskArn: string): Promise<TaskState>;
  /** The last lines, oldest first. */
  logTail(placement: TaskPlacement, taskArn: string, lines: number): Promise<readonly string[]>;
  stop(placement: TaskPlacement, taskArn: string, reason: string): Promise<void>;
}

/** The task's ARN; `unavailable` with ECS's reason where there is no capacity of its kind now. */
export type StartedTask = { readonly taskArn: string } | { readonly unavailable: string };

// ---------------------------------------------------------------------------------------------- one-off tasks

/** One run of a compose service that runs to its end: a migration, a seed. */
export interface OneOffRequest extends TaskPlacement {
  /** The compose service. */
  readonly service: string;
  /** Where `false`, its failure is reported and fails nothing: everything that waits for it says `required: false`. */
  readonly required: boolean;
  /** How often it is started again where its program failed. @default never */
  readonly retries?: number;
  /** In place of the container's own. @default the task definition's */
  readonly command?: readonly string[];
}

export interface OneOffFailure {
  readonly service: string;
  readonly message: string;
  /** The last lines of the task's log. */
  readonly logTail: readonly string[];
  readonly logGroupName: string;
}

/** One line of progress of a one-off task. */
export interface OneOffProgress {
  readonly service: string;
  /** `again`: AWS had no capacity for it, or its program failed, and it is tried once more. */
  readonly status: "started" | "again" | "succeeded" | "failed" | "cancelled";
  /** Since the task was wanted. */
  readonly seconds: number;
  /** Why it failed, or is tried again. */
  readonly message?: string;
}

/**
 * Runs one-off tasks inside a program's `apply`, each one once in every run of the engine that changes AWS, as
 * `docker compose up` does: what it runs has to be idempotent. Like an {@link ImageBuilder} it records its failures,
 * and the use-case asks for them after the run.
 */
export interface TaskRunner {
  /**
   * Starts a task.
   * @returns its ARN; `undefined` where it could not be started and is not required
   */
  start(request: OneOffRequest): Promise<string | undefined>;
  /** Resolves when a started task has ended with exit code 0, or has ended at all where it is not required. */
  completed(taskArn: string | undefined): Promise<void>;
  failures(): readonly OneOffFailure[];
  /** Starts nothing more, and resolves when what runs has ended: a migration is never left halfway, or unseen. */
  finish(): Promise<void>;
  /** Stops the running tasks. */
  stop(): Promise<void>;
}

/** What a one-off task asks of ECS; `src/aws` and `src/simulator` answer. */
export interface OneOffTasks extends TaskControl {
  /** Starts the task, on demand: on Spot a migration could be interrupted halfway. */
  run(request: OneOffRequest): Promise<StartedTask>;
}

// ---------------------------------------------------------------------------------------------- image builds

/** One image for one platform. */
export interface ImageBuildRequest extends TaskPlacement {
  /** The compose service that wants it. */
  readonly service: string;
  readonly architecture: Architecture;
  /** The context digest (docs/design.md, The archive), which is the image's tag. */
  readonly digest: string;
  readonly build: Build;
  /** The images of the services that its Dockerfile takes by name, as `repository:tag`. @default none */
  readonly images?: Readonly<Record<string, string>>;
  /** `<account>.dkr.ecr.<region>.amazonaws.com/<project>/kaniko-build` */
  readonly repositoryUrl: string;
  readonly cacheRepositoryUrl: string;
  /** The bucket that contexts are laid into for the executor. */
  readonly contextBucket: string;
  /** The size of the task definition; a build that runs out of memory gets the next one. */
  readonly size: Size;
  /** Whether it may run on Spot, which costs a third and may be interrupted. */
  readonly spot: boolean;
  /** Registries of base images to the cache that replaces each: `index.docker.io`, `public.ecr.aws`. */
  readonly registryMaps?: Readonly<Record<string, string>>;
}

/** By what a service's image is known before it is built. */
export interface ImageTags {
  /** Of what the service runs: the one platform's digest, or one over all of them. */
  readonly tag: string;
  /** Each platform's context digest, which is its image's tag; at least one. */
  readonly platforms: readonly { readonly architecture: Architecture; readonly digest: string }[];
}

/** The images of one service for several platforms, under one tag. */
export interface ImageIndexRequest {
  readonly service: string;
  readonly repositoryUrl: string;
  readonly tag: string;
  readonly logGroupName: string;
  /** The images, one for each platform. */
  readonly images: readonly { readonly architecture: Architecture; readonly digest: string }[];
}

/** One row of `Result.builds`. */
export interface ImageBuildResult {
  readonly service: string;
  readonly platform: Platform;
  /** `repository:tag` */
  readonly image: string;
  readonly cached: boolean;
  readonly seconds: number;
}

export interface ImageBuildFailure {
  readonly service: string;
  readonly platform: Platform;
  readonly message: string;
  /** The last lines of the build's log. */
  readonly logTail: readonly string[];
  /** Where the whole log is. */
  readonly logGroupName: string;
}

/**
 * Builds images inside a program's `apply`. A rejected `apply` loses its type on the way through an engine,
 * so a builder records its failures and the use-case asks for them after the run (docs/design.md, Image builds).
 */
export interface ImageBuilder {
  /**
   * What a preview shows, without building: `repository@sha256:…` where the registry holds the tag, as a run would
   * find it, else `repository:tag`.
   */
  preview(repositoryUrl: string, tag: string): Promise<string>;
  /** Resolves to `repository@sha256:…` once that image is in the registry; builds it only where it is missing. */
  ensure(request: ImageBuildRequest): Promise<string>;
  /** As {@link ensure}, of an index over images that are there. */
  ensureIndex(request: ImageIndexRequest): Promise<string>;
  /**
   * Resolves once the test stage of a build has succeeded, or where the image is there already: it was tested before
   * it was published. Nothing to do for a build without a test.
   */
  test(request: ImageBuildRequest): Promise<void>;
  results(): readonly ImageBuildResult[];
  failures(): readonly ImageBuildFailure[];
  /** Stops the running build tasks. */
  stop(): Promise<void>;
}

/** The step of a build in its Dockerfile. */
export interface BuildStep {
  /** Counts from 1. */
  readonly number: number;
  /** Instructions in all, where the Dockerfile shows it. */
  readonly total?: number;
  /** `RUN npm ci` */
  readonly instruction: string;
  /** Whether its layer came out of the cache. */
  readonly cached: boolean;
}

/** One line of progress of an image. */
export interface BuildProgress {
  readonly service: string;
  readonly platform: ImageBuildResult["platform"];
  /** `repository:tag` */
  readonly image: string;
  /**
   * `cached`: it was there already. `testing`: its test stage began. `step`: an instruction of the Dockerfile began.
   * `again`: a task was lost, and another one begins.
   */
  readonly status: "cached" | "testing" | "started" | "step" | "again" | "succeeded" | "failed" | "cancelled";
  /** Since the build was wanted. */
  readonly seconds: number;
  /** Why it failed, or begins again. */
  readonly message?: string;
  readonly step?: BuildStep;
  /** Of a build that succeeded: instructions, and how many of them came out of the cache. */
  readonly steps?: { readonly total: number; readonly cached: number };
}

/** How a build task runs. */
export interface BuildCapacity {
  readonly provider: "FARGATE" | "FARGATE_SPOT";
  /** @default the task definition's */
  readonly size?: Size;
}

/** A position in a task's log, to go on from. */
export interface LogPage {
  readonly lines: readonly string[];
  /** For the next call; absent where the log has not begun. */
  readonly next?: string;
}

/** A manifest in a registry. */
export interface Manifest {
  /** `sha256:…` */
  readonly digest: string;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
}

/** What a build asks of ECS, ECR, S3 and CloudWatch Logs; `src/aws` and `src/simulator` answer. */
export interface BuildTasks extends TaskControl {
  /** The manifest under a tag or a digest; `undefined` where the repository, or what is asked for, isn't there. */
  manifest(repositoryUrl: string, reference: string): Promise<Manifest | undefined>;
  /** Pushes a manifest under an immutable tag; one that another run has put there first stays, and is no error. */
  putManifest(repositoryUrl: string, tag: string, manifest: string, mediaType: string): Promise<void>;
  /**
   * Lays a packed context into the bucket, under a key that is its digest's own; one that is there already is neither
   * packed nor sent.
   *
   * @param signal - ends it within seconds, the packing too
   * @returns `s3://bucket/key`
   */
  putContext(bucket: string, key: string, pack: () => Readable, signal?: AbortSignal): Promise<string>;
  /** Starts the executor with these arguments. */
  run(
    request: ImageBuildRequest,
    executorArguments: readonly string[],
    capacity: BuildCapacity,
  ): Promise<StartedTask>;
  /** What a task has logged since the last page, oldest first. */
  logPage(placement: TaskPlacement, taskArn: string, from: string | undefined): Promise<LogPage>;
}
