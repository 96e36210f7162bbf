/** Which stack a command speaks of. */
import type { StackIdentity } from "../ports";
import type { Settings } from "../settings/settings";
import type { Deps } from "./deps";
import { loadArchive } from "./load-project";

/**
 * The stack that a command speaks of: `BERTH_PROJECT`, else what the project's own file or folder says.
 *
 * @throws BerthError (project, usage) where neither says it
 */
export async function identify(settings: Settings, deps: Deps): Promise<StackIdentity> {
  if (settings.project !== undefined) return { project: settings.project, stack: settings.stack };
  const { loaded } = await loadArchive(settings, deps, { unset: "secret" });
  deps.learned.project = loaded.canonical.name;
  return { project: loaded.canonical.name, stack: settings.stack };
}
