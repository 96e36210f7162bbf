/** One-off tasks run inside a program's `apply`: each started once in a run, and followed to its end. */
import { BerthError, describe, messageOf } from "../errors";
import type { Clock, OneOffFailure, OneOffProgress, OneOffRequest, OneOffTasks, TaskRunner } from "../ports";
import { startFaultOf, type StartFault } from "../ports/capacity";
import { afterShortage, hintOf, rest, shortageOf, type NextPlacing, type Placing } from "./capacity";
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

/** Milliseconds between two tries of a program that fails: Docker's longest too. */
const longestPause = 60_000;

const words = { task: "the task", program: "the program" };

/** A task that ECS has taken, and what was tried before. */
interface Placed {
  readonly taskArn: string;
  readonly placing: Placing;
}

export class OneOffRunner implements TaskRunner {
  readonly #stopping = new AbortController();
  /** Aborted when the run is over, for good or ill: no task is started any more. */
  readonly #ending = new AbortController();
  /** Every task from its start to its end, by ARN. None of these promises rejects unseen. */
  readonly #completions = new Map<string, Promise<void>>();
  readonly #starting = new Set<Promise<unknown>>();
  readonly #failures: OneOffFailure[] = [];

  constructor(private readonly options: OneOffRunnerOptions) {}

  /**
   * @throws BerthError (deployment) where it could not be started, also to be found in {@link failures};
   *   BerthError (cancelled) after {@link stop}
   */
  async start(request: OneOffRequest): Promise<string | undefined> {
    const started = this.options.clock.now();
    const seconds = (): number => (this.options.clock.now() - started) / 1_000;
    const stopped = (): boolean => this.#stopping.signal.aborted;
    if (stopped()) throw cancelled(request);
    // The run is over: whatever still waits for this task waits for nothing.
    if (this.#ending.signal.aborted) return new Promise(() => undefined);
    const starting = this.#place(request, { provider: "FARGATE", pauses: {} }, seconds);
    this.#starting.add(starting);
    try {
      const placed = await starting;
      const { taskArn } = placed;
      this.options.onProgress?.({ service: request.service, status: "started", seconds: seconds() });
      const completion = this.#follow(request, placed, seconds);
      completion.catch(() => undefined);
      this.#completions.set(taskArn, completion);
      return taskArn;
    } catch (error) {
      if (stopped()) throw this.#cancelled(request, seconds);
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
    this.#ending.abort();
    await Promise.allSettled(this.#starting);
    await Promise.allSettled(this.#completions.values());
  }

  /** Resolves when every task was asked to stop. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.finish();
  }

  /** Has ECS take the task, also where it can't start it at first. */
  async #place(request: OneOffRequest, first: Placing, seconds: () => number): Promise<Placed> {
    let placing = first;
    for (;;) {
      const started = await this.options.tasks.run(request);
      if ("taskArn" in started) return { taskArn: started.taskArn, placing };
      const next = afterShortage(placing, startFaultOf(started.unavailable) ?? "capacity");
      if (next === undefined || !(await this.#waited(request, next, seconds))) {
        throw new BerthError("deployment", {
          message: `ECS did not start the task: ${started.unavailable}`,
          hint: hintOf(started.unavailable),
        });
      }
      placing = next;
    }
  }

  /** Waits for what is missing. @returns `false` where the run has ended meanwhile */
  async #waited(
    { service }: OneOffRequest,
    { why, pause }: NextPlacing,
    seconds: () => number,
  ): Promise<boolean> {
    const { signal } = this.#ending;
    if (signal.aborted) return false;
    this.options.onProgress?.({ service, status: "again", seconds: seconds(), message: why });
    await rest(this.options.clock, pause, signal);
    return !this.#ending.signal.aborted;
  }

  /** To its end; one that never began, for want of capacity or of a way out, gets another one, as one with retries. */
  async #run(request: OneOffRequest, first: Placed, seconds: () => number): Promise<TaskEnd> {
    const { tasks, clock, timeout = 3_600_000 } = this.options;
    const { signal } = this.#stopping;
    const options = { tasks, clock, signal, timeout, words, logLines: logTailLines };
    let placed = first;
    for (let failures = 0; ;) {
      const end = await followTask(request, placed.taskArn, options);
      if (end.kind !== "failed") return end;
      const fault: StartFault | undefined = shortageOf(end);
      const next =
        fault === undefined
          ? again(request, end, placed.placing, ++failures)
          : afterShortage(placed.placing, fault);
      if (next === undefined || !(await this.#waited(request, next, seconds))) return end;
      placed = await this.#place(request, next, seconds);
    }
  }

  async #follow(request: OneOffRequest, placed: Placed, seconds: () => number): Promise<void> {
    const { service } = request;
    let end: TaskEnd;
    try {
      end = await this.#run(request, placed, seconds);
    } catch (error) {
      if (this.#stopping.signal.aborted) throw this.#cancelled(request, seconds);
      this.#fail(request, { message: reasonOf(error), logTail: [] }, seconds(), error);
      return;
    }
    if (end.kind === "failed") {
      this.#fail(request, end, seconds());
      return;
    }
    if (end.kind === "cancelled") throw this.#cancelled(request, seconds);
    this.options.onProgress?.({ service, status: end.kind, seconds: seconds() });
  }

  #cancelled(request: OneOffRequest, seconds: () => number): BerthError {
    this.options.onProgress?.({ service: request.service, status: "cancelled", seconds: seconds() });
    return cancelled(request);
  }

  /** Records a failure and throws it, as an engine loses what an `apply` throws; only a report where nobody needs the task. */
  #fail(
    request: OneOffRequest,
    { message, logTail }: Pick<OneOffFailure, "message" | "logTail">,
    seconds: number,
    cause?: unknown,
  ): void {
    const { service, logGroupName } = request;
    this.options.onProgress?.({ service, status: "failed", seconds, message });
    if (!request.required) return;
    this.#failures.push({ service, message, logTail, logGroupName });
    throw new BerthError("deployment", { path: `services.${service}`, message }, { cause });
  }
}

/** The next try of a task whose program failed (`restart: on-failure`), after pauses that double as Docker's do. */
function again(
  { retries = 0 }: OneOffRequest,
  { message, state }: Extract<TaskEnd, { kind: "failed" }>,
  placing: Placing,
  failures: number,
): NextPlacing | undefined {
  if (state?.exitCode === undefined || failures > retries) return undefined;
  const why = `${message}; try ${failures + 1} of ${retries + 1}`;
  return { ...placing, why, pause: Math.min(longestPause, 1_000 * 2 ** failures) };
}

/** What was thrown, in words that follow the service's name. */
function reasonOf(error: unknown): string {
  if (!(error instanceof BerthError)) return messageOf(error);
  return error.problems.map(({ path: _path, ...problem }) => describe(problem)).join("\n");
}

function cancelled({ service }: OneOffRequest): BerthError {
  return new BerthError("cancelled", `The one-off task ${service} was stopped`);
}
