/** What a stack runs already, asked before its project is read: some of a project is decided by it. */
import type { StackIdentity } from "../ports";
import { deployedServicesOf, type DeployedServices } from "../model/deployed";
import type { Deps } from "./deps";
import { readRecord } from "./stack/run-records";
import { seeStack } from "./stack/views";

/**
 * The services of the stack, by what its last run left, which costs no engine; where there is nothing that fits the state
 * (that run was killed) by the outputs in the state.
 *
 * A state that can't be read is repaired by the run itself, later: until then nothing is known of the stack.
 */
export async function readDeployedServices(
  stack: StackIdentity,
  deps: Pick<Deps, "records" | "stateVersion" | "engine">,
): Promise<DeployedServices> {
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(stack.project)) return new Map();
  const record = await readRecord(await deps.records(), stack);
  if (record !== undefined) return deployedServicesOf(record.outputs);
  const seen = await seeStack(stack, deps);
  if (seen.kind === "no stack") return new Map();
  if (seen.kind === "seen") return deployedServicesOf(seen.outputs);
  try {
    return deployedServicesOf(await (await deps.engine()).outputs(stack));
  } catch {
    return new Map();
  }
}
