/** What the commands of `berth` need from outside; `process.ts` gives the real things, tests give their own. */
import type { Deps } from "../../app/deps";
import type { LazyAws } from "../../wiring/lazy-aws";
import type { Clock } from "../../ports";
import type { ProgressView } from "../../report/progress/plain";
import type { Settings } from "../../settings/settings";

/** Styles of `util.styleText` that the commands use. */
export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "magenta" | "cyan";

/** A bar that is drawn over itself; nothing of it is seen where nobody watches. */
export interface ProgressBar {
  /** @param done - of the total that the bar was made with */
  update(done: number): void;
  /** Takes the bar off the screen. */
  end(): void;
}

/** The screen and the keyboard. */
export interface Terminal {
  /** Whether a person can be asked: both ends are a terminal, and `CI` is not set. */
  readonly interactive: boolean;
  /** Whether stderr is a terminal that may be drawn on: a progress bar, a line that is written over. */
  readonly live: boolean;
  /** Cells in a line. */
  readonly columns: number;
  /** Results: what a pipe gets. */
  out(text: string): void;
  /** Progress and messages. */
  err(text: string): void;
  /** The text in a style, where colours are wanted (`NO_COLOR`, `CI`, a pipe: not). */
  paint(style: Style, text: string): string;
  /**
   * A question to be answered with yes or no.
   * @throws BerthError (usage) where nobody can be asked, (cancelled) after Ctrl-C
   */
  confirm(question: string): Promise<boolean>;
  /** A value that is not shown. Errors as {@link confirm}. */
  askSecret(question: string): Promise<string>;
  /**
   * One of several answers. Errors as {@link confirm}.
   *
   * @param withdraw - aborted, it takes the question off the screen: rejects with BerthError (cancelled)
   */
  choose<T extends string>(
    question: string,
    answers: Readonly<Record<T, string>>,
    withdraw?: AbortSignal,
  ): Promise<T>;
  /** A view of a run's progress: a screen where it may be drawn, else lines. @param verbose - a line for every resource */
  progressView(verbose: boolean): ProgressView;
  /** @param total - in bytes */
  progress(label: string, total: number): ProgressBar;
}

/** The standard input, where a value or a file comes through a pipe. */
export interface StandardInput {
  /** Whether it is a keyboard. */
  readonly tty: boolean;
  /** All of it, as text. */
  read(): Promise<string>;
}

/** Everything outside, for one command. */
export interface Launcher {
  readonly settings: Settings;
  readonly terminal: Terminal;
  readonly stdin: StandardInput;
  readonly clock: Clock;
  /** Asks a registry, in ten seconds at most. */
  readonly fetcher: (
    url: string,
    init: { readonly method: string; readonly headers: Readonly<Record<string, string>> },
  ) => Promise<Response>;
  /** The AWS SDK, loaded at its first use. */
  readonly aws: LazyAws;
  /** Aborted by the first SIGINT or SIGTERM that nobody has {@link onInterrupt taken}; its reason is the signal's name. */
  readonly signal: AbortSignal;
  /**
   * Takes Ctrl-C: until the returned function is called, SIGINT comes here and ends nothing.
   * SIGTERM always ends the command.
   */
  onInterrupt(handler: () => void): () => void;
  /** Opens an address in the browser of this machine. @returns `false` where there is none */
  browse(url: string): Promise<boolean>;
  /** What `berth-cd` has from outside with these settings; to be closed. */
  cdDeps(settings: Settings): Deps;
  /**
   * Runs `berth-cd` in this process.
   *
   * @param argv - its command line
   * @param variables - over this process's environment
   * @returns its exit code
   */
  berthCd(argv: readonly string[], variables?: Readonly<Record<string, string>>): Promise<number>;
}
