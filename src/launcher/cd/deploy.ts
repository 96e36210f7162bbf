/** `up` and `preview`: the project read here, uploaded, and handed to the CD task. */
import { join } from "node:path";
import type { ProjectArchive } from "../../archive";
import { prepare } from "../../app/prepare";
import type { Prepared } from "../../app/prepared";
import { previewUnchanged, unchangedDeployment, type Unchanged } from "../../app/unchanged";
import type { Deps } from "../../app/deps";
import { BerthError } from "../../errors";
import { definedOnly } from "../../defined";
import type { Warning } from "../../model/project";
import { unchangedPreview, warningLine } from "../../report/terminal/paragraphs";
import type { Settings } from "../../settings/settings";
import { endpointsTable } from "../../report/terminal/tables";
import { answeredResult, endpointsOf } from "../../report/result";
import type { Given } from "../core/command";
import type { Launcher } from "../core/launcher";
import { cdAccount, settingsIn, type CdAccount } from "./account";
import { commitOf } from "./commit";
import { handOver } from "./hand-over";
import { isLocal, runLocally } from "./local";
import { linesTo } from "./output";
import { askFirstUp, isAsked } from "./questions";
import { runInTask } from "./run";
import { uploadProject } from "./upload";

/**
 * Deploys, or shows what a deployment would do. What can be refused is refused here, before anything is started: a
 * mistake in the file, a secret that is not set. An unchanged project ends here too.
 *
 * @returns the CD task's exit code
 */
export async function deployProject(
  launcher: Launcher,
  name: "up" | "preview",
  given: Given,
): Promise<number> {
  if (isLocal(given)) return runLocally(launcher, name, given);
  const account = await cdAccount(launcher);
  const settings = withDigests(settingsIn(account, launcher.settings));
  const deps = launcher.cdDeps(settings);
  let prepared: Prepared;
  try {
    prepared = await prepare(settings, deps);
    prepared.archive.digests?.keep();
    const code = await answered(launcher, name, given, prepared, settings, deps);
    if (code !== undefined) return code;
    const first = name === "up" && (await deps.stateVersion(prepared.identity)) === undefined;
    deps.progress.end();
    if (first && isAsked(launcher, given)) await askFirstUp(launcher, settings, prepared.identity);
  } finally {
    await deps.close();
  }
  tellWarnings(launcher, prepared.warnings);
  const { archive, project } = prepared;
  const uploaded = await uploadProject(launcher, account.bootstrap.bucket, archive, project);
  const named = archive.composeFile === undefined ? [] : [archive.composeFile];
  const form = { verbose: given.has("verbose"), markdown: given.has("markdown") };
  const output = linesTo(launcher.terminal, given.has("json"), form);
  const code = await runInTask(
    launcher,
    account,
    {
      name,
      identity: prepared.identity,
      archive: uploaded.location,
      files: settings.files.length > 0 ? settings.files : named,
      envFiles: settings.envFiles,
      ...definedOnly({ projectDirectory: settings.projectDirectory }),
      variables: {
        ...definedOnly({ BERTH_COMMIT: settings.commit ?? (await commitOf(archive.location)) }),
        ...handedOver(launcher, account, prepared),
        ...definedOnly({ BERTH_ARCHIVE_SHA256: uploaded.sha256 }),
      },
    },
    given,
    output,
  );
  output.end();
  return code;
}

/** Where there is a home, what is hashed there is hashed once. */
function withDigests(settings: Settings): Settings {
  const { HOME } = settings.environment;
  return HOME === undefined ? settings : { ...settings, digestCache: join(HOME, ".berth/digests") };
}

/** Says what is known without a task. @returns `undefined` where a task has to run; for a preview a line says why */
async function answered(
  launcher: Launcher,
  name: "up" | "preview",
  given: Given,
  prepared: Prepared,
  settings: Settings,
  deps: Deps,
): Promise<number | undefined> {
  const { terminal, clock } = launcher;
  if (name === "up") {
    const unchanged = await unchangedDeployment(prepared, settings, deps);
    return unchanged && tellUnchanged(launcher, given, unchanged);
  }
  const begun = clock.now();
  const found = await previewUnchanged(prepared, settings, deps);
  if (typeof found === "string") {
    terminal.err(`A CD task makes the preview: ${found}\n`);
    return undefined;
  }
  const { unchanged, cost } = found;
  if (given.has("json")) return writeResult(launcher, "preview", unchanged);
  const took = clock.now() - begun;
  const { outputs, warnings, sameCount: resourceCount } = unchanged;
  terminal.out(
    unchangedPreview({ outputs, warnings, resourceCount, cost, components: cost.components, took }),
  );
  return 0;
}

function handedOver(
  { settings }: Launcher,
  account: CdAccount,
  { archive, passThrough, project }: Prepared,
): Readonly<Record<string, string>> {
  return handOver({
    environment: settings.environment,
    account: Object.keys(account.environment),
    texts: textsOf(archive),
    passThrough,
    secrets: project.secrets,
  });
}

/** What was read of the project as text. */
function textsOf(archive: ProjectArchive): readonly string[] {
  return archive.usedPaths().flatMap((path) => {
    try {
      return archive.read(path) ?? [];
    } catch (error) {
      if (error instanceof BerthError) return [];
      throw error;
    }
  });
}

function tellWarnings({ terminal }: Launcher, warnings: readonly Warning[]): void {
  for (const warning of warnings) terminal.err(`${warningLine(warning)}\n`);
}

function tellUnchanged(launcher: Launcher, given: Given, unchanged: Unchanged): number {
  const { terminal } = launcher;
  if (given.has("json")) return writeResult(launcher, "up", unchanged);
  const endpoints = endpointsOf(unchanged.outputs);
  if (Object.keys(endpoints).length > 0) terminal.out(`${endpointsTable(endpoints)}\n`);
  tellWarnings(launcher, unchanged.warnings);
  terminal.err("Nothing to change\n");
  return 0;
}

function writeResult({ terminal }: Launcher, command: "up" | "preview", unchanged: Unchanged): number {
  const { prepared, outputs, warnings, sameCount } = unchanged;
  const known = { command, ...prepared.identity, outcome: "unchanged", outputs } as const;
  const result = answeredResult(known, { same: sameCount, warnings });
  terminal.out(`${JSON.stringify(result)}\n`);
  return 0;
}
