/** Which project and stack a command speaks of, and what its compose file says. */
import {
  loadName,
  loadProject,
  type LoadDeps,
  type LoadedModel,
  type ModelDeps,
} from "../../app/load-project";
import { definedOnly } from "../../defined";
import { BerthError } from "../../errors";
import type { StackIdentity } from "../../ports";
import type { Launcher } from "./launcher";

function loadDeps({ aws, clock, signal }: Launcher): LoadDeps {
  return { signal, archives: () => aws.use((sdk, clients) => new sdk.AwsArchiveStore(clients, clock)) };
}

/** Without a name, a file or a folder nobody knows which project is meant. */
function refuseNoProject({ settings }: Launcher): void {
  if (settings.archive !== undefined) return;
  throw new BerthError("usage", {
    path: "compose.yaml",
    message: `neither ${settings.cwd} nor a folder above it has a compose file`,
    hint: "go to the project's folder, name its compose file (-f FILE), or name the project (-p NAME)",
  });
}

/**
 * The stack that a command speaks of: the project by name, else as its compose file or folder says.
 *
 * @throws BerthError (usage, project) where neither says it
 */
export async function stackOf(launcher: Launcher): Promise<StackIdentity> {
  const { settings } = launcher;
  if (settings.project === undefined) refuseNoProject(launcher);
  return { project: await loadName(settings, loadDeps(launcher)), stack: settings.stack };
}

/**
 * The project as its compose file says; errors as {@link loadProject}.
 *
 * @param secrets - what is set in Parameter Store. @default nobody is asked: a variable that only its being set makes a
 *   secret is none
 */
export function projectOf(launcher: Launcher, secrets?: ModelDeps["secrets"]): Promise<LoadedModel> {
  return loadProject(launcher.settings, { ...loadDeps(launcher), ...definedOnly({ secrets }) });
}

/**
 * The stack, and what its compose file says where there is one that can be read: many commands only say more with it.
 *
 * @param secrets - as {@link projectOf} has it
 */
export async function stackAndProject(
  launcher: Launcher,
  secrets?: ModelDeps["secrets"],
): Promise<{ readonly stack: StackIdentity; readonly loaded?: LoadedModel }> {
  const { settings } = launcher;
  if (settings.project === undefined) {
    refuseNoProject(launcher);
    const loaded = await projectOf(launcher, secrets);
    return { stack: { project: loaded.project.name, stack: settings.stack }, loaded };
  }
  const stack = { project: settings.project, stack: settings.stack };
  try {
    const loaded = await projectOf(launcher, secrets);
    return loaded.project.name === stack.project ? { stack, loaded } : { stack };
  } catch {
    return { stack };
  }
}
