/** The real terminal: what is asked of a person, and what is drawn over itself. Prompts are loaded when one is asked. */
import { styleText } from "node:util";
import { BerthError } from "../../errors";
import type { ProgressBar, Terminal } from "./launcher";

export interface TerminalStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Cells of a line where no terminal tells them. */
const plainColumns = 120;

/** @param settings - `CI` and `NO_COLOR` */
export function realTerminal(
  { stdin, stdout, stderr }: TerminalStreams,
  settings: { readonly ci: boolean; readonly noColor: boolean },
): Terminal {
  const live = stderr.isTTY && !settings.ci;
  const interactive = stdin.isTTY && live;
  const colour = stdout.isTTY && live && !settings.noColor;
  const ask = async <T>(question: string, prompt: () => Promise<T>): Promise<T> => {
    if (!interactive) throw nobodyToAsk(question);
    try {
      return await prompt();
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "ExitPromptError") throw error;
      throw new BerthError("cancelled", "The question was not answered", { signal: "SIGINT", cause: error });
    }
  };
  // Questions and their answers are no result: they stand on stderr.
  const context = { input: stdin, output: stderr };
  return {
    interactive,
    live,
    columns: stderr.isTTY ? stderr.columns : plainColumns,
    out: (text) => {
      stdout.write(text);
    },
    err: (text) => {
      stderr.write(text);
    },
    paint: (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text),
    confirm: (question) =>
      ask(question, async () =>
        (await import("@inquirer/confirm")).default({ message: question, default: false }, context),
      ),
    askSecret: (question) =>
      ask(question, async () => (await import("@inquirer/password")).default({ message: question }, context)),
    choose: (question, answers) =>
      ask(question, async () => {
        type Answer = keyof typeof answers & string;
        const choices = Object.entries<string>(answers).map(([value, name]) => ({
          value: value as Answer,
          name,
        }));
        return (await import("@inquirer/select")).default({ message: question, choices }, context);
      }),
    progress: (label, total) => (live ? drawnBar(stderr, label, total) : silentBar),
  };
}

const silentBar: ProgressBar = { update: () => undefined, end: () => undefined };

function drawnBar(stream: NodeJS.WriteStream, label: string, total: number): ProgressBar {
  let done = 0;
  let ended = false;
  const bar = import("cli-progress").then(({ SingleBar }) => {
    const made = new SingleBar({
      stream,
      format: `${label} {bar} {percentage} %`,
      barCompleteChar: "█",
      barIncompleteChar: "░",
      clearOnComplete: true,
      hideCursor: true,
    });
    if (!ended) made.start(total, done);
    return made;
  });
  return {
    update: (value) => {
      done = value;
      void bar.then((made) => {
        made.update(value);
      });
    },
    end: () => {
      ended = true;
      void bar.then((made) => {
        made.stop();
      });
    },
  };
}

function nobodyToAsk(question: string): BerthError {
  return new BerthError("usage", {
    message: `nobody can be asked here: ${question}`,
    hint: "say it on the command line (--yes answers yes), or run in a terminal without CI set",
  });
}
