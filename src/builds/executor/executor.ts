/** Runs of the executor for one image: its context packed, its task followed, its failure reported with the place. */
import type { ProjectArchive } from "../../archive";
import { BerthError } from "../../errors";
import type { BuildProgress, BuildStep, BuildTasks, Clock, ImageBuildRequest } from "../../ports";
import { dockerfileOf, type BuildDockerfile, type DockerfileArchive } from "../written-dockerfile";
import { runBuildTask } from "../task";
import { BuildSteps, lastError, placeOf, plainLine } from "./log";
import { rest } from "../../tasks/capacity";
import { executorArguments, type Purpose } from "./kaniko";

export interface ExecutorOptions {
  readonly tasks: BuildTasks;
  readonly clock: Clock;
  readonly archive: DockerfileArchive & Pick<ProjectArchive, "packContext">;
  /** Milliseconds that one run may take, with all its tries. */
  readonly timeout: number;
  /** Aborted when everything is to be stopped. */
  readonly signal: AbortSignal;
}

/** Lines of a failed build's log that are shown (docs/design.md, Image builds). */
const logTailLines = 40;

/** Milliseconds between two looks at the clock while a context is sent. */
const longestLook = 5_000;

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
  /** Packed contexts by their address: a test and the build after it share one. */
  readonly #contexts = new Map<string, Promise<string>>();

  constructor(private readonly options: ExecutorOptions) {}

  /**
   * Runs the executor to its end.
   *
   * @returns the steps that ran, where the log named them
   * @throws FailedBuild; BerthError (cancelled) where it was stopped
   */
  async run(request: ImageBuildRequest, purpose: Purpose, tell: Tell): Promise<BuildProgress["steps"]> {
    const { tasks, clock, archive, timeout, signal } = this.options;
    if (signal.aborted) throw stopped(request);
    const { build } = request;
    const dockerfile = dockerfileOf(archive, build, request.images);
    const deadline = clock.now() + timeout;
    const context = await this.#context(request, dockerfile);
    const target = purpose.kind === "test" ? purpose.stage : build.target;
    let log = new FollowedLog(dockerfile, target);
    const end = await runBuildTask(
      request,
      executorArguments(request, context, purpose, dockerfile.own !== undefined),
      {
        tasks,
        clock,
        signal,
        deadline,
        logLines: logTailLines,
        onLine: (line) => {
          const step = log.read(line);
          if (step !== undefined) tell({ status: "step", step });
        },
        onAgain: (message) => {
          log = new FollowedLog(dockerfile, target);
          tell({ status: "again", message });
        },
      },
    );
    if (end.kind === "cancelled") throw stopped(request);
    if (end.kind === "succeeded") return log.steps.summary;
    log.finish(end.logTail);
    const error = lastError(end.logTail);
    const found = error === undefined ? undefined : placeOf(dockerfile.text ?? "", error.text);
    const where =
      found === undefined ? log.steps.where() : `${dockerfile.name}:${String(found.line)}: ${found.text}`;
    const at = where === undefined || error?.ofInstruction === false ? "" : `, at ${where}`;
    const stage = purpose.kind === "test" ? `the test stage ${purpose.stage} failed: ` : "";
    throw new FailedBuild(
      [`${stage}${end.message}${at}`, error?.text].filter((part) => part !== undefined).join(": "),
      end.logTail.map(plainLine),
    );
  }

  #context(request: ImageBuildRequest, dockerfile: BuildDockerfile): Promise<string> {
    const address = `${request.contextBucket}/${contextKey(request)}`;
    const known = this.#contexts.get(address) ?? this.#send(request, dockerfile);
    this.#contexts.set(address, known);
    return known;
  }

  /** Packs the context and sends it, for no longer than the whole build may take. */
  async #send(request: ImageBuildRequest, { own }: BuildDockerfile): Promise<string> {
    const { tasks, clock, archive, timeout, signal } = this.options;
    const deadline = clock.now() + timeout;
    const late = new AbortController();
    const sent = new AbortController();
    const watch = passed(clock, deadline, sent.signal).then((isLate) => {
      if (isLate) late.abort();
    });
    try {
      return await tasks.putContext(
        request.contextBucket,
        contextKey(request),
        () => archive.packContext(request.build, clock.now(), own?.text, own?.copies),
        AbortSignal.any([signal, late.signal]),
      );
    } catch (error) {
      if (signal.aborted) throw stopped(request);
      if (!late.signal.aborted) throw error;
      const minutes = Math.round(timeout / 60_000);
      throw new FailedBuild(`its context was not packed and sent within ${minutes} min`);
    } finally {
      sent.abort();
      await watch;
    }
  }
}

function contextKey({ digest }: ImageBuildRequest): string {
  return `contexts/${digest}.tar.gz`;
}

/** Whether a moment has come, which is asked until the signal is aborted. */
async function passed(clock: Clock, moment: number, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    const left = moment - clock.now();
    if (left <= 0) return true;
    await rest(clock, Math.min(left, longestLook), signal);
  }
  return false;
}

/** The log of one task, as far as looks at it went, and its end. */
class FollowedLog {
  readonly steps: BuildSteps;
  #last: string | undefined;

  constructor(dockerfile: BuildDockerfile, target: string | undefined) {
    this.steps = new BuildSteps(dockerfile, target);
  }

  read(line: string): BuildStep | undefined {
    this.#last = line;
    return this.steps.read(line);
  }

  /** The end of its log has what no look at the running task has shown yet. */
  finish(tail: readonly string[]): void {
    const seen = this.#last === undefined ? -1 : tail.lastIndexOf(this.#last);
    for (const line of tail.slice(seen + 1)) this.read(line);
  }
}

function stopped(request: ImageBuildRequest): BerthError {
  return new BerthError("cancelled", `The build of ${request.service} was stopped`);
}
