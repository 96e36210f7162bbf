/** Images built inside a program's `apply`: looked up first, built once where they are missing (DESIGN section 7). */
import { BerthError, messageOf, type Problem } from "../errors";
import type {
  BuildProgress,
  BuildTasks,
  Clock,
  ImageBuilder,
  ImageBuildFailure,
  ImageBuildRequest,
  ImageBuildResult,
} from "../ports";
import { Limit } from "./build-limit";
import { executorArguments, platformOf } from "./kaniko";
import { followTask } from "./task";

export interface KanikoImageBuilderOptions {
  readonly tasks: BuildTasks;
  readonly clock: Clock;
  /** Where the project's archive lies, which is the context of every build: `s3://bucket/key`. */
  readonly archive: string;
  /** Build tasks at once. @default 5 */
  readonly concurrency?: number;
  /** Milliseconds that one build may take. @default an hour */
  readonly timeout?: number;
  readonly onProgress?: (progress: BuildProgress) => void;
}

/** Lines of a failed build's log that are shown (DESIGN section 7). */
const logTailLines = 40;

/** One image that is wanted, by whichever service asked first. */
interface Wanted {
  readonly request: ImageBuildRequest;
  readonly image: Promise<string>;
}

/** Builds with Kaniko, as one task for each image. */
export class KanikoImageBuilder implements ImageBuilder {
  readonly #options: KanikoImageBuilderOptions;
  readonly #limit: Limit;
  readonly #stopping = new AbortController();
  readonly #wanted = new Map<string, Wanted>();
  readonly #results: ImageBuildResult[] = [];
  readonly #failures: ImageBuildFailure[] = [];

  constructor(options: KanikoImageBuilderOptions) {
    this.#options = options;
    this.#limit = new Limit(options.concurrency ?? 5);
  }

  get canBuild(): boolean {
    return /^s3:\/\/[^/]+\/./.test(this.#options.archive);
  }

  /** The tag is the context digest as it is: it holds the platform already (DESIGN section 4). */
  imageName({
    repositoryUrl,
    digest,
  }: Pick<ImageBuildRequest, "repositoryUrl" | "digest" | "architecture">): string {
    return `${repositoryUrl}:${digest}`;
  }

  /**
   * @throws BerthError (build) where the build failed, also to be found in {@link failures};
   *   BerthError (cancelled) after {@link stop}
   */
  async ensure(request: ImageBuildRequest): Promise<string> {
    const image = this.imageName(request);
    const first = this.#wanted.get(image);
    if (first === undefined) {
      const wanted = { request, image: this.#make(request, image) };
      this.#wanted.set(image, wanted);
      return wanted.image;
    }
    if (first.request.architecture !== request.architecture) {
      throw new Error(`One digest for two architectures: ${image}`);
    }
    await first.image;
    if (first.request.service !== request.service) this.#record(request, image, true, 0);
    return image;
  }

  results(): readonly ImageBuildResult[] {
    return this.#results;
  }

  failures(): readonly ImageBuildFailure[] {
    return this.#failures;
  }

  /** Starts nothing more, stops what runs, and resolves when every task was told to stop. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled([...this.#wanted.values()].map(({ image }) => image));
  }

  /** The whole way of one image; its failures are recorded here, because an engine loses what an `apply` throws. */
  async #make(request: ImageBuildRequest, image: string): Promise<string> {
    const started = this.#options.clock.now();
    const seconds = (): number => (this.#options.clock.now() - started) / 1_000;
    try {
      const cached = await this.#hasImage(request);
      if (!cached) await this.#limit.run(() => this.#build(request, image, seconds));
      this.#record(request, image, cached, seconds());
      this.#tell(request, image, { status: cached ? "cached" : "succeeded", seconds: seconds() });
      return image;
    } catch (error) {
      if (error instanceof BerthError && error.kind === "cancelled") {
        this.#tell(request, image, { status: "cancelled", seconds: seconds() });
        throw error;
      }
      const message = messageOf(error);
      const logTail = error instanceof FailedBuild ? error.logTail : [];
      const { service, architecture } = request;
      this.#failures.push({ service, platform: platformOf(architecture), message, logTail });
      this.#tell(request, image, { status: "failed", seconds: seconds(), message });
      throw error instanceof BerthError ? error : buildError(request, message, error);
    }
  }

  async #build(request: ImageBuildRequest, image: string, seconds: () => number): Promise<void> {
    const { tasks, clock, archive, timeout = 3_600_000 } = this.#options;
    const { signal } = this.#stopping;
    if (signal.aborted) throw cancelled(image);
    if (!this.canBuild) throw new BerthError("build", archiveNotOnS3(request.service));
    this.#tell(request, image, { status: "started", seconds: seconds() });
    const taskArn = await tasks.run(request, executorArguments(request, archive, image));
    const end = await followTask(request, taskArn, {
      tasks,
      clock,
      signal,
      timeout,
      logLines: logTailLines,
      words: { task: "the build task", program: "the executor" },
    });
    if (end.kind === "cancelled") throw cancelled(image);
    if (end.kind === "failed") throw new FailedBuild(end.message, end.logTail);
    // The executor's exit code says that it believes so; the registry is what the service is started from.
    if (!(await this.#hasImage(request))) {
      throw new FailedBuild(`the executor ended with exit code 0, but ${image} is not in the registry`, []);
    }
  }

  #hasImage({ repositoryUrl, digest }: ImageBuildRequest): Promise<boolean> {
    return this.#options.tasks.hasImage(repositoryUrl, digest);
  }

  #record(
    { service, architecture }: ImageBuildRequest,
    image: string,
    cached: boolean,
    seconds: number,
  ): void {
    this.#results.push({ service, platform: platformOf(architecture), image, cached, seconds });
  }

  #tell(
    { service, architecture }: ImageBuildRequest,
    image: string,
    what: Pick<BuildProgress, "status" | "seconds" | "message">,
  ): void {
    this.#options.onProgress?.({ service, platform: platformOf(architecture), image, ...what });
  }
}

/** A build that ran and failed, on its way to the record. */
class FailedBuild extends Error {
  constructor(
    message: string,
    readonly logTail: readonly string[],
  ) {
    super(message);
  }
}

function cancelled(image: string): BerthError {
  return new BerthError("cancelled", `The build of ${image} was stopped`);
}

/** The error that a failed build is, for the `apply` that waits for it. */
function buildError(request: ImageBuildRequest, message: string, cause: unknown): BerthError {
  return new BerthError(
    "build",
    {
      path: `services.${request.service}.build`,
      message,
      hint: `the whole log is in the log group ${request.logGroupName}`,
    },
    { cause },
  );
}

/** Told by the build itself, or before a first deployment, whose images are all missing, has made anything. */
export function archiveNotOnS3(service: string): Problem {
  return {
    path: `services.${service}.build`,
    message: "the image has to be built, and a build task reads the project's archive from S3",
    hint: "upload the archive to the bucket of the bootstrap stack and give s3://bucket/key, or use --simulate",
  };
}
