/** `up` and `preview`: the project read here, uploaded, and handed to the CD task. */
import type { ProjectArchive } from "../../archive";
import { standing, type Deployment } from "../../app/deploy";
import { prepare, type Prepared } from "../../app/prepare";
import { BerthError } from "../../errors";
import { definedOnly } from "../../defined";
import type { Warning } from "../../model/project";
import { endpointsTable } from "../../report/terminal/tables";
import { endpointsOf, noChanges, type Result } from "../../report/result";
import type { Given } from "../core/command";
import type { Launcher } from "../core/launcher";
import { cdAccount, settingsIn } from "./account";
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
  const settings = settingsIn(account, launcher.settings);
  const deps = launcher.cdDeps(settings);
  let prepared: Prepared;
  try {
    prepared = await prepare(settings, deps);
    const unchanged = name === "up" ? await standing(prepared, settings, deps) : undefined;
    if (unchanged !== undefined) return tellUnchanged(launcher, given, unchanged);
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
  const output = linesTo(launcher.terminal, given.has("json"), {
    verbose: given.has("verbose"),
    markdown: given.has("markdown"),
  });
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
        ...handOver({
          environment: launcher.settings.environment,
          account: Object.keys(account.environment),
          texts: textsOf(archive),
          passThrough: prepared.passThrough,
          secrets: project.secrets,
        }),
        ...(uploaded.sha256 === undefined ? {} : { BERTH_ARCHIVE_SHA256: uploaded.sha256 }),
      },
    },
    given,
    output,
  );
  output.end();
  return code;
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
  for (const { path, message } of warnings) terminal.err(`warning: ${path}: ${message}\n`);
}

function tellUnchanged(launcher: Launcher, given: Given, deployment: Deployment): number {
  const { terminal } = launcher;
  const { warnings, prepared } = deployment;
  const { identity } = prepared;
  const endpoints = endpointsOf(deployment.outputs);
  if (given.has("json")) {
    const result: Result = {
      command: "up",
      ...identity,
      engine: "pulumi",
      outcome: "unchanged",
      changes: { ...noChanges, same: deployment.sameCount },
      endpoints,
      outputs: deployment.outputs,
      builds: [],
      warnings,
      seconds: 0,
    };
    terminal.out(`${JSON.stringify(result)}\n`);
    return 0;
  }
  if (Object.keys(endpoints).length > 0) terminal.out(`${endpointsTable(endpoints)}\n`);
  tellWarnings(launcher, warnings);
  terminal.err("Nothing to change\n");
  return 0;
}
