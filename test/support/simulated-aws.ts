/** `dist/simulated-aws.js` as a process. */
import type { ChildProcess } from "node:child_process";
import { program, type Finished } from "./program";

export interface SimulatedAwsProcess {
  /** What it prints: the environment in which `berth-cd` finds it. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<Finished>;
}

export interface SimulatedAwsOptions {
  /** Where the built programs lie. @default `dist/` */
  readonly dist?: string;
  /** 1 takes as long as AWS does. @default 0 */
  readonly latency?: number;
}

/**
 * Starts the program and waits for the lines that it prints.
 *
 * @param cloud - the file in which it keeps its cloud
 */
export async function startSimulatedAws(
  cloud: string,
  { dist, latency = 0 }: SimulatedAwsOptions = {},
): Promise<SimulatedAwsProcess> {
  let child: ChildProcess | undefined;
  const ended = program("simulated-aws", ["--cloud", cloud, "--latency", String(latency)], {
    ...(dist === undefined ? {} : { dist }),
    started: (process) => {
      child = process;
    },
  });
  const lines = await new Promise<string>((resolve, reject) => {
    child?.stdout?.once("data", (text: string) => {
      resolve(text);
    });
    ended.then(
      ({ stderr }) => {
        reject(new Error(`simulated-aws ended: ${stderr}`));
      },
      (error: unknown) => {
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
  const pairs = lines
    .trim()
    .split("\n")
    .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]);
  return {
    env: Object.fromEntries(pairs) as Readonly<Record<string, string>>,
    stop: () => {
      child?.kill("SIGTERM");
      return ended;
    },
  };
}
