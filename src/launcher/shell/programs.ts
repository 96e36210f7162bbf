/** Programs of this machine, run beside or in place of this one. */
import { spawn } from "node:child_process";
import type { Programs } from "./plugin";

/** @param environment - of the programs */
export function machinePrograms(environment: Readonly<Record<string, string>>): Programs {
  return {
    output: (program, argv) =>
      new Promise((resolve, reject) => {
        const child = spawn(program, [...argv], { env: environment, stdio: ["ignore", "pipe", "ignore"] });
        let text = "";
        child.stdout.setEncoding("utf8").on("data", (piece: string) => (text += piece));
        child.on("error", missing(resolve, reject));
        child.on("close", () => {
          resolve(text);
        });
      }),
    beside: (program, argv, variables, onText) => {
      // A group of its own: Ctrl-C of the terminal is meant for whatever runs in front.
      const child = spawn(program, [...argv], {
        env: { ...environment, ...variables },
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      });
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", onText);
      const ended = new Promise<number | undefined>((resolve, reject) => {
        child.on("error", missing(resolve, reject));
        child.on("close", (code) => {
          resolve(code ?? 1);
        });
      });
      return { ended, end: () => child.kill() };
    },
    attach: (program, argv, variables) =>
      new Promise((resolve, reject) => {
        const child = spawn(program, [...argv], { env: { ...environment, ...variables }, stdio: "inherit" });
        child.on("error", missing(resolve, reject));
        child.on("close", (code, signal) => {
          resolve(code ?? (signal === null ? 1 : 130));
        });
      }),
  };
}

function missing(
  resolve: (nothing: undefined) => void,
  reject: (error: Error) => void,
): (error: NodeJS.ErrnoException) => void {
  return (error) => {
    if (error.code === "ENOENT") resolve(undefined);
    else reject(error);
  };
}
