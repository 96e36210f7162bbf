/** What is gathered on a service while it is followed: the tasks that failed, what the load balancer said, the log. */
import { messageOf } from "../errors";
import type { ServiceControl, ServiceRequest, StoppedTask } from "../ports";
import { culprit, isFailure, reasonOfStop } from "./verdict";

/** Lines of a failed task's log that are shown. */
const logTailLines = 20;
/** Looks at an empty log: lines reach CloudWatch some seconds after the task's end. */
const logLooks = 3;

export class ServiceEvidence {
  #stops: readonly StoppedTask[] = [];
  /** Tasks that had stopped before the service was followed. */
  #before: ReadonlySet<string> = new Set();
  #health: string | undefined;

  constructor(
    private readonly request: ServiceRequest,
    private readonly control: ServiceControl,
  ) {}

  /** The tasks of the deployment that stopped of themselves, oldest first. */
  get stops(): readonly StoppedTask[] {
    return this.#stops;
  }

  /** What the load balancer said last. */
  get health(): string | undefined {
    return this.#health;
  }

  /** What has stopped until now does not count. */
  async forget(): Promise<void> {
    this.#before = new Set((await this.control.stoppedTasks(this.request)).map(({ arn }) => arn));
    this.#stops = [];
  }

  /** Looks again. Where nothing can be read, the next look may. @returns the stops that are new */
  async gather(deploymentId: string): Promise<readonly StoppedTask[]> {
    const known = new Set(this.#stops.map(({ arn }) => arn));
    try {
      const stopped = await this.control.stoppedTasks(this.request);
      const fresh = stopped
        .filter(({ arn }) => !known.has(arn) && !this.#before.has(arn))
        .filter((task) => task.deploymentId === deploymentId && isFailure(task))
        .sort((a, b) => (a.stoppedAt ?? 0) - (b.stoppedAt ?? 0));
      this.#stops = [...this.#stops, ...fresh];
      const health = await this.control.targetHealth(this.request);
      if (health.length > 0) this.#health = health.join("; ");
      return fresh;
    } catch {
      return [];
    }
  }

  /**
   * The last lines of the log of the task that failed last; where they can't be read, that is said in their place, for
   * the failure matters more.
   *
   * @param pause - waits between two looks at a log that is empty
   */
  async log(pause: () => Promise<void>, signal: AbortSignal): Promise<readonly string[]> {
    const task = this.#stops.at(-1);
    // A container that never started has no log.
    if (task === undefined || task.stopCode === "TaskFailedToStart") return [];
    const container = culprit(task)?.name ?? this.request.service;
    try {
      for (let look = 1; ; look += 1) {
        const lines = await this.control.logTail(this.request, task.arn, container, logTailLines);
        if (lines.length > 0 || look === logLooks || signal.aborted) return lines;
        await pause();
      }
    } catch (error) {
      return [`(the log ${this.request.logGroupName} can't be read: ${messageOf(error)})`];
    }
  }
}

/** Why a task stopped, with its exit code. */
export function stopWords(task: StoppedTask): string {
  const exitCode = culprit(task)?.exitCode;
  const code = exitCode === undefined ? "" : `exit code ${exitCode}: `;
  return `${code}${reasonOfStop(task)}`;
}
