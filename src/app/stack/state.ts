/** The use-cases on the states that a stack's runs have left: list them, put one back. */
import type { StackIdentity } from "../../ports";
import type { Settings } from "../../settings/settings";
import type { Deps } from "../deps";
import { withLease } from "./with-lease";
import { keepState, keptState, keptStates, type KeptState } from "./history";
import { identify } from "../identify";

export interface History {
  readonly identity: StackIdentity;
  /** The newest first. */
  readonly states: readonly KeptState[];
}

/** The states that are kept. */
export async function history(settings: Settings, deps: Deps): Promise<History> {
  const identity = await identify(settings, deps);
  return { identity, states: await keptStates(await deps.records(), identity) };
}

/**
 * Puts a state that was kept in the place of the stack's own, which is kept before.
 *
 * @throws BerthError (usage) where there is no such state
 */
export async function restore(
  settings: Settings,
  deps: Deps,
): Promise<{ readonly identity: StackIdentity; readonly restored: KeptState }> {
  const identity = await identify(settings, deps);
  const records = await deps.records();
  const { text, ...restored } = await keptState(records, identity, settings.which ?? "1");
  await withLease(identity, "restore", deps, async (engine) => {
    await keepState(records, identity, "restore", await engine.exportState(identity), deps.clock.now());
    await engine.importState(identity, text);
  });
  return { identity, restored };
}
