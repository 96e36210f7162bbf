/** Images built inside a program's `apply`: looked up first, built once where they are missing (docs/design.md, Image builds). */
import pLimit, { type LimitFunction } from "p-limit";
import { BerthError, messageOf } from "../errors";
import type {
  BuildProgress,
  ImageBuilder,
  ImageBuildFailure,
  ImageBuildRequest,
  ImageBuildResult,
  ImageIndexRequest,
  Manifest,
} from "../ports";
import { ecrRefusalHint } from "../model/registry-login";
import { platformOf } from "../model/platforms";
import { Executor, FailedBuild, type ExecutorOptions } from "./executor/executor";
import { indexManifest, indexMediaType } from "./image-index";

export interface KanikoImageBuilderOptions extends Omit<ExecutorOptions, "signal" | "timeout"> {
  /** Labels that every image gets, besides the time of its build. @default none */
  readonly labels?: Readonly<Record<string, string>>;
  /** Whether what the registry has not is built. @default true */
  readonly builds?: boolean;
  /** Build tasks at once. @default 5 */
  readonly concurrency?: number;
  /** Milliseconds that one run of the executor may take. @default an hour */
  readonly timeout?: number;
  readonly onProgress?: (progress: BuildProgress) => void;
}

/** One image that is wanted, by whichever service asked first. */
interface Wanted {
  readonly request: ImageBuildRequest;
  readonly image: Promise<string>;
}

/** What a line of progress and a failure name. */
type Subject = Pick<
  ImageBuildRequest,
  "service" | "architecture" | "repositoryUrl" | "digest" | "logGroupName"
>;

type Tell = (what: Omit<BuildProgress, "service" | "platform" | "image" | "seconds">) => void;

/** Builds with Kaniko, as one task for each image. */
export class KanikoImageBuilder implements ImageBuilder {
  readonly #executor: Executor;
  readonly #limit: LimitFunction;
  readonly #stopping = new AbortController();
  readonly #wanted = new Map<string, Wanted>();
  readonly #tests = new Map<string, Promise<void>>();
  readonly #results: ImageBuildResult[] = [];
  readonly #failures: ImageBuildFailure[] = [];
  /** Errors that are among the failures already. */
  readonly #recorded = new WeakSet<Error>();

  constructor(private readonly options: KanikoImageBuilderOptions) {
    this.#executor = new Executor({ timeout: 3_600_000, ...options, signal: this.#stopping.signal });
    this.#limit = pLimit(options.concurrency ?? 5);
  }

  async preview(repositoryUrl: string, tag: string): Promise<string> {
    const found = await this.options.tasks.manifest(repositoryUrl, tag);
    return found === undefined ? `${repositoryUrl}:${tag}` : `${repositoryUrl}@${found.digest}`;
  }

  /**
   * @throws BerthError (build) where the build failed, also to be found in {@link failures};
   *   BerthError (cancelled) after {@link stop}
   */
  async ensure(request: ImageBuildRequest): Promise<string> {
    // The tag is the context digest as it is: it holds the platform already (docs/design.md, The archive).
    const name = tagged(request);
    const first = this.#wanted.get(name);
    if (first === undefined) {
      const wanted = { request, image: this.#make(request) };
      this.#wanted.set(name, wanted);
      return wanted.image;
    }
    if (first.request.architecture !== request.architecture) {
      throw new Error(`One digest for two architectures: ${name}`);
    }
    const image = await first.image;
    if (first.request.service !== request.service) this.#record(request, true, 0);
    return image;
  }

  /** @throws as {@link ensure} */
  ensureIndex({ tag, images, ...request }: ImageIndexRequest): Promise<string> {
    const { tasks } = this.options;
    const { repositoryUrl } = request;
    const there = async (reference: string): Promise<Manifest> => {
      const found = await tasks.manifest(repositoryUrl, reference);
      if (found === undefined) throw new FailedBuild(`${repositoryUrl}: ${reference} is not in the registry`);
      return found;
    };
    const [first] = images;
    return this.#attempt(
      { ...request, digest: tag, architecture: first?.architecture ?? "X86_64" },
      async () => {
        if ((await tasks.manifest(repositoryUrl, tag)) === undefined) {
          const manifests = await Promise.all(
            images.map(async ({ architecture, digest }) => ({
              platform: platformOf(architecture),
              manifest: await there(digest),
            })),
          );
          await tasks.putManifest(repositoryUrl, tag, indexManifest(manifests), indexMediaType);
        }
        return `${repositoryUrl}@${(await there(tag)).digest}`;
      },
    );
  }

  /** @throws as {@link ensure} */
  async test(request: ImageBuildRequest): Promise<void> {
    const stage = request.build.test;
    if (stage === undefined) return;
    const name = tagged(request);
    const known = this.#tests.get(name) ?? this.#test(request, stage);
    this.#tests.set(name, known);
    return known;
  }

