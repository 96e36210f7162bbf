/** The ports of what runs as a task of ECS inside the program of a project: image builds, and one-off services. */
import type { Architecture } from "../project/model";

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
}

/** What following a task asks of ECS and CloudWatch Logs, whatever it was started for. */
export interface TaskControl {
  describe(placement: TaskPlacement, taskArn: string): Promise<TaskState>;
  /** The last lines, oldest first. */
  logTail(placement: TaskPlacement, taskArn: string, lines: number): Promise<readonly string[]>;
  stop(placement: TaskPlacement, taskArn: string, reason: string): Promise<void>;
}

// ---------------------------------------------------------------------------------------------- one-off tasks

/** One run of a compose service that runs to its end: a migration, a seed. */
export interface OneOffRequest extends TaskPlacement {
  /** The compose service. */
  readonly service: string;
  /** Where `false`, its failure is told and fails nothing: everything that waits for it says `required: false`. */
  readonly required: boolean;
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
  readonly status: "started" | "succeeded" | "failed" | "cancelled";
  /** Since the task was wanted. */
  readonly seconds: number;
  /** Why it failed. */
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
  /** @returns the task's ARN */
  run(request: OneOffRequest): Promise<string>;
}

// ---------------------------------------------------------------------------------------------- image builds

/** One image for one platform. */
export interface ImageBuildRequest extends TaskPlacement {
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
  /** Whether an image that is missing could be built: a build task reads the project's archive from S3. */
  readonly canBuild: boolean;
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

/** What a build asks of ECS, ECR and CloudWatch Logs; `src/aws` and `src/simulator` answer. */
export interface BuildTasks extends TaskControl {
  /** Whether the repository holds the tag (BatchGetImage). */
  hasImage(repositoryUrl: string, tag: string): Promise<boolean>;
  /** Starts the executor with these arguments. @returns the task's ARN */
  run(request: ImageBuildRequest, executorArguments: readonly string[]): Promise<string>;
}
