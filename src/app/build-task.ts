/** One build task: started, followed to its end, and told why where it failed. */
import { BerthError, messageOf } from "../errors";
import type { BuildTasks, BuildTaskState, Clock, ImageBuildRequest } from "../ports";

/** Milliseconds between two looks at a task: short at first, for a build out of the cache takes seconds. */
const pollInterval = { first: 1_000, factor: 1.5, longest: 5_000 };

/** Lines of a failed build's log that are shown (DESIGN section 7). */
export const logTailLines = 40;
/** Looks at an empty log: the lines of a task reach CloudWatch some seconds after its end. */
const logLooks = 3;

/** What a build task came to. */
export type TaskEnd =
  | { readonly kind: "succeeded" }
  | { readonly kind: "cancelled" }
  | { readonly kind: "failed"; readonly message: string; readonly logTail: readonly string[] };

export interface FollowOptions {
  readonly tasks: BuildTasks;
  readonly clock: Clock;
  /** Aborted when the build is to be stopped. */
  readonly signal: AbortSignal;
  /** Milliseconds. */
  readonly timeout: number;
}

/**
 * Runs the executor to its end.
 * Success here is exit code 0 alone; whether the image is in the registry is for the caller to ask.
 */
export async function runBuildTask(
  request: ImageBuildRequest,
  executorArguments: readonly string[],
  options: FollowOptions,
): Promise<TaskEnd> {
  const { tasks, signal } = options;
  const taskArn = await tasks.run(request, executorArguments);
  const stop = async (reason: string): Promise<void> => tasks.stop(request.clusterArn, taskArn, reason);
  let ended: BuildTaskState | "cancelled" | "timeout";
  try {
    ended = await follow(request.clusterArn, taskArn, options);
  } catch (error) {
    // Nobody would look at this task again: it must not go on building at the user's cost.
    await stop(`Berth lost sight of the task: ${messageOf(error)}`).catch(() => undefined);
    throw error;
  }
  if (ended === "cancelled" || signal.aborted) {
    await stop("Berth: the deployment was cancelled");
    return { kind: "cancelled" };
  }
  if (ended === "timeout") {
    await stop("Berth: the build took too long");
    const message = `took longer than ${Math.round(options.timeout / 60_000)} min, and was stopped`;
    return { kind: "failed", message, logTail: await readLog(request, taskArn, options) };
  }
  if (ended.exitCode === 0) return { kind: "succeeded" };
  return { kind: "failed", message: whyOf(ended), logTail: await readLog(request, taskArn, options) };
}

async function follow(
  clusterArn: string,
  taskArn: string,
  { tasks, clock, signal, timeout }: FollowOptions,
): Promise<BuildTaskState | "cancelled" | "timeout"> {
  const deadline = clock.now() + timeout;
  let interval = pollInterval.first;
  while (!signal.aborted) {
    const state = await tasks.describe(clusterArn, taskArn);
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
function whyOf({ exitCode, stoppedReason }: BuildTaskState): string {
  const reason = stoppedReason === undefined ? "" : `: ${stoppedReason}`;
  if (exitCode === undefined) return `the build task did not run to its end${reason}`;
  // 128 + SIGKILL: on Fargate that is the kernel, when the task's memory is used up.
  const memory = exitCode === 137 ? ", which is what running out of memory looks like" : "";
  return `the executor ended with exit code ${exitCode}${memory}${reason}`;
}

/** The log's last lines; where it can't be read, that is said in their place, for the build's failure matters more. */
async function readLog(
  request: ImageBuildRequest,
  taskArn: string,
  { tasks, clock, signal }: FollowOptions,
): Promise<readonly string[]> {
  try {
    for (let look = 1; ; look += 1) {
      const lines = await tasks.logTail(request, taskArn, logTailLines);
      if (lines.length > 0 || look === logLooks || signal.aborted) return lines;
      await sleep(clock, pollInterval.first, signal);
    }
  } catch (error) {
    return [`(the log ${request.logGroupName} can't be read: ${messageOf(error)})`];
  }
}

/** The error that a failed build is, for the `apply` that waits for it. */
export function buildError(request: ImageBuildRequest, message: string, cause?: unknown): BerthError {
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
