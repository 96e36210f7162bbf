/** The names of a project, for completion: from its compose file, without a call of AWS. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { loadArchive } from "../../app/load-project";
import { givenOf } from "../../command-line/parse";
import type { LoadedProject } from "../../compose";
import { defaultStack } from "../../model/naming";
import type { Settings } from "../../settings/settings";
import type { CommandDefinition } from "../core/command";
import type { Launcher } from "../core/launcher";
import { readLauncherSettings } from "../core/settings";
import type { Names } from "./words";

/** @param file - compose files in place of the one that is found */
export function projectNames(launcher: Launcher, file: readonly string[], command: CommandDefinition): Names {
  let loading: Promise<LoadedProject | undefined> | undefined;
  const loaded = (): Promise<LoadedProject | undefined> => (loading ??= load(launcher, file, command));
  return {
    services: async () => Object.keys((await loaded())?.canonical.services ?? {}),
    secrets: async () => [...((await loaded())?.secretVariables ?? [])].sort(),
    profiles: async () => [...((await loaded())?.profiles ?? [])],
    stacks: async () => {
      const { settings } = launcher;
      const project = settings.project ?? (await loaded())?.canonical.name;
      return [...new Set([defaultStack, settings.stack, ...localStacks(settings, project)])];
    },
  };
}

/** Whatever is wrong with the project, a completion is silent about it. */
async function load(
  { settings: own, signal, aws, clock }: Launcher,
  file: readonly string[],
  command: CommandDefinition,
): Promise<LoadedProject | undefined> {
  try {
    const settings = readLauncherSettings(
      { kind: "command", name: "config", command, given: givenOf([], { file }) },
      own.environment,
      own.cwd,
    );
    if (settings.archive === undefined) return undefined;
    const archives = () => aws.use((sdk, clients) => new sdk.AwsArchiveStore(clients, clock));
    return (await loadArchive(settings, { signal, archives }, { unset: "secret" })).loaded;
  } catch {
    return undefined;
  }
}

/** Stacks whose state is on this machine (Pulumi's layout of a backend: `.pulumi/stacks/PROJECT/STACK.json`). */
function localStacks({ backendUrl }: Settings, project: string | undefined): readonly string[] {
  if (project === undefined || !backendUrl.startsWith("file://")) return [];
  try {
    const folder = join(backendUrl.slice("file://".length), ".pulumi", "stacks", project);
    return readdirSync(folder).flatMap((name) => /^(.+)\.json$/.exec(name)?.[1] ?? []);
  } catch {
    return [];
  }
}
