/** One-off tasks run inside a program's `apply`: each started once in a run, and followed to its end. */
import { BerthError, describe, messageOf } from "../errors";
import type { Clock, OneOffFailure, OneOffProgress, OneOffRequest, OneOffTasks, TaskRunner } from "../ports";
import { followTask, type TaskEnd } from "./task";

export interface OneOffRunnerOptions {
  readonly tasks: OneOffTasks;
  readonly clock: Clock;
  /** Milliseconds that one task may take. @default an hour */
  readonly timeout?: number;
  readonly onProgress?: (progress: OneOffProgress) => void;
}

/** Lines of a failed task's log that are shown. */
const logTailLines = 20;

const words = { task: "the task", program: "the program" };

export class OneOffRunner implements TaskRunner {
  readonly #options: OneOffRunnerOptions;
  readonly #stopping = new AbortController();
  /** Every task from its start to its end, by ARN. None of these promises rejects unseen. */
  readonly #completions = new Map<string, Promise<void>>();
  readonly #starting = new Set<Promise<unknown>>();
  readonly #failures: OneOffFailure[] = [];
  #finished = false;

  constructor(options: OneOffRunnerOptions) {
    this.#options = options;
  }

  /**
   * @throws BerthError (deployment) where it could not be started, also to be found in {@link failures};
   *   BerthError (cancelled) after {@link stop}
   */
  async start(request: OneOffRequest): Promise<string | undefined> {
    const started = this.#options.clock.now();
    const seconds = (): number => (this.#options.clock.now() - started) / 1_000;
    if (this.#stopping.signal.aborted) throw cancelled(request);
    // The run is over: whatever still waits for this task waits for nothing.
    if (this.#finished) return new Promise(() => undefined);
    const starting = this.#options.tasks.run(request);
    this.#starting.add(starting);
    try {
      const taskArn = await starting;
      this.#options.onProgress?.({ service: request.service, status: "started", seconds: seconds() });
      const completion = this.#follow(request, taskArn, seconds);
      completion.catch(() => undefined);
      this.#completions.set(taskArn, completion);
      return taskArn;
    } catch (error) {
      this.#fail(request, { message: reasonOf(error), logTail: [] }, seconds(), error);
      return undefined;
    } finally {
      this.#starting.delete(starting);
    }
  }

  /**
   * @throws BerthError (deployment) where a required task failed, also to be found in {@link failures};
   *   BerthError (cancelled) after {@link stop}
   */
  async completed(taskArn: string | undefined): Promise<void> {
    if (taskArn !== undefined) await this.#completions.get(taskArn);
  }

  failures(): readonly OneOffFailure[] {
    return this.#failures;
  }

  async finish(): Promise<void> {
    this.#finished = true;
    await Promise.allSettled(this.#starting);
    await Promise.allSettled(this.#completions.values());
  }

  /** Resolves when every task was told to stop. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.finish();
  }

  async #follow(request: OneOffRequest, taskArn: string, seconds: () => number): Promise<void> {
    const { tasks, clock, timeout = 3_600_000 } = this.#options;
    const { service } = request;
    const { signal } = this.#stopping;
    let end: TaskEnd;
    try {
      end = await followTask(request, taskArn, {
        tasks,
        clock,
        signal,
        timeout,
        words,
        logLines: logTailLines,
      });
    } catch (error) {
      this.#fail(request, { message: reasonOf(error), logTail: [] }, seconds(), error);
      return;
    }
    if (end.kind === "failed") {
      this.#fail(request, end, seconds());
      return;
    }
    this.#options.onProgress?.({ service, status: end.kind, seconds: seconds() });
    if (end.kind === "cancelled") throw cancelled(request);
  }

  /** Records a failure and throws it, for an engine loses what an `apply` throws; only tells it where nobody needs the task. */
  #fail(
    request: OneOffRequest,
    { message, logTail }: Pick<OneOffFailure, "message" | "logTail">,
    seconds: number,
    cause?: unknown,
  ): void {
    const { service, logGroupName } = request;
    this.#options.onProgress?.({ service, status: "failed", seconds, message });
    if (!request.required) return;
    this.#failures.push({ service, message, logTail, logGroupName });
    throw new BerthError("deployment", { path: `services.${service}`, message }, { cause });
  }
}

/** What was thrown, in words that stand behind the service's name. */
function reasonOf(error: unknown): string {
  if (!(error instanceof BerthError)) return messageOf(error);
  return error.problems.map(({ path: _path, ...problem }) => describe(problem)).join("\n");
}

function cancelled({ service }: OneOffRequest): BerthError {
  return new BerthError("cancelled", `The one-off task ${service} was stopped`);
}
