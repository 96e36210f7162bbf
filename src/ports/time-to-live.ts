/** The ports of a stack's time to live: the schedule that takes it down. */

import type { StackIdentity } from "./stack";

/** The task that takes stacks down: bootstrap's own, which also deploys them. */
export interface CdTask {
  readonly clusterArn: string;
  /** With its revision: the stack goes by the version of Berth that deployed it. */
  readonly taskDefinitionArn: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** The role that EventBridge Scheduler starts it with. */
  readonly schedulerRoleArn: string;
  /** The queue of starts that failed. @default none */
  readonly deadLetterArn?: string | undefined;
}

/** When a stack takes itself down, and how. */
export interface TimeToLive {
  /** As it was written: `12h`. */
  readonly ttl: string;
  /** ISO 8601, whole seconds. */
  readonly until: string;
  readonly task: CdTask;
}

export interface Schedules {
  /**
   * Puts a schedule's one time off.
   *
   * @param expression - `at(2026-11-26T12:00:00)`, in UTC
   * @returns `false` where there is no such schedule: it has had its time, or somebody has deleted it
   */
  extend(stack: StackIdentity, name: string, expression: string): Promise<boolean>;
}
