/** The real terminal: the questions to a person, and what is drawn over itself. Prompts are loaded when one is asked. */
import { styleText } from "node:util";
import { BerthError } from "../../errors";
import { LiveView } from "../../report/progress/live";
import { makeView } from "../../report/progress/view";
import { isColoured, type Settings } from "../../settings/settings";
import type { ProgressBar, Terminal } from "./launcher";

/** The process's, each opened when it is first asked for. */
export interface TerminalStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Cells of a line where no terminal reports them. */
const plainColumns = 120;

/** How text reaches the streams: above what is drawn. */
export interface TerminalWriter {
  stdout(text: string): void;
  stderr(text: string): void;
  readonly screen?: { attach(view: LiveView | undefined): void } | undefined;
}

/** @param writer - @default straight to the streams */
export function realTerminal(
  streams: TerminalStreams,
  settings: Pick<Settings, "ci" | "noColor" | "forceColor" | "dumb" | "color" | "environment">,
  writer: TerminalWriter = {
    stdout: (text) => streams.stdout.write(text),
    stderr: (text) => streams.stderr.write(text),
  },
): Terminal {
  const { stdout, stderr } = streams;
  const live = stderr.isTTY && !settings.ci && !settings.dumb;
  const interactive = stderr.isTTY && !settings.ci && streams.stdin.isTTY;
  const colour = isColoured(settings, stdout.isTTY && stderr.isTTY);
  return {
    interactive,
    live,
    columns: stderr.isTTY ? stderr.columns : plainColumns,
    out: (text) => {
      writer.stdout(text);
    },
    err: (text) => {
      writer.stderr(text);
    },
    progressView: (verbose) => {
      const view = makeView({
        kind: verbose ? "verbose" : live ? "live" : "lines",
        write: (line) => {
          writer.stderr(`${line}\n`);
        },
        colour: isColoured(settings, stderr.isTTY),
        stream: stderr,
        environment: settings.environment,
      });
      if (view instanceof LiveView) writer.screen?.attach(view);
      return view;
    },
    paint: (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text),
    // Questions and their answers are no result: they go to stderr.
    ...prompts(streams, interactive),
    progress: (label, total) => (live ? drawnBar(stderr, label, total) : silentBar),
  };
}

function prompts(
  streams: TerminalStreams,
  interactive: boolean,
): Pick<Terminal, "confirm" | "askSecret" | "choose"> {
  const context = {
    get input() {
      return streams.stdin;
    },
    output: streams.stderr,
  };
  const ask = async <T>(question: string, prompt: () => Promise<T>): Promise<T> => {
    if (!interactive) throw nobodyToAsk(question);
    try {
      return await prompt();
    } catch (error) {
      if (!(error instanceof Error) || !unanswered.includes(error.name)) throw error;
      throw new BerthError("cancelled", "The question was not answered", { signal: "SIGINT", cause: error });
    }
  };
  return {
    confirm: (question) =>
      ask(question, async () =>
        (await import("@inquirer/confirm")).default({ message: question, default: false }, context),
      ),
    askSecret: (question) =>
      ask(question, async () => (await import("@inquirer/password")).default({ message: question }, context)),
    choose: (question, answers, withdraw) =>
      ask(question, async () => {
        type Answer = keyof typeof answers & string;
        const choices = Object.entries<string>(answers).map(([value, name]) => ({
          value: value as Answer,
          name,
        }));
        return (await import("@inquirer/select")).default(
          { message: question, choices },
          withdraw === undefined ? context : withdrawn(context, withdraw),
        );
      }),
  };
}

/** Errors of a prompt that Ctrl-C ended, or its signal. */
const unanswered: readonly string[] = ["ExitPromptError", "AbortPromptError"];

/** The context of a prompt that a signal takes off the screen. */
function withdrawn<C extends object>(context: C, signal: AbortSignal) {
  return {
    ...context,
    signal,
    // Read when the prompt is done with: an answered question stays.
    get clearPromptOnDone() {
      return signal.aborted;
    },
  };
}

const silentBar: ProgressBar = { update: () => undefined, end: () => undefined };

/** Cells that a bar has at most; a narrow terminal leaves it fewer, and its percentage always has room. */
const barCells = 40;

function drawnBar(stream: NodeJS.WriteStream, label: string, total: number): ProgressBar {
  let done = 0;
  let ended = false;
  let drawn: { update(value: number): void; stop(): void } | undefined;
  const draw = async (): Promise<void> => {
    const { SingleBar } = await import("cli-progress");
    if (ended) return;
    const bar = new SingleBar({
      stream,
      format: `${label} {bar} {percentage} %`,
      barsize: Math.max(1, Math.min(barCells, stream.columns - label.length - " 100 %".length - 2)),
      barCompleteChar: "█",
      barIncompleteChar: "░",
      clearOnComplete: true,
      hideCursor: true,
    });
    bar.start(total, done);
    drawn = bar;
  };
  void draw();
  return {
    update: (value) => {
      done = value;
      drawn?.update(value);
    },
    end: () => {
      ended = true;
      drawn?.stop();
    },
  };
}

function nobodyToAsk(question: string): BerthError {
  return new BerthError("usage", {
    message: `nobody can be asked here: ${question}`,
    hint: "answer on the command line (--yes answers yes), or run in a terminal without CI set",
  });
}
