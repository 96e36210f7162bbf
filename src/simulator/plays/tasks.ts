/** Tasks of ECS under simulation: each runs for as long as AWS would take, and then ends as its adapter says. */
import { randomUUID } from "node:crypto";
import { BerthError, type ErrorKind } from "../../errors";
import type { Clock, StartedTask, TaskControl, TaskPlacement, TaskState } from "../../ports";
import type { RehearsedStartFault } from "../../ports/rehearsal";
import type { SimulatedAws } from "../cloud/aws";
import { startPlays, StartPlays } from "./start-plays";
import { partitionOf } from "../../partitions";

/** How a task fails, for tests and rehearsals. */
export interface ScriptedFailure {
  readonly exitCode: number;
  readonly log: readonly string[];
  readonly stoppedReason?: string;
}

export interface SimulatedTasksOptions {
  /** The clouds in which tasks run; asked again each time, since a run opens its own. */
  readonly clouds: () => readonly SimulatedAws[];
  readonly clock: Clock;
  /** 1 takes as long as AWS does. @default 0 */
  readonly latencyScale?: number;
  /** By compose service. @default every task succeeds */
  readonly failures?: Readonly<Record<string, ScriptedFailure>>;
  /** How tasks do not begin at first, by compose service. @default each begins at once */
  readonly starts?: Readonly<Record<string, RehearsedStartFault>>;
  /** Whether a task reaches the registry that its image is in. @default it does */
  readonly wayOut?: () => boolean;
}

interface Task {
  readonly log: string[];
  readonly stop: AbortController;
  state: TaskState;
}

/** What ECS says of every task whose container ended by itself. */
const containerExited = "Essential container in task exited";

/** A container that ended by itself. */
export function exited(exitCode: number, stoppedReason = containerExited): TaskState {
  return { status: "STOPPED", exitCode, stoppedReason };
}

export abstract class SimulatedTasks implements TaskControl {
  readonly #tasks = new Map<string, Task>();
  readonly #starts: StartPlays;

  constructor(
    protected readonly options: SimulatedTasksOptions,
    private readonly kind: Extract<ErrorKind, "build" | "deployment">,
  ) {
    this.#starts = new StartPlays(options.starts ?? {});
  }

  describe(_placement: TaskPlacement, taskArn: string): Promise<TaskState> {
    return Promise.resolve(this.#task(taskArn).state);
  }

  logTail(_placement: TaskPlacement, taskArn: string, lines: number): Promise<readonly string[]> {
    return Promise.resolve(this.#task(taskArn).log.slice(-lines));
  }

  stop(_placement: TaskPlacement, taskArn: string, reason: string): Promise<void> {
    const task = this.#task(taskArn);
    if (task.state.status !== "STOPPED") {
      task.state = { status: "STOPPED", exitCode: 137, stoppedReason: reason };
      task.stop.abort();
    }
    return Promise.resolve();
  }

  /**
   * Starts a task of a compose service.
   *
   * @param seconds - what it takes in AWS, its start included
   * @param end - what it does and comes to, where no failure is scripted for the service; may write to the log
   * @returns its ARN, or why RunTask starts none
   */
  protected start(
    service: string,
    cloud: SimulatedAws,
    { clusterArn }: TaskPlacement,
    log: string[],
    seconds: number,
    end: (log: string[]) => TaskState | Promise<TaskState>,
  ): StartedTask {
    const closed = this.options.wayOut?.() === false;
    const play = closed ? startPlays["closed-way-out"] : this.#starts.next(service);
    if (play !== undefined && "unavailable" in play) return play;
    const cluster = clusterArn.split("/").pop() ?? "default";
    const arn = `arn:${partitionOf(cloud.region).id}:ecs:${cloud.region}:${cloud.accountId}:task/${cluster}/${randomUUID().replaceAll("-", "")}`;
    const task: Task = { log, stop: new AbortController(), state: play ?? { status: "PENDING" } };
    this.#tasks.set(arn, task);
    if (play !== undefined) return { taskArn: arn };
    const failure = this.options.failures?.[service];
    void this.#play(task, seconds, failure === undefined ? end : (lines) => failed(failure, lines));
    return { taskArn: arn };
  }

  /** The cloud that holds a resource, the first one where none does. */
  protected cloudOf(type: string, reference: string): SimulatedAws {
    const clouds = this.options.clouds();
    const cloud = clouds.find((candidate) => candidate.find(type, reference) !== undefined) ?? clouds[0];
    if (cloud === undefined)
      throw new BerthError("bug", "a simulated task was started before any simulated AWS");
    return cloud;
  }

  async #play(
    task: Task,
    seconds: number,
    end: (log: string[]) => TaskState | Promise<TaskState>,
  ): Promise<void> {
    task.state = { status: "RUNNING" };
    const { clock, latencyScale = 0 } = this.options;
    try {
      await clock.sleep(seconds * 1000 * latencyScale, task.stop.signal);
    } catch {
      return;
    }
    if (task.stop.signal.aborted) return;
    task.state = await end(task.log);
  }

  #task(arn: string): Task {
    const task = this.#tasks.get(arn);
    if (task === undefined) throw new BerthError(this.kind, `there is no task ${arn}`);
    return task;
  }
}

function failed({ exitCode, log, stoppedReason }: ScriptedFailure, lines: string[]): TaskState {
  lines.push(...log);
  return exited(exitCode, stoppedReason);
}
