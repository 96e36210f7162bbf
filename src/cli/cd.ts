/**
 * `berth-cd` without its process: the command table. Everything outside comes in through `makeDeps` and `output`,
 * so that a test runs the same code with its own world.
 */
import { loadForConfig } from "../app/load-project";
import type { Deps, Learned } from "../app/deps";
import { BerthError, endedError, exitCodeOf, messageOf, type Problem } from "../errors";
import { preview, up, type Deployment } from "../app/deploy";
import * as operate from "../app/operate";
import { planOf, writePlan } from "../app/plan";
import * as state from "../app/stack/state";
import { engineOf, parseArguments, type CommandName } from "../settings/arguments";
import { definedOnly } from "../defined";
import type { EngineKind } from "../ports";
import { pageLocation } from "../report/page/run-record";
import { endingLines } from "../report/terminal/ending";
import { errorText } from "../report/terminal/errors";
import { historyTable, stacksTable } from "../report/terminal/tables";
import { ChangesSoFar, countChanges, endpointsOf, noChanges, type Result } from "../report/result";
import { withProjectRoot } from "../app/place/project-root";
import { readSettings, type Settings } from "../settings/settings";
import { build, version } from "../version";
import { close, type RunDeps } from "./close";
import { estimateOf } from "./estimate";
import type { Output } from "./console";
import { warningLine } from "../report/terminal/paragraphs";
import { deploymentText, operationText } from "./texts";

export type { RunDeps } from "./close";
export type { Output } from "./console";

/** What a command came to: the Result's own fields, and the text for people. */
interface Outcome extends Partial<Omit<Result, "command" | "engine" | "seconds">> {
  readonly text: string;
  /** The last lines. @param took - milliseconds */
  readonly last?: (took: number) => readonly string[];
}

type Handler = (settings: Settings, deps: Deps) => Promise<Outcome>;

/** Commands that need nothing from outside, so that nothing is made for them. */
const sayings = {
  version: () => ({ outputs: { version, build }, text: `berth-cd ${version} (${build})\n` }),
  help: ({ helpText = "" }: Settings) => ({ text: helpText }),
} satisfies Partial<Record<CommandName, (settings: Settings) => Outcome>>;

const handlers: Readonly<Record<Exclude<CommandName, keyof typeof sayings>, Handler>> = {
  up: async (settings, deps) =>
    deployed(await up(settings, deps), settings, deps, "The deployment succeeded"),
  preview: async (settings, deps) =>
    deployed(await preview(settings, deps), settings, deps, "This is what up would do; nothing was changed"),
  config: async (settings, deps) => {
    const loaded = await loadForConfig(settings, deps);
    for (const warning of loaded.warnings) deps.progress.note(warningLine(warning));
    return { text: `${JSON.stringify(loaded.canonical, undefined, 2)}\n` };
  },
  refresh: async (settings, deps) => operated(await operate.refresh(settings, deps), settings),
  destroy: async (settings, deps) => operated(await operate.destroy(settings, deps), settings),
  down: async (settings, deps) => operated(await operate.down(settings, deps), settings),
  cancel: async (settings, deps) => operated(await operate.cancel(settings, deps), settings),
  outputs: async (settings, deps) => {
    const found = await operate.outputs(settings, deps);
    return { ...operated(found, settings), text: `${JSON.stringify(found.outputs, undefined, 2)}\n` };
  },
  list: async (_settings, deps) => {
    const stacks = await operate.list(deps);
    return { outputs: { stacks }, text: stacks.length === 0 ? "No stacks\n" : `${stacksTable(stacks)}\n` };
  },
  state: async (settings, deps) => {
    if (settings.action === "restore") {
      const { identity, restored } = await state.restore(settings, deps);
      const text = `The state of ${restored.at} (${restored.command}) is back; berth-cd refresh compares it with AWS\n`;
      return { ...identity, outputs: { restored }, text };
    }
    const { identity, states } = await state.history(settings, deps);
    const text = states.length === 0 ? "No states\n" : `${historyTable(states)}\n`;
    return { ...identity, outputs: { states }, text };
  },
};

/**
 * Runs one command.
 *
 * @param argv - without node and the script
 * @param env - the process's environment; only the settings read it
 * @returns the exit code (docs/design.md, Contracts)
 */
export async function run(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
  output: Output,
  makeDeps: (settings: Settings) => RunDeps,
): Promise<number> {
  const started = Date.now();
  let settings: Settings | undefined;
  let deps: RunDeps | undefined;
  let result: Result | undefined;
  let code = 0;
  const soFar = new ChangesSoFar();
  try {
    settings = readSettings(argv, env, cwd);
    const { command } = settings;
    let outcome: Outcome;
    if (command === "version" || command === "help") outcome = sayings[command](settings);
    else {
      if (command !== "list") settings = withProjectRoot(settings, false);
      deps = counting(makeDeps(settings), soFar);
      outcome = await handlers[command](settings, deps);
    }
    deps?.progress.end();
    const path = deps?.progress.criticalPath?.() ?? [];
    result = {
      ...resultOf(outcome, settings, deps?.engineKind ?? engineOf(settings), started),
      ...(path.length === 0 ? {} : { criticalPath: path }),
    };
    if (settings.json && settings.command !== "config") {
      output.stdout(`${JSON.stringify(result)}\n`);
    } else {
      const last = outcome.last?.(Date.now() - started) ?? [];
      output.stdout(outcome.text + last.map((line) => `${line}\n`).join(""));
    }
  } catch (thrown) {
    const error = deps?.signal.aborted === true ? endedEarly(deps.signal, thrown, soFar) : thrown;
    deps?.progress.end();
    output.stderr(errorText(error));
    const engine = deps?.engineKind ?? engineOf({ simulate: argv.includes("--simulate") });
    result = failure(error, argv, settings, { ...deps?.learned, engine }, soFar.count(), started);
    const after = failureLines(result, settings, Date.now() - started);
    if (after.length > 0) output.stderr(after.map((line) => `${line}\n`).join(""));
    if (argv.includes("--json")) output.stdout(`${JSON.stringify(result)}\n`);
    code = exitCodeOf(error);
  } finally {
    if (deps !== undefined) await close(deps, result, code, output);
  }
  return code;
}

