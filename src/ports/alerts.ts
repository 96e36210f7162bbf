/** The port of whoever looks at how a stack's alerts reach people. Nothing here changes anything. */
import type { StackIdentity } from "./stack";

export interface AlertsState {
  /** Mail addresses whose owners have yet to follow the link of SNS's first mail. */
  readonly unconfirmed: readonly string[];
  /** Alerts of the last 14 days that could not be delivered. */
  readonly undelivered: number;
}

export interface AlertReader {
  /**
   * @returns as of a stack without alerts, where there is none of what brings them
   * @throws BerthError (deployment) where AWS refuses or can't be reached
   */
  state(stack: StackIdentity): Promise<AlertsState>;
}
