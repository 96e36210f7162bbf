/** A CloudFormation stack followed to the end of what it is doing: a line for each resource. */
import { BerthError, type Problem } from "../../errors";
import type { Clock, CloudStack, CloudStacks, StackEvent } from "../../ports";
import type { Terminal } from "../core/launcher";

/** Milliseconds between looks; a resource takes seconds to minutes, and DescribeStackEvents is throttled. */
const interval = 2_000;

export interface FollowOptions {
  readonly stacks: CloudStacks;
  readonly clock: Clock;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Ids of events of earlier times. */
  readonly seen: ReadonlySet<string>;
}

/** Ids of what happened so far, to be distinguished from what will happen. */
export async function eventsSoFar(stacks: CloudStacks, name: string): Promise<ReadonlySet<string>> {
  return new Set((await stacks.events(name)).map(({ id }) => id));
}

/**
 * Follows a stack until CloudFormation has done with it.
 *
 * @param stackId - its ARN, by which a deleted stack is found too
 * @returns the stack as it is now; `undefined` where it is gone without a trace
 * @throws BerthError (deployment) with every resource that failed, in CloudFormation's own words
 */
export async function followStack(stackId: string, options: FollowOptions): Promise<CloudStack | undefined> {
  const { stacks, clock, terminal, signal } = options;
  const seen = new Set(options.seen);
  const failures: Problem[] = [];
  for (;;) {
    // The state is asked for before the events: whatever led to it is among them.
    const stack = await stacks.describe(stackId);
    if (stack === undefined) return undefined;
    for (const event of await stacks.events(stackId)) {
      if (seen.has(event.id)) continue;
      seen.add(event.id);
      const line = lineOf(event, terminal);
      if (line !== undefined) terminal.err(`${line}\n`);
      if (isFailure(event)) failures.push(problemOf(event));
    }
    if (!stack.status.endsWith("_IN_PROGRESS")) {
      if (failed(stack)) throw new BerthError("deployment", failures.length > 0 ? failures : whole(stack));
      return stack;
    }
    await clock.sleep(interval, signal);
  }
}

/** The ends that are not the wanted one ("Stack status codes", CloudFormation User Guide). */
function failed({ status }: CloudStack): boolean {
  return status.includes("ROLLBACK") || status.endsWith("_FAILED");
}

function whole({ id, status, reason }: CloudStack): Problem {
  return { path: id, message: reason === undefined ? status : `${status}: ${reason}` };
}

/** What else was stopped because of a failure says so, and is no cause. */
function isFailure({ status, reason }: StackEvent): boolean {
  return status.endsWith("_FAILED") && !/cancelled|canceled/i.test(reason ?? "");
}

function problemOf({ logicalId, type, status, reason }: StackEvent): Problem {
  return { path: `${logicalId} (${type})`, message: reason ?? status };
}

const words: Readonly<Record<string, string>> = {
  CREATE_COMPLETE: "created",
  UPDATE_COMPLETE: "updated",
  DELETE_COMPLETE: "deleted",
  DELETE_SKIPPED: "kept",
};

function lineOf(event: StackEvent, terminal: Terminal): string | undefined {
  // The stack's own events only say what its resources say.
  if (event.type === "AWS::CloudFormation::Stack") return undefined;
  const name = `${event.type.replace(/^AWS::/, "").replace("::", " ")} ${event.logicalId}`;
  if (event.status.endsWith("_FAILED"))
    return terminal.paint("red", `  failed    ${name}: ${event.reason ?? event.status}`);
  const word = words[event.status];
  return word === undefined ? undefined : `  ${word.padEnd(9)} ${name}`;
}
