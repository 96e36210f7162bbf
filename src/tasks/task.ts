/** One task of ECS, whatever it was started for: followed to its end, with the reason where it failed. */
import { messageOf } from "../errors";
import type { Clock, TaskControl, TaskPlacement, TaskState } from "../ports";

/** Milliseconds between two looks at a task: short at first, for a build out of the cache takes seconds. */
const pollInterval = { first: 1_000, factor: 1.5, longest: 5_000 };

/** Looks at an empty log: the lines of a task reach CloudWatch some seconds after its end. */
const logLooks = 3;

/** What a task came to. */
export type TaskEnd =
  | { readonly kind: "succeeded" }
  | { readonly kind: "cancelled" }
  | {
      readonly kind: "failed";
      readonly message: string;
      readonly logTail: readonly string[];
      /** How the task ended; absent where it took too long. */
      readonly state?: TaskState;
    };

export interface FollowOptions {
  readonly tasks: TaskControl;
  readonly clock: Clock;
  /** Aborted when the task is to be stopped. */
  readonly signal: AbortSignal;
  /** Milliseconds. */
  readonly timeout: number;
  /** Lines of a failed task's log that are shown. */
  readonly logLines: number;
  /** What the sentences on a failure call the task, and the program in it. */
  readonly words: { readonly task: string; readonly program: string };
  /** Called at each look at the task while it runs, and once when it has ended. @default nothing */
  readonly onLook?: () => Promise<void>;
}

/** Follows a started task to its end. Success here is exit code 0 alone. */
export async function followTask(
  placement: TaskPlacement,
  taskArn: string,
  options: FollowOptions,
): Promise<TaskEnd> {
  const { tasks, signal, words } = options;
  const stop = async (reason: string): Promise<void> => tasks.stop(placement, taskArn, reason);
  let ended: TaskState | "cancelled" | "timeout";
  try {
    ended = await follow(placement, taskArn, options);
  } catch (error) {
    // Nobody would look at this task again: it must not go on at the user's cost.
    await stop(`Berth lost sight of the task: ${messageOf(error)}`).catch(() => undefined);
    throw error;
  }
  if (ended === "cancelled" || signal.aborted) {
    await stop("Berth: the deployment was cancelled");
    return { kind: "cancelled" };
  }
  if (ended === "timeout") {
    await stop(`Berth: ${words.task} took too long`);
    const message = `took longer than ${Math.round(options.timeout / 60_000)} min, and was stopped`;
    return { kind: "failed", message, logTail: await readLog(placement, taskArn, options) };
  }
  if (ended.exitCode === 0) return { kind: "succeeded" };
  const message = whyOf(ended, options);
  return { kind: "failed", message, logTail: await readLog(placement, taskArn, options), state: ended };
}

async function follow(
  placement: TaskPlacement,
  taskArn: string,
  { tasks, clock, signal, timeout, onLook }: FollowOptions,
): Promise<TaskState | "cancelled" | "timeout"> {
  const deadline = clock.now() + timeout;
  let interval = pollInterval.first;
  while (!signal.aborted) {
    const state = await tasks.describe(placement, taskArn);
    if (state.status !== "PENDING") await onLook?.();
    if (state.status === "STOPPED") return state;
    if (clock.now() >= deadline) return "timeout";
    await sleep(clock, interval, signal);
    interval = Math.min(interval * pollInterval.factor, pollInterval.longest);
  }
  return "cancelled";
}

/** A sleep that an abort ends, whether the clock rejects then or not. */
async function sleep(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(milliseconds, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** ECS's own words; without an exit code the container never ran to its end, or never ran. */
function whyOf({ exitCode, stoppedReason }: TaskState, { words }: FollowOptions): string {
  const reason = stoppedReason === undefined ? "" : `: ${stoppedReason}`;
  if (exitCode === undefined) return `${words.task} did not run to its end${reason}`;
  // 128 + SIGKILL: on Fargate that is the kernel, when the task's memory is used up.
  const memory = exitCode === 137 ? ", which is what running out of memory looks like" : "";
  return `${words.program} ended with exit code ${exitCode}${memory}${reason}`;
}

/** The log's last lines; where it can't be read, that is said in their place, for the task's failure matters more. */
async function readLog(
  placement: TaskPlacement,
  taskArn: string,
  { tasks, clock, signal, logLines }: FollowOptions,
): Promise<readonly string[]> {
  try {
    for (let look = 1; ; look += 1) {
      const lines = await tasks.logTail(placement, taskArn, logLines);
      if (lines.length > 0 || look === logLooks || signal.aborted) return lines;
      await sleep(clock, pollInterval.first, signal);
    }
  } catch (error) {
    return [`(the log ${placement.logGroupName} can't be read: ${messageOf(error)})`];
  }
}
