/** Runs `berth`'s code in this process, on a terminal that keeps what is written and answers what is asked. */
import { realDeps } from "../../src/cli/adapters";
import type { Deps } from "../../src/app/deps";
import { systemClock } from "../../src/wiring/clock";
import { Ending } from "../../src/wiring/ending";
import { BerthError } from "../../src/errors";
import { lazyAws } from "../../src/wiring/lazy-aws";
import type { Launcher, Terminal } from "../../src/launcher/core/launcher";
import { makeView } from "../../src/report/progress/view";
import { runLauncher } from "../../src/launcher/core/run";
import { definedOnly } from "../../src/defined";
import { cd, unreferenced } from "./cd";

export interface LauncherRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The questions that were asked. */
  readonly questions: readonly string[];
  /** The addresses that a browser was asked for. */
  readonly opened: readonly string[];
}

export interface LauncherOptions {
  /** The whole environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Answers, in the order of the questions; without any, nobody can be asked. */
  readonly answers?: readonly (string | boolean)[];
  /** What comes through standard input. @default it is a keyboard */
  readonly stdin?: string;
  readonly signal?: AbortSignal;
  /** Whether a browser opens what it is asked for. @default false */
  readonly browser?: boolean;
  /** Changes what `berth-cd` has of the world where the command asks for it. */
  readonly deps?: (real: Deps) => Deps;
  /** Changes what the command is given. */
  readonly launcher?: (made: Launcher) => Launcher;
}

/** One command. */
export async function berth(argv: readonly string[], options: LauncherOptions = {}): Promise<LauncherRun> {
  const written = { stdout: "", stderr: "" };
  const questions: string[] = [];
  const opened: string[] = [];
  const out = (text: string): void => {
    written.stdout += text;
  };
  const err = (text: string): void => {
    written.stderr += text;
  };
  const signal = options.signal ?? new AbortController().signal;
  const terminal = fakeTerminal({ out, err, questions, answers: options.answers });
  const code = await runLauncher(argv, {
    env: options.env ?? {},
    cwd: options.cwd ?? process.cwd(),
    out,
    err,
    makeLauncher: (settings) => {
      const { region, profile, endpointUrl } = settings;
      const made: Launcher = {
        settings,
        terminal,
        stdin: { tty: options.stdin === undefined, read: () => Promise.resolve(options.stdin ?? "") },
        clock: systemClock,
        fetcher: () => Promise.reject(new Error("no test asks a registry")),
        aws: lazyAws({ ...definedOnly({ region, profile, endpointUrl }), ...keysOf(options.env ?? {}) }),
        signal,
        browse: (url) => {
          opened.push(url);
          return Promise.resolve(options.browser ?? false);
        },
        onInterrupt: () => () => undefined,
        cdDeps: (inner) => {
          const ending = new Ending({ ...systemClock, sleep: unreferenced });
          const real = realDeps(inner, { stdout: out, stderr: err }, ending, made.aws);
          return options.deps?.(real) ?? real;
        },
        berthCd: async (line, variables) => {
          const env = { ...settings.environment, ...variables };
          const ran = await cd(line, { env, cwd: settings.cwd, signal });
          out(ran.stdout);
          err(ran.stderr);
          return ran.code;
        },
      };
      return options.launcher?.(made) ?? made;
    },
  });
  return { ...written, code, questions, opened };
}

/** The SDK's own chain would read this process's environment. */
function keysOf(env: Readonly<Record<string, string>>) {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (accessKeyId === undefined || secretAccessKey === undefined) return {};
  return { credentials: { accessKeyId, secretAccessKey } };
}

function fakeTerminal(fake: {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly questions: string[];
  readonly answers: readonly (string | boolean)[] | undefined;
}): Terminal {
  const answers = [...(fake.answers ?? [])];
  const answer = (question: string): Promise<string | boolean> => {
    const next = answers.shift();
    if (next === undefined)
      return Promise.reject(new BerthError("usage", `nobody can be asked here: ${question}`));
    fake.questions.push(question);
    return Promise.resolve(next);
  };
  return {
    interactive: fake.answers !== undefined,
    live: false,
    columns: 120,
    out: fake.out,
    err: fake.err,
    paint: (_style, text) => text,
    confirm: async (question) => (await answer(question)) === true,
    askSecret: async (question) => String(await answer(question)),
    choose: async (question, choices) => {
      const given = await answer(question);
      const found = (Object.keys(choices) as (keyof typeof choices & string)[]).find((key) => key === given);
      if (found === undefined)
        throw new Error(`${String(given)} is none of ${Object.keys(choices).join(", ")}`);
      return found;
    },
    progressView: (verbose) =>
      makeView({
        kind: verbose ? "verbose" : "lines",
        write: (line) => {
          fake.err(`${line}\n`);
        },
        colour: false,
        environment: {},
      }),
    progress: () => ({ update: () => undefined, end: () => undefined }),
  };
}