  results(): readonly ImageBuildResult[] {
    return this.#results;
  }

  failures(): readonly ImageBuildFailure[] {
    return this.#failures;
  }

  /** Starts nothing more, stops what runs, and resolves when every task was asked to stop. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const images = [...this.#wanted.values()].map(({ image }) => image);
    await Promise.allSettled([...this.#tests.values(), ...images]);
  }

  #make(request: ImageBuildRequest): Promise<string> {
    return this.#attempt(request, async (tell, seconds) => {
      const before = await this.#manifest(request);
      let steps: BuildProgress["steps"];
      if (before === undefined && this.options.builds === false)
        throw new FailedBuild(
          `${tagged(request)} is not in the registry any more, and --no-build builds nothing: run up without it`,
        );
      if (before === undefined) {
        await this.test(request);
        steps = await this.#limit(() => this.#build(request, tell));
      }
      // The executor's exit code says that it believes so; the registry is what the service is started from.
      const found = before ?? (await this.#manifest(request));
      if (found === undefined) {
        const message = `the executor ended with exit code 0, but ${tagged(request)} is not in the registry`;
        throw new FailedBuild(message);
      }
      this.#record(request, before !== undefined, seconds());
      tell({
        status: before === undefined ? "succeeded" : "cached",
        ...(steps === undefined ? {} : { steps }),
      });
      return `${request.repositoryUrl}@${found.digest}`;
    });
  }

  async #build(request: ImageBuildRequest, tell: Tell): Promise<BuildProgress["steps"]> {
    tell({ status: "started" });
    const created = new Date(this.options.clock.now()).toISOString();
    const labels = {
      "org.opencontainers.image.created": created,
      ...this.options.labels,
    };
    try {
      return await this.#executor.run(request, { kind: "publish", image: tagged(request), labels }, tell);
    } catch (error) {
      // Another run may have built the same digest meanwhile: what counts is that the image is there.
      if (error instanceof FailedBuild && (await this.#manifest(request)) !== undefined) return undefined;
      throw error;
    }
  }

  #test(request: ImageBuildRequest, stage: string): Promise<void> {
    return this.#attempt(request, async (tell) => {
      if ((await this.#manifest(request)) !== undefined) return;
      await this.#limit(async () => {
        tell({ status: "testing" });
        await this.#executor.run(request, { kind: "test", stage }, tell);
      });
    });
  }

  /** Records how it fails, because an engine loses what an `apply` throws. */
  async #attempt<T>(request: Subject, work: (tell: Tell, seconds: () => number) => Promise<T>): Promise<T> {
    const started = this.options.clock.now();
    const seconds = (): number => (this.options.clock.now() - started) / 1_000;
    const { service, architecture } = request;
    const platform = platformOf(architecture);
    const tell: Tell = (what) => {
      this.options.onProgress?.({ service, platform, image: tagged(request), seconds: seconds(), ...what });
    };
    try {
      return await work(tell, seconds);
    } catch (error) {
      if (error instanceof Error && this.#recorded.has(error)) throw error;
      const cancelled = error instanceof BerthError && error.kind === "cancelled";
      const thrown = error instanceof BerthError ? error : buildError(request, error);
      this.#recorded.add(thrown);
      const message = messageOf(error);
      tell(cancelled ? { status: "cancelled" } : { status: "failed", message });
      if (!cancelled) {
        const logTail = error instanceof FailedBuild ? error.logTail : [];
        this.#failures.push({ service, platform, message, logTail, logGroupName: request.logGroupName });
      }
      throw thrown;
    }
  }

  #manifest({ repositoryUrl, digest }: ImageBuildRequest): Promise<Manifest | undefined> {
    return this.options.tasks.manifest(repositoryUrl, digest);
  }

  #record(request: ImageBuildRequest, cached: boolean, seconds: number): void {
    const { service, architecture } = request;
    this.#results.push({
      service,
      platform: platformOf(architecture),
      image: tagged(request),
      cached,
      seconds,
    });
  }
}

function tagged({ repositoryUrl, digest }: Subject): string {
  return `${repositoryUrl}:${digest}`;
}

/** The error that a failed build is, for the `apply` that waits for it. */
function buildError({ service, logGroupName }: Subject, cause: unknown): BerthError {
  const message = messageOf(cause);
  const hints = [ecrRefusalHint(message), `the whole log is in the log group ${logGroupName}`];
  return new BerthError(
    "build",
    {
      path: `services.${service}.build`,
      message,
      hint: hints.filter((hint) => hint !== undefined).join("; "),
    },
    { cause },
  );
}
