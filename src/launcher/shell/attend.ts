/** A task that somebody started by hand: followed to its end, its log shown as it comes. */
import type { Clock, LogReader, ManualTasks, TaskPlacement, TaskState } from "../../ports";
import { followLogs } from "../logs/follow";
import { readLogs } from "../logs/read";
import type { ReadDeps } from "../logs/selection";

/** Milliseconds between two looks at the task. */
const pollInterval = 2_000;
/** Milliseconds for which the log of a task that has ended is still read: its last lines take some seconds. */
const logDelay = 4_000;

export interface Attendance {
  readonly tasks: ManualTasks;
  readonly logs: LogReader;
  readonly clock: Clock;
  /** Aborted when the task is to be stopped. */
  readonly signal: AbortSignal;
  readonly transient: (error: unknown) => boolean;
  readonly print: ReadDeps["print"];
  readonly note: (message: string) => void;
}

/**
 * Stays with a task to its end, which an abort brings about.
 *
 * @returns what it came to
 * @throws BerthError (deployment) where AWS refuses; the task then goes on
 */
export async function attend(
  placement: TaskPlacement,
  taskArn: string,
  attendance: Attendance,
): Promise<TaskState> {
  const { clock, logs, transient, print, note } = attendance;
  const id = taskArn.slice(taskArn.lastIndexOf("/") + 1);
  const name = placement.containerName ?? "";
  let ended: number | undefined;
  // The log is followed on after Ctrl-C: a program's last words are about why it was stopped.
  const over = new AbortController();
  const deps: ReadDeps = { logs, clock, transient, print, note, signal: over.signal };
  const source = { logGroupName: placement.logGroupName, streamPrefix: `${name}/${name}/${id}` };
  const following = readLogs({ sources: [source] }, deps).then((followed) =>
    followLogs(followed, deps, { ended: () => ended !== undefined && clock.now() >= ended + logDelay }),
  );
  // Told once the task's own end is known: a log that can't be read stops no task.
  const logEnd = following.then(
    () => undefined,
    (error: unknown) => {
      note(`the log can't be followed: ${String(error)}`);
    },
  );
  try {
    const state = await untilStopped(placement, taskArn, attendance);
    ended = clock.now();
    await logEnd;
    return state;
  } finally {
    over.abort();
  }
}

async function untilStopped(
  placement: TaskPlacement,
  taskArn: string,
  { tasks, clock, signal, transient, note }: Attendance,
): Promise<TaskState> {
  let status: TaskState["status"] | undefined;
  let stopping = false;
  for (;;) {
    try {
      if (signal.aborted && !stopping) {
        stopping = true;
        note("stopping the task; a second Ctrl-C leaves it running");
        await tasks.stop(placement, taskArn, "berth run was interrupted");
      }
      const state = await tasks.describe(placement, taskArn);
      if (state.status === "STOPPED") return state;
      if (state.status !== status) note(`the task is ${state.status === "RUNNING" ? "running" : "starting"}`);
      status = state.status;
    } catch (error) {
      if (!transient(error)) throw error;
    }
    await clock.sleep(pollInterval, stopping ? undefined : signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}