/** The signal's error, with what had failed before it. */
function endedEarly(signal: AbortSignal, thrown: unknown, soFar: ChangesSoFar): BerthError {
  const ended = endedError(signal, thrown);
  const problems = [...ended.problems, ...soFar.failures(ended)];
  return new BerthError(ended.kind, problems, {
    cause: ended.cause,
    ...definedOnly({ signal: ended.signal }),
  });
}

function counting(deps: RunDeps, soFar: ChangesSoFar): RunDeps {
  const engine: RunDeps["progress"]["engine"] = (event) => {
    soFar.take(event);
    deps.progress.engine(event);
  };
  return { ...deps, progress: { ...deps.progress, engine } };
}

async function deployed(
  deployment: Deployment,
  settings: Settings,
  deps: Deps,
  verdict: string,
): Promise<Outcome> {
  const { prepared, steps, outcome, outputs, builds, warnings } = deployment;
  const { cost, summary } = (await estimateOf(deployment, settings, deps)) ?? {};
  Object.assign(deps.learned, definedOnly({ cost, summary }));
  if (settings.plan !== undefined) {
    const plan = planOf(deployment, settings, definedOnly({ monthlyCost: cost, summary }));
    await writePlan(settings.plan, plan, deps.put);
  }
  const endpoints = endpointsOf(outputs);
  const changes = steps === undefined ? { ...noChanges, same: deployment.sameCount } : countChanges(steps);
  return {
    ...prepared.identity,
    ...{ outcome, changes, endpoints, outputs, builds, warnings },
    text: deploymentText({ deployment, settings, ...definedOnly({ cost, summary }) }),
    last: (took) =>
      settings.markdown
        ? []
        : endingLines({
            verdict: outcome === "unchanged" ? "Nothing to change" : verdict,
            ...{ changes, took, endpoints, planned: settings.command === "preview" },
            page: pageOf(settings),
          }),
  };
}

function operated(done: operate.Operated, settings: Settings): Outcome {
  const changes = countChanges(done.steps);
  const { kept = [] } = done;
  const verdict = verdicts[settings.command];
  return {
    ...done.identity,
    changes,
    outputs: kept.length === 0 ? done.outputs : { ...done.outputs, kept },
    endpoints: endpointsOf(done.outputs),
    text: operationText(done, settings),
    ...(verdict === undefined
      ? {}
      : { last: (took) => endingLines({ verdict, changes, took, page: pageOf(settings) }) }),
  };
}

/** What a command on a stack says at its end; others have said it all. */
const verdicts: Partial<Readonly<Record<CommandName, string>>> = {
  refresh: "The state is compared with AWS",
  destroy: "The stack's resources are deleted",
  down: "The stack is down",
};

function pageOf({ events }: Settings): string | undefined {
  return events === undefined ? undefined : pageLocation(events);
}

function resultOf(outcome: Outcome, settings: Settings, engine: EngineKind, started: number): Result {
  const { text: _text, last: _last, ...fields } = outcome;
  return {
    command: settings.command,
    project: settings.project ?? "",
    stack: settings.stack,
    engine,
    outcome: "succeeded",
    changes: noChanges,
    endpoints: {},
    outputs: {},
    builds: [],
    warnings: [],
    ...fields,
    seconds: secondsSince(started),
  };
}

/** What a run that was begun has done before it failed, how long it took, and where its page is. */
function failureLines(
  { outcome, changes }: Result,
  settings: Settings | undefined,
  took: number,
): readonly string[] {
  const done = Object.entries(changes).some(([op, count]) => op !== "same" && count > 0);
  if (settings === undefined || !done) return [];
  const verdict = outcome === "cancelled" ? "Cancelled" : "Failed";
  return endingLines({ verdict, changes, took, page: pageOf(settings) });
}

/** The Result of a failure, also where the settings themselves could not be read. */
function failure(
  error: unknown,
  argv: readonly string[],
  settings: Settings | undefined,
  learned: Learned & { readonly engine: EngineKind },
  changes: Result["changes"],
  started: number,
): Result {
  const problems: readonly Problem[] = error instanceof BerthError ? error.problems : [];
  return {
    command: settings?.command ?? commandOf(argv),
    project: learned.project ?? settings?.project ?? "",
    stack: settings?.stack ?? "",
    engine: learned.engine,
    outcome: error instanceof BerthError && error.kind === "cancelled" ? "cancelled" : "failed",
    changes,
    endpoints: {},
    outputs: {},
    builds: learned.builds ?? [],
    warnings: learned.warnings ?? [],
    error: {
      kind: error instanceof BerthError ? error.kind : "bug",
      message: messageOf(error),
      hint: problems.flatMap((problem) => problem.hint ?? []).join("; "),
      ...((learned.services ?? []).length === 0 ? {} : { services: learned.services ?? [] }),
    },
    seconds: secondsSince(started),
  };
}

function commandOf(argv: readonly string[]): CommandName {
  try {
    return parseArguments(argv).command;
  } catch {
    return "help";
  }
}

function secondsSince(started: number): number {
  return Math.round(Date.now() - started) / 1000;
}
