/** The records beside the states of the account, read from its bucket: no task is started for it. */
import type { Deps } from "../../app/deps";
import type { Settings } from "../../settings/settings";
import { readBootstrap } from "../account/bootstrap-stack";
import type { Given } from "../core/command";
import type { Launcher } from "../core/launcher";

/**
 * Does something with the ports that `berth-cd` would have: the account's bucket, the state that `PULUMI_BACKEND_URL`
 * names, or the simulator's. Nothing is drawn, and no page is kept.
 *
 * @throws BerthError (usage) where the account was never bootstrapped
 */
export async function beside<T>(
  launcher: Launcher,
  given: Given,
  work: (deps: Deps) => Promise<T>,
): Promise<T> {
  const deps = launcher.cdDeps(await settingsBeside(launcher, given));
  deps.progress.end();
  try {
    return await work(deps);
  } finally {
    await deps.close();
  }
}

/**
 * The same for what changes the stack: its progress is shown, and Ctrl-C ends it.
 *
 * @throws BerthError (usage) where the account was never bootstrapped
 */
export async function besideRunning<T>(
  launcher: Launcher,
  given: Given,
  work: (deps: Deps) => Promise<T>,
): Promise<T> {
  const deps = launcher.cdDeps(await settingsBeside(launcher, given));
  try {
    return await work(deps);
  } finally {
    await deps.close();
  }
}

async function settingsBeside(launcher: Launcher, given: Given): Promise<Settings> {
  const { events: _events, ...settings } = launcher.settings;
  const own = settings.environment["PULUMI_BACKEND_URL"] ?? "";
  if (given.has("simulate") || (given.has("local") && own !== "")) return settings;
  const { backendUrl } = await readBootstrap(launcher);
  return { ...settings, backendUrl };
}
