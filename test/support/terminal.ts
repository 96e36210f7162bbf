/** Runs a program in a pseudo-terminal, with somebody who reads the screen and types. */
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { pythonOfTests } from "./python";

/** What a key sends. */
export const keys = { ctrlC: "\u0003", down: "\u001b[B", enter: "\r" } as const;

export interface TerminalOptions {
  /** The whole environment; `PATH` is this process's where it says nothing of it. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Cells in a line. @default 80 */
  readonly columns?: number;
}

/** A program and its screen. */
export class TerminalProgram {
  /** Everything that the screen was sent. */
  raw = "";
  /** Its exit code; 128+n where signal n ended it. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;
  #looks: (() => void)[] = [];
  #read = 0;

  /** @param command - the program and its arguments */
  constructor(command: readonly string[], { env, cwd, columns = 80 }: TerminalOptions) {
    const screen = [join(__dirname, "terminal.py"), String(columns), "40"];
    this.#child = spawn(pythonOfTests(), [...screen, ...command], {
      cwd,
      env: { PATH: process.env["PATH"], TERM: "xterm-256color", ...env },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.raw += text;
      for (const look of this.#looks) look();
    });
    this.ended = new Promise((resolve, reject) => {
      this.#child.on("error", reject);
      this.#child.on("close", (code) => {
        resolve(code);
        for (const look of this.#looks) look();
      });
    });
  }

  /** Everything that was shown, without colours and movements of the cursor. */
  get text(): string {
    return stripVTControlCharacters(this.raw).replaceAll("\r\n", "\n");
  }

  /** Waits until something is shown, after what was waited for before. Rejects where the program ends without it. */
  async shows(pattern: RegExp): Promise<void> {
    for (;;) {
      const found = pattern.exec(this.text.slice(this.#read));
      if (found !== null) {
        this.#read += found.index + found[0].length;
        return;
      }
      if (this.#child.exitCode !== null)
        throw new Error(`The program ended and never showed ${String(pattern)}:\n${this.text}`);
      await new Promise<void>((resolve) => this.#looks.push(resolve));
      this.#looks = [];
    }
  }

  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** Ends the program where it still runs. */
  async close(): Promise<void> {
    this.#child.stdin?.end();
    await this.ended;
  }
}
