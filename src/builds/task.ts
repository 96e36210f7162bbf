/**
 * One run of the executor, whatever it takes: a task on Spot that is interrupted, one that ECS can't start yet, and a build
 * that needs more memory each get another task. All of them share one limit in time.
 */
import type { BuildTasks, Clock, ImageBuildRequest } from "../ports";
import { definedOnly } from "../defined";
import type { Size } from "../model/project";
import { describeSize, roomierSize } from "../model/sizing";
import { afterShortage, hintOf, rest, shortageOf, type NextPlacing, type Placing } from "../tasks/capacity";
import { followTask, type TaskEnd } from "../tasks/task";

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

/** Lines at a log's end that the executor's own last error is among. */
const lastWords = 5;

/** What has been tried, and what is tried next. */
interface Try extends Placing {
  readonly size?: Size;
}

/** Runs the executor to its end; success is exit code 0 alone. */
export async function runBuildTask(
  request: ImageBuildRequest,
  executorArguments: readonly string[],
  options: BuildTaskOptions,
): Promise<TaskEnd> {
  const { tasks, clock, signal, deadline } = options;
  let tried: Try = { provider: request.spot ? "FARGATE_SPOT" : "FARGATE", pauses: {} };
  for (;;) {
    if (signal.aborted) return { kind: "cancelled" };
    const { provider, size } = tried;
    const started = await tasks.run(request, executorArguments, { provider, ...definedOnly({ size }) });
    const end: TaskEnd =
      "taskArn" in started
        ? await follow(request, started.taskArn, options)
        : {
            kind: "failed",
            message: `ECS did not start the build task: ${started.unavailable} (${hintOf(started.unavailable)})`,
            logTail: [],
          };
    const again = end.kind === "failed" ? anotherTry(request, end, tried) : undefined;
    if (again === undefined || clock.now() + again.pause >= deadline) return end;
    options.onAgain(again.why);
    await rest(clock, again.pause, signal);
    tried = again;
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
        // Progress alone is lost: the task goes on, and ECS reports its end.
      }
    },
  });
}

/** What may help, `undefined` where nothing does: a Dockerfile that fails once fails again. */
function anotherTry(
  request: ImageBuildRequest,
  end: Extract<TaskEnd, { kind: "failed" }>,
  tried: Try,
): (Try & NextPlacing) | undefined {
  if (end.state?.stopCode === "SpotInterruption") {
    const why = "Spot interrupted the task; it runs on demand now";
    return { ...tried, provider: "FARGATE", pause: 0, why };
  }
  const fault = shortageOf(end);
  if (fault !== undefined) {
    const next = afterShortage(tried, fault);
    return next && { ...tried, ...next };
  }
  if (tried.size !== undefined || !outOfMemory(end)) return undefined;
  const larger = roomierSize(request.size);
  if (larger === undefined) return undefined;
  const why = `the task ran out of memory; it gets ${describeSize(larger)} now`;
  return { ...tried, size: larger, pause: 0, why };
}

/** What the executor's last line says of a RUN that the kernel killed, where it does not end with 137 itself. */
const killed = /waiting for process to exit: signal: killed/;

/**
 * 137 is SIGKILL, which on Fargate is the kernel's answer to a task whose memory is used up. Where the kernel takes the
 * step instead of the executor, the executor ends with the step's code: 137 by way of tini, and 255 where a signal ended
 * it (Go's ExitError has the code -1 for it).
 */
function outOfMemory({ state, logTail }: Extract<TaskEnd, { kind: "failed" }>): boolean {
  if (state === undefined) return false;
  if (state.exitCode === 137 || /OutOfMemory/.test(state.stoppedReason ?? "")) return true;
  return state.exitCode === 255 && logTail.slice(-lastWords).some((line) => killed.test(line));
}
