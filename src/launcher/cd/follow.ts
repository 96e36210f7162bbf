/** A CD task followed to its end: its lines as they are written, its exit code, Ctrl-C on the way. */
import { BerthError, messageOf } from "../../errors";
import type { CdTasks, LogReader, TaskPlacement, TaskState } from "../../ports";
import type { Launcher } from "../core/launcher";
import { Followed, followLogs } from "../logs/follow";
import { logStreamOf } from "./account";

/** Milliseconds between looks at the task. */
const interval = 2_000;
/** Looks at the log after the task has stopped: its last lines arrive a moment later. */
const lastLooks = 3;

export interface FollowRequest {
  readonly tasks: CdTasks;
  readonly placement: TaskPlacement;
  readonly taskArn: string;
  readonly logs: LogReader;
  /** Whether the same call may succeed later. */
  readonly transient: (error: unknown) => boolean;
  readonly print: (line: string) => void;
  /** Whether all was written that the task has to say: nothing more is waited for then. @default never known */
  readonly complete?: () => boolean;
  /** Takes what is drawn off the screen for a question. @returns what puts it back @default nothing is drawn */
  readonly pause?: () => () => void;
}

/** How the following ended. */
export type CdEnd = { readonly kind: "ended"; readonly code: number } | { readonly kind: "left" };

/**
 * Prints what the task writes until it stops. A lost connection is waited for. SIGTERM cancels the task; Ctrl-C asks
 * whether to leave it running or to cancel it, and a second one leaves.
 *
 * @throws BerthError (deployment) where the task never ran
 */
export async function followCdTask(launcher: Launcher, request: FollowRequest): Promise<CdEnd> {
  const following = new Following(launcher, request);
  return following.toEnd();
}

class Following {
  readonly #leave = new AbortController();
  #cancelled = false;
  #interrupted = false;
  /** What was to be written while a question is on the screen. */
  #waiting: (() => void)[] | undefined;
  /** Takes the question off the screen, with no answer. */
  readonly #withdraw = new AbortController();
  #asking: Promise<void> = Promise.resolve();

  constructor(
    private readonly launcher: Launcher,
    private readonly request: FollowRequest,
  ) {}

  async toEnd(): Promise<CdEnd> {
    const release = this.launcher.onInterrupt(() => {
      this.#onInterrupt();
    });
    const terminate = (): void => {
      this.#withdraw.abort();
      void this.#cancel();
    };
    this.launcher.signal.addEventListener("abort", terminate, { once: true });
    try {
      if (this.launcher.signal.aborted) terminate();
      const state = await this.#states();
      return state === undefined ? { kind: "left" } : { kind: "ended", code: this.#codeOf(state) };
    } finally {
      release();
      this.launcher.signal.removeEventListener("abort", terminate);
      // A task that ends under the question has answered it; its last lines are still to be written.
      this.#withdraw.abort();
      await this.#asking;
    }
  }

  /** The task's last state; `undefined` where it was left. */
  async #states(): Promise<TaskState | undefined> {
    const { placement, taskArn, logs, transient } = this.request;
    let stopped = 0;
    let last: TaskState | undefined;
    const watching = this.#watch().then((state) => {
      last = state;
    });
    const look = {
      query: { logGroupName: placement.logGroupName, streamPrefix: logStreamOf(taskArn) },
      wanted: () => true,
    };
    const reading = followLogs(
      [new Followed(look)],
      {
        logs,
        clock: this.launcher.clock,
        signal: this.#leave.signal,
        print: ({ message }) => {
          this.#print(message);
        },
        transient,
        note: (message) => {
          this.#note(message);
        },
      },
      {
        ended: () =>
          last !== undefined && ((stopped += 1) >= lastLooks || this.request.complete?.() === true),
      },
    );
    await Promise.all([watching, reading]);
    return last;
  }

  async #watch(): Promise<TaskState | undefined> {
    const { tasks, placement, taskArn, transient } = this.request;
    let status: TaskState["status"] | undefined;
    while (!this.#leave.signal.aborted) {
      try {
        const state = await tasks.describe(placement, taskArn);
        if (state.status === "RUNNING" && status !== "RUNNING") this.#note("The CD task runs");
        status = state.status;
        if (state.status === "STOPPED") return state;
      } catch (error) {
        if (!transient(error)) throw error;
      }
      await this.#sleep();
    }
    return undefined;
  }

  async #sleep(): Promise<void> {
    try {
      await this.launcher.clock.sleep(interval, this.#leave.signal);
    } catch (error) {
      if (!this.#leave.signal.aborted) throw error;
    }
  }

  #onInterrupt(): void {
    if (this.#interrupted) {
      this.#leave.abort();
      return;
    }
    this.#interrupted = true;
    if (this.launcher.terminal.interactive) this.#asking = this.#ask();
    else void this.#cancel();
  }

  async #ask(): Promise<void> {
    this.#waiting = [];
    const resume = this.request.pause?.();
    const answer = await this.#answer();
    const waiting = this.#waiting;
    resume?.();
    this.#waiting = undefined;
    for (const write of waiting) write();
    if (answer === "cancel") await this.#cancel();
    else if (answer === "leave") this.#leave.abort();
  }

  /** @returns `undefined` where the question was withdrawn */
  async #answer(): Promise<"leave" | "cancel" | undefined> {
    const { terminal } = this.launcher;
    // The terminal shows Ctrl-C as "^C", on the line that the question would begin on.
    terminal.err("\n");
    try {
      return await terminal.choose(
        "The CD task goes on. What now?",
        {
          leave: "leave it running",
          cancel: "cancel it, in order: what is in flight ends, and the stack is unlocked",
        },
        this.#withdraw.signal,
      );
    } catch {
      // Ctrl-C in the question leaves.
      return this.#withdraw.signal.aborted ? undefined : "leave";
    }
  }

  async #cancel(): Promise<void> {
    if (this.#cancelled) return;
    this.#cancelled = true;
    const { tasks, placement, taskArn } = this.request;
    this.#note("Cancelling: the run ends in order, which may take up to two minutes (Ctrl-C leaves it)");
    try {
      await tasks.stop(placement, taskArn, "cancelled by berth");
    } catch (error) {
      this.#note(`warning: the task could not be asked to stop: ${messageOf(error)}`);
    }
  }

  #print(line: string): void {
    this.#write(() => {
      this.request.print(line);
    });
  }

  #note(message: string): void {
    this.#write(() => {
      this.launcher.terminal.err(`${message}\n`);
    });
  }

  #write(write: () => void): void {
    if (this.#waiting === undefined) write();
    else this.#waiting.push(write);
  }

  #codeOf({ exitCode, stoppedReason }: TaskState): number {
    if (exitCode !== undefined) {
      // Ended by a signal that did not come from here: ECS knows from whom.
      if (exitCode > 128 && !this.#cancelled && stoppedReason !== undefined)
        this.#note(`The CD task was stopped: ${stoppedReason}`);
      return exitCode;
    }
    if (this.#cancelled) throw new BerthError("cancelled", "The CD task was cancelled before it ran");
    throw new BerthError("deployment", {
      path: "berth-cd",
      message: `the CD task did not run${stoppedReason === undefined ? "" : `: ${stoppedReason}`}`,
      hint: "where the image could not be pulled, berth bootstrap --image names another one; berth doctor looks at it",
    });
  }
}
