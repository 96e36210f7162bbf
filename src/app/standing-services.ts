/** What a stack runs already, asked before its project is read: some of a project is decided by it. */
import type { StackIdentity } from "../ports";
import { standingOf, type Standing } from "../model/standing";
import type { Deps } from "./deps";
import { readRecord } from "./stack/run-records";

/**
 * The services of the stack, by the record of its last success, which costs no engine; where there is none (the last run
 * failed, or it is the first one) by the outputs in its state.
 *
 * A state that can't be read is repaired by the run itself, later: until then nothing is known of the stack.
 */
export async function standingServices(
  stack: StackIdentity,
  deps: Pick<Deps, "records" | "stateVersion" | "engine">,
): Promise<Standing> {
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(stack.project)) return new Map();
  const record = await readRecord(await deps.records(), stack);
  if (record !== undefined) return standingOf(record.outputs);
  if ((await deps.stateVersion(stack)) === undefined) return new Map();
  try {
    return standingOf(await (await deps.engine()).outputs(stack));
  } catch {
    return new Map();
  }
}
