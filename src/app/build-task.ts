/**
 * One run of the executor, whatever it takes: a task on Spot that is interrupted, a lack of capacity, and a build that
 * needs more memory each get another task. All of them share one limit in time.
 */
import type { BuildCapacity, BuildTasks, Clock, ImageBuildRequest } from "../ports";
import { describeSize, roomierSize } from "../project/sizing";
import { followTask, type TaskEnd } from "./task";

export interface BuildTaskOptions {
  readonly tasks: BuildTasks;
  readonly clock: Clock;
  /** Aborted when the task is to be stopped. */
  readonly signal: AbortSignal;
  /** When the build has to be done: milliseconds since the epoch. */
  readonly deadline: number;
  /** Lines of a failed build's log that are shown. */
  readonly logLines: number;
  /** Hears each line of the log as it comes. */
  readonly onLine: (line: string) => void;
  /** A task was lost, and another one begins. */
  readonly onAgain: (why: string) => void;
}

/**
 * Milliseconds between two tries where on-demand capacity is short too. ECS says "try again later", and a shortage in
 * all zones of a region is over within minutes or not at all.
 */
const capacityPauses = [15_000, 30_000, 60_000];

/** ECS's words, in RunTask's failures and in a task's stopped reason ("API failure messages", ECS developer guide). */
const capacityShort = /capacity is unavailable/i;

/** What has been tried. */
interface Tried {
  readonly capacity: BuildCapacity;
  readonly pauses: number;
}

/** Another try: how, and after which pause. */
interface Again {
  readonly why: string;
  readonly capacity: BuildCapacity;
  readonly pause?: number;
}

/** Runs the executor to its end; success is exit code 0 alone. */
export async function runBuildTask(
  request: ImageBuildRequest,
  executorArguments: readonly string[],
  options: BuildTaskOptions,
): Promise<TaskEnd> {
  const { tasks, clock, signal, deadline } = options;
  let tried: Tried = { capacity: { provider: request.spot ? "FARGATE_SPOT" : "FARGATE" }, pauses: 0 };
  for (;;) {
    if (signal.aborted) return { kind: "cancelled" };
    const started = await tasks.run(request, executorArguments, tried.capacity);
    const end: TaskEnd =
      "taskArn" in started
        ? await follow(request, started.taskArn, options)
        : {
            kind: "failed",
            message: `ECS did not start the build task: ${started.unavailable}`,
            logTail: [],
          };
    const again = end.kind === "failed" ? anotherTry(request, end, tried) : undefined;
    if (again === undefined || clock.now() + (again.pause ?? 0) >= deadline) return end;
    options.onAgain(again.why);
    if (again.pause !== undefined) await pause(clock, again.pause, signal);
    tried = { capacity: again.capacity, pauses: tried.pauses + (again.pause === undefined ? 0 : 1) };
  }
}

async function follow(
  request: ImageBuildRequest,
  taskArn: string,
  { tasks, clock, signal, deadline, logLines, onLine }: BuildTaskOptions,
): Promise<TaskEnd> {
  let next: string | undefined;
  return followTask(request, taskArn, {
    tasks,
    clock,
    signal,
    timeout: Math.max(0, deadline - clock.now()),
    logLines,
    words: { task: "the build task", program: "the executor" },
    onLook: async () => {
      try {
        const page = await tasks.logPage(request, taskArn, next);
        next = page.next ?? next;
        page.lines.forEach(onLine);
      } catch {
        // Progress alone is lost: the task goes on, and its end is told by ECS.
      }
    },
  });
}

/** What may help, `undefined` where nothing does: a Dockerfile that fails once fails again. */
function anotherTry(
  { size }: ImageBuildRequest,
  { state, message }: Extract<TaskEnd, { kind: "failed" }>,
  { capacity, pauses }: Tried,
): Again | undefined {
  const onDemand: BuildCapacity = { ...capacity, provider: "FARGATE" };
  const onSpot = capacity.provider === "FARGATE_SPOT";
  if (state?.stopCode === "SpotInterruption") {
    return { why: "Spot interrupted the task; it runs on demand now", capacity: onDemand };
  }
  if (capacityShort.test(state === undefined ? message : (state.stoppedReason ?? ""))) {
    if (onSpot) return { why: "there is no capacity on Spot; it runs on demand now", capacity: onDemand };
    const pauseNow = capacityPauses[pauses];
    if (pauseNow === undefined) return undefined;
    return { why: `there is no capacity; next try in ${pauseNow / 1_000} s`, capacity, pause: pauseNow };
  }
  if (capacity.size !== undefined || !outOfMemory(state)) return undefined;
  const larger = roomierSize(size);
  if (larger === undefined) return undefined;
  return {
    why: `the task ran out of memory; it gets ${describeSize(larger)} now`,
    capacity: { ...capacity, size: larger },
  };
}

/** 137 is SIGKILL, which on Fargate is the kernel's answer to a task whose memory is used up. */
function outOfMemory(state: Extract<TaskEnd, { kind: "failed" }>["state"]): boolean {
  return state?.exitCode === 137 || /OutOfMemory/.test(state?.stoppedReason ?? "");
}

/** A pause that an abort ends, whether the clock rejects then or not. */
async function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(milliseconds, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
