/** A command of `berth-cd`, run in the account's CD task and followed, or in this process with the same state. */
import { lastOfArn } from "../../model/naming";
import { keepPlan } from "../../app/plan";
import { newRunId } from "../../app/stack/runs";
import { definedOnly } from "../../defined";
import type { StackIdentity } from "../../ports";
import { commandLineOf } from "../../settings/arguments";
import type { Given } from "../core/command";
import type { Launcher } from "../core/launcher";
import type { CdAccount } from "./account";
import { followCdTask, type CdEnd } from "./follow";
import { durationText } from "../../model/duration";

/** What of `berth-cd`'s command line is not this one's. */
export interface CdWords {
  /** `berth-cd`'s name of the command. */
  readonly name: string;
  /** What it reads. @default nothing: it speaks of a stack alone */
  readonly archive?: string;
  /** Compose files and env files, relative to the archive's root. */
  readonly files: readonly string[];
  readonly envFiles: readonly string[];
  /** The folder, from the archive's root, that relative paths are seen from. @default that of the first compose file */
  readonly projectDirectory?: string;
}

export interface CdCommand extends CdWords {
  readonly identity: StackIdentity;
  /** Further variables. */
  readonly variables: Readonly<Record<string, string>>;
}

/** What the lines of the task are taken for. */
export interface CdOutput {
  readonly print: (line: string) => void;
  /** Whether the last line was among them, where that is known. */
  readonly complete: () => boolean;
  /** Takes the progress off the screen for a question. @returns what puts it back */
  readonly pause: () => () => void;
  /** Nothing more comes of the progress: what is drawn ends. */
  readonly settle: () => void;
}

/**
 * Starts the task and stays with it.
 *
 * @returns the CD task's exit code; 0 where it was left running
 */
export async function runInTask(
  launcher: Launcher,
  account: CdAccount,
  command: CdCommand,
  given: Given,
  output: CdOutput,
): Promise<number> {
  const { terminal, clock, signal } = launcher;
  const { project, stack } = command.identity;
  const started = clock.now();
  const events = `s3://${account.bootstrap.bucket}/events/${project}/${stack}/${newRunId(started)}`;
  const plan = given.text("plan");
  signal.throwIfAborted();
  const argv = cdCommandLine(command, {
    ...given.values,
    ...(plan === undefined ? {} : { plan: `${events}.plan.json` }),
  });
  const taskArn = await account.tasks.run(account.placement, argv, {
    ...command.variables,
    ...definedOnly({ BERTH_ACTOR: launcher.settings.actor }),
    BERTH_PROJECT: project,
    BERTH_STACK: stack,
    BERTH_EVENTS: `${events}.ndjson`,
    // Only what is drawn over itself needs the events; lines read as well in the log.
    ...(terminal.live ? { BERTH_PROGRESS: "events" } : {}),
  });
  terminal.err(`Started the CD task ${lastOfArn(taskArn)} for ${project}/${stack}\n`);
  if (given.has("detach")) {
    terminal.err(`Its log: ${account.placement.logGroupName}; berth follow shows it, berth cancel ends it\n`);
    return 0;
  }
  const end = await stayWith(launcher, account, taskArn, output);
  if (end.kind === "left") return 0;
  if (plan !== undefined && end.code === 0 && !signal.aborted)
    await fetchPlan(launcher, `${events}.plan.json`, plan);
  // The task's own last line is an address; of what has failed it may have said nothing.
  if (end.code !== 0) terminal.err(`${verdict(end.code)} after ${durationText(clock.now() - started)}\n`);
  return end.code;
}

/** `berth-cd`'s command line: the options of this one, but for what the task reads. */
export function cdCommandLine(
  { name, archive, files, envFiles, projectDirectory }: CdWords,
  values: Given["values"],
): readonly string[] {
  return commandLineOf(name, { ...values, file: files, envFile: envFiles, projectDirectory }, archive);
}

/** Stays with a task that was started, by whomever, to its end, or until Ctrl-C leaves it. */
export async function stayWith(
  launcher: Launcher,
  account: CdAccount,
  taskArn: string,
  output: CdOutput,
): Promise<CdEnd> {
  const { logs, transient } = await launcher.aws.use((sdk, clients) => ({
    logs: new sdk.CloudWatchLogReader(clients),
    transient: sdk.isTransient,
  }));
  const { print, complete, pause } = output;
  const end = await followCdTask(launcher, {
    ...account,
    ...{ taskArn, logs, transient, print, complete, pause },
  });
  output.settle();
  if (end.kind === "left")
    launcher.terminal.err(
      `The CD task ${lastOfArn(taskArn)} goes on by itself; berth follow comes back to it, berth cancel ends it\n`,
    );
  return end;
}

function verdict(code: number): string {
  return code > 128 ? "Cancelled" : `Failed (exit code ${code})`;
}

async function fetchPlan({ aws }: Launcher, location: string, path: string): Promise<void> {
  const text = await aws.use((sdk, clients) => sdk.readObject(clients, location));
  await keepPlan(path, text);
}
