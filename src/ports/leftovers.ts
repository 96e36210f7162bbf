/** The port of what AWS keeps when a stack is deleted, unknown to the engine. */
import type { StackIdentity } from "./stack";

export interface Leftovers {
  /**
   * Stops the tasks of a cluster that no service keeps running: image builds, one-off tasks, what was started by hand.
   *
   * @param cluster - its name; nothing happens where there is none
   * @returns how many were asked to stop
   */
  stopTasks(cluster: string): Promise<number>;
  /**
   * Deletes the network interfaces that stopped tasks have left in the stack's security groups: while they are there,
   * AWS deletes neither group nor subnet.
   *
   * @returns their ids
   */
  deleteInterfaces(stack: StackIdentity): Promise<readonly string[]>;
  /**
   * Deregisters the revisions of task definitions that replacements have left for `berth rollback`.
   *
   * @returns how many
   */
  deregister(stack: StackIdentity): Promise<number>;
}
