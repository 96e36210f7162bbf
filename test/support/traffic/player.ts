/**
 * A process that plays (play.ts), one play after the other: a failing run leaves rejections that jest would count, and loading
 * the program takes longer than most plays.
 */
import { fork, type ChildProcess } from "node:child_process";
import { dirname, join } from "node:path";
import type { Play, Played } from "./play";

type Answer = { readonly played: readonly Played[] } | { readonly error: string };

export class Player {
  readonly #process: ChildProcess;
  #last: Promise<unknown> = Promise.resolve();

  /** @param program - play.ts, bundled */
  constructor(program: string) {
    this.#process = fork(program, {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      env: { ...process.env, NODE_COMPILE_CACHE: join(dirname(program), "compiled") },
    });
  }

  /** In a world of its own. */
  play(one: Play): Promise<readonly Played[]> {
    const played = this.#last.then(() => this.#ask(one));
    this.#last = played.catch(() => undefined);
    return played;
  }

  close(): void {
    if (this.#process.connected) this.#process.disconnect();
  }

  #ask(one: Play): Promise<readonly Played[]> {
    return new Promise((resolve, reject) => {
      const player = this.#process;
      const ended = (code: number | null): void => {
        reject(new Error(`The player ended with ${code ?? "a signal"}.`));
      };
      player.once("exit", ended);
      player.once("message", (answer: Answer) => {
        player.off("exit", ended);
        if ("played" in answer) resolve(answer.played);
        else reject(new Error(answer.error));
      });
      player.send(one);
    });
  }
}
