/** Runs of the executor for one image: its context packed, its task followed, its failure told with the place. */
import type { ProjectArchive } from "../archive";
import { BerthError } from "../errors";
import type { BuildProgress, BuildTasks, Clock, ImageBuildRequest } from "../ports";
import { runBuildTask } from "./build-task";
import { BuildSteps, plainLine } from "./executor-log";
import { executorArguments, type Purpose } from "./kaniko";

export interface ExecutorOptions {
  readonly tasks: BuildTasks;
  readonly clock: Clock;
  readonly archive: Pick<ProjectArchive, "packContext" | "dockerfile">;
  /** Milliseconds that one run may take, with all its tries. */
  readonly timeout: number;
  /** Aborted when everything is to be stopped. */
  readonly signal: AbortSignal;
}

/** Lines of a failed build's log that are shown (DESIGN section 7). */
const logTailLines = 40;

/** A build that ran and failed, on its way to the record. */
export class FailedBuild extends Error {
  constructor(
    message: string,
    readonly logTail: readonly string[] = [],
  ) {
    super(message);
  }
}

type Tell = (what: Pick<BuildProgress, "status" | "message" | "step">) => void;

export class Executor {
  readonly #options: ExecutorOptions;
  /** Packed contexts by their address: a test and the build after it share one. */
  readonly #contexts = new Map<string, Promise<string>>();

  constructor(options: ExecutorOptions) {
    this.#options = options;
  }

  /**
   * Runs the executor to its end.
   *
   * @returns the steps that went by, where the log told of them
   * @throws FailedBuild; BerthError (cancelled) where it was stopped
   */
  async run(request: ImageBuildRequest, purpose: Purpose, tell: Tell): Promise<BuildProgress["steps"]> {
    const { tasks, clock, archive, timeout, signal } = this.#options;
    if (signal.aborted) throw stopped(request);
    const context = await this.#context(request);
    const { build } = request;
    const target = purpose.kind === "test" ? purpose.stage : build.target;
    let steps = new BuildSteps(archive.dockerfile(build), target);
    const end = await runBuildTask(request, executorArguments(request, context, purpose), {
      tasks,
      clock,
      signal,
      deadline: clock.now() + timeout,
      logLines: logTailLines,
      onLine: (line) => {
        const step = steps.read(line);
        if (step !== undefined) tell({ status: "step", step });
      },
      onAgain: (message) => {
        steps = new BuildSteps(archive.dockerfile(build), target);
        tell({ status: "again", message });
      },
    });
    if (end.kind === "cancelled") throw stopped(request);
    if (end.kind === "succeeded") return steps.summary;
    // What a look at the running task has not shown yet stands at the end of its log.
    const where =
      placeOf(end.logTail, archive.dockerfile(build), target, build.dockerfile) ??
      steps.where(build.dockerfile);
    const stage = purpose.kind === "test" ? `the test stage ${purpose.stage} failed: ` : "";
    throw new FailedBuild(
      `${stage}${end.message}${where === undefined ? "" : `, at ${where}`}`,
      end.logTail.map(plainLine),
    );
  }

  #context({ contextBucket, digest, build }: ImageBuildRequest): Promise<string> {
    const key = `contexts/${digest}.tar.gz`;
    const address = `${contextBucket}/${key}`;
    const known =
      this.#contexts.get(address) ??
      this.#options.tasks.putContext(contextBucket, key, () =>
        this.#options.archive.packContext(build, this.#options.clock.now()),
      );
    this.#contexts.set(address, known);
    return known;
  }
}

/** Where a build stands by the end of its log alone. */
function placeOf(
  lines: readonly string[],
  dockerfile: string | undefined,
  target: string | undefined,
  name: string,
): string | undefined {
  const steps = new BuildSteps(dockerfile, target);
  for (const line of lines) steps.read(line);
  return steps.where(name);
}

function stopped(request: ImageBuildRequest): BerthError {
  return new BerthError("cancelled", `The build of ${request.service} was stopped`);
}
