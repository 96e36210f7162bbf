/** The ports of what opens the way out of private subnets, where that is an instance: it may be late, or fail. */
import type { StackIdentity } from "./stack";

/** How each line begins that its script leaves on the instance's console. */
export const natMark = "berth-nat:";

/** The first line of a script, the beginning of the last one of a script that has done its work, and of one that has not. */
export const natEnds = { begun: "begins", open: "the way out is open", failed: "gave up" } as const;

/** The newest NAT instance of a stack. */
export interface NatReport {
  readonly instanceId: string;
  /** EC2's word: `pending`, `running`, `stopped` … */
  readonly state: string;
  /** Milliseconds since the epoch, by AWS's clock. */
  readonly startedAt: number;
  /** What it says that it did since its start, oldest first, without {@link natMark}. */
  readonly lines: readonly string[];
}

export interface NatReader {
  /**
   * @returns `undefined` where there is none
   * @throws BerthError (deployment) where AWS refuses or can't be reached
   */
  report(stack: StackIdentity): Promise<NatReport | undefined>;
}

/** Waits inside of a program's `apply` until the way out is open, so that nothing is started that can't pull its image. */
export interface WayOut {
  /** Resolves when it is open, and after a while in any case: what meets a closed one is tried again. Never rejects. */
  opened(stack: StackIdentity): Promise<void>;
  /** Why it was not open, for whatever reports a failure; nothing where it was. */
  trouble(): readonly string[];
}
