/** What a new build may do to a stack that an earlier build deployed, besides updates that interrupt nothing. */
import type { Operation } from "../../src/ports";

/** One resource that the first `up` of a new build replaces, deletes or interrupts, and why that can't be avoided. */
export interface AllowedChange {
  readonly op: Exclude<Operation, "create" | "same">;
  /** Pulumi's token: `aws:lb/listener:Listener`. */
  readonly type: string;
  /** The logical name. */
  readonly name: string;
  /** What its owner reads in CHANGELOG.md. */
  readonly reason: string;
}

/** Each row has to apply to at least one stack of `stacks/`: a row that no stack needs any more fails the test. */
export const allowedChanges: readonly AllowedChange[] = [];
