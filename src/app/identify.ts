/** Which stack a command speaks of. */
import type { StackIdentity } from "../ports";
import type { Settings } from "../settings/settings";
import type { Deps } from "./deps";
import { loadName } from "./load-project";

/**
 * The stack that a command speaks of: `BERTH_PROJECT`, else what the project's own file or folder says.
 *
 * @throws BerthError (project, usage) where neither says it
 */
export async function identify(settings: Settings, deps: Deps): Promise<StackIdentity> {
  const project = await loadName(settings, deps);
  deps.learned.project = project;
  return { project, stack: settings.stack };
}
