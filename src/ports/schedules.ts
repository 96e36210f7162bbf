/** The port of whoever looks at a stack's schedules and their runs. Nothing here changes anything. */
import type { StackIdentity } from "./stack";

/** One run: an execution of its state machine. */
export interface ScheduleRun {
  /** ISO 8601. */
  readonly started: string;
  /** ISO 8601; absent while it goes on. */
  readonly ended?: string;
  readonly outcome: "running" | "succeeded" | "failed" | "timed out" | "stopped";
  /** Of the service's container; absent where it never ran, or Step Functions does not know it. */
  readonly exitCode?: number;
  /** Why it failed, in AWS's words. */
  readonly reason?: string;
}

export interface ScheduleView {
  /** Its compose service. */
  readonly service: string;
  /** Of EventBridge Scheduler; two where cron means either of two days. */
  readonly expressions: readonly string[];
  readonly timezone: string;
  /** Whether it is not paused. */
  readonly enabled: boolean;
  /** The last run that was not left out. */
  readonly last?: ScheduleRun;
  /** ISO 8601: when it was last left out since an earlier run went on, where that is later than its last run. */
  readonly skipped?: string;
  /** ISO 8601; absent while it is paused. */
  readonly next?: string;
}

export interface ScheduleReader {
  /**
   * The schedules of a stack, by service.
   *
   * @throws BerthError (deployment) where AWS refuses or can't be reached
   */
  schedules(stack: StackIdentity, now: number): Promise<readonly ScheduleView[]>;
}
