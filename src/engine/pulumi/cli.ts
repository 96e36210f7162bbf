/**
 * The Pulumi CLI as a child process. The Automation API drives it; how it is found, started, listened to and stopped
 * is ours, because its own runner adds this process's whole environment, and is in the terminal's process group:
 * a Ctrl-C would reach the CLI twice, and a second interrupt makes it give up its resources half-made.
 */
import { spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation/cmd";
import { BerthError, messageOf } from "../../errors";
import type { Logger } from "../../log";

/** What a CLI command wrote, whatever became of it. */
export interface CliResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** A command of the CLI that ended with another exit code than 0. */
export class CliFailure extends Error implements CliResult {
  override readonly name = "CliFailure";
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;

  constructor(result: CliResult) {
    super(`pulumi ended with exit code ${result.code}: ${result.stderr.trim()}`);
    this.stdout = result.stdout;
    this.stderr = result.stderr;
    this.code = result.code;
  }
}

/** The runner as the Automation API calls it: `PulumiCommand` and the method that its typings keep to themselves. */
export interface PulumiCli extends PulumiCommand {
  run(
    args: readonly string[],
    directory: string,
    environment: Readonly<Record<string, string>>,
    onOutput?: (text: string) => void,
    onError?: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<CliResult>;
  /** The same, with commands that end at once when the signal is aborted, whatever they have in flight. */
  hastenedBy(signal: AbortSignal | undefined): PulumiCli;
}

/** Milliseconds that an interrupted CLI has to give up what is in flight, before it is killed with all that it started. */
const givesUpWithin = 5_000;

/** The events of a run come over gRPC since this version; older ones would have to be polled for. */
const oldestMinor = 206;

/**
 * Finds the CLI on the `PATH` of `environment`, or installs the SDK's own version of it.
 *
 * @param home - Pulumi's home, under which a missing CLI is installed
 * @param install - installs the CLI into a directory. @default by Pulumi's own script, from get.pulumi.com
 * @throws BerthError (usage) where there is none and none can be installed, or it is too old
 */
export async function findCli(
  environment: Readonly<Record<string, string>>,
  home: string,
  log: Logger,
  install: (root: string) => Promise<{ readonly command: string }> = (root) =>
    PulumiCommand.install({ root }),
): Promise<PulumiCli> {
  const onPath = makeCli("pulumi", log);
  // Asking for the version takes 0.3 s of every run (measured); where its answer doesn't matter, being there is enough.
  if (isVersionTaken(environment) && (await isOnPath(environment))) return onPath;
  try {
    requireVersion((await onPath.run(["version"], process.cwd(), environment)).stdout, environment);
    return onPath;
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  log.info("no pulumi on the PATH: installing it");
  try {
    const installed = await install(join(home, "berth-cli"));
    return makeCli(installed.command, log);
  } catch (error) {
    throw new BerthError(
      "usage",
      {
        path: "PATH",
        message: "there is no Pulumi CLI, and it could not be installed",
        hint: "install it as https://www.pulumi.com/docs/install/ says, or run berth-cd in its container image",
      },
      { cause: error },
    );
  }
}

/** Whether the variable of the Automation API says to take the CLI as it is. */
function isVersionTaken(environment: Readonly<Record<string, string>>): boolean {
  return (environment["PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK"] ?? "") !== "";
}

async function isOnPath(environment: Readonly<Record<string, string>>): Promise<boolean> {
  const directories = (environment["PATH"] ?? "").split(delimiter).filter((directory) => directory !== "");
  const found = directories.map((directory) =>
    access(join(directory, "pulumi"), constants.X_OK).then(
      () => true,
      () => false,
    ),
  );
  return (await Promise.all(found)).includes(true);
}

/** Asks for a version of 3.206 or later, unless the version is taken as it is. */
function requireVersion(text: string, environment: Readonly<Record<string, string>>): void {
  if (isVersionTaken(environment)) return;
  const [, major, minor] = /^v?(\d+)\.(\d+)\./.exec(text.trim()) ?? [];
  if (Number(major) === 3 && Number(minor) >= oldestMinor) return;
  throw new BerthError("usage", {
    path: "PATH",
    message: `the Pulumi CLI is of version "${text.trim()}"`,
    hint: `install 3.${oldestMinor} or a later version 3`,
  });
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}

function makeCli(command: string, log: Logger, hasten?: AbortSignal): PulumiCli {
  const run: PulumiCli["run"] = (args, directory, environment, onOutput, onError, signal) => {
    const all = [...args, ...(args.includes("--non-interactive") ? [] : ["--non-interactive"])];
    log.debug({ args: all }, "pulumi");
    const listeners = { output: onOutput ?? ignore, error: onError ?? ignore, signal, hasten };
    return execute(command, all, directory, environment, listeners);
  };
  return Object.assign(Object.create(PulumiCommand.prototype) as PulumiCommand, {
    command,
    version: null,
    run,
    hastenedBy: (hastened: AbortSignal | undefined) => makeCli(command, log, hastened),
  });
}

function ignore(): void {
  // A command whose output is only read at its end.
}

interface Listeners {
  readonly output: (text: string) => void;
  readonly error: (text: string) => void;
  readonly signal: AbortSignal | undefined;
  readonly hasten: AbortSignal | undefined;
}

/**
 * Runs one command to its end; an aborted signal interrupts it once, which lets it end in order. A second interrupt, when
 * it is hastened, has it give up what is in flight; what it is doing then stays in its state as a pending operation.
 */
function execute(
  command: string,
  args: readonly string[],
  directory: string,
  environment: Readonly<Record<string, string>>,
  listeners: Listeners,
): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: directory,
      env: { ...environment, PULUMI_AUTOMATION_API: "true" },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const stdout = collect(child.stdout, listeners.output);
    const stderr = collect(child.stderr, listeners.error);
    const interrupt = (): void => {
      child.kill("SIGINT");
    };
    let killer: NodeJS.Timeout | undefined;
    const giveUp = (): void => {
      interrupt();
      killer = setTimeout(() => {
        killGroup(child.pid);
      }, givesUpWithin);
    };
    const forget = (): void => {
      clearTimeout(killer);
      listeners.signal?.removeEventListener("abort", interrupt);
      listeners.hasten?.removeEventListener("abort", giveUp);
      process.off("exit", interrupt);
    };
    // Where this process ends first, the CLI isn't left to itself.
    process.once("exit", interrupt);
    if (listeners.signal?.aborted === true) interrupt();
    listeners.signal?.addEventListener("abort", interrupt, { once: true });
    if (listeners.hasten?.aborted === true) giveUp();
    listeners.hasten?.addEventListener("abort", giveUp, { once: true });
    child.once("error", (error) => {
      forget();
      reject(error);
    });
    child.once("close", (code) => {
      forget();
      const result = { stdout: stdout(), stderr: stderr(), code: code ?? -1 };
      if (code === 0) resolve(result);
      else reject(new CliFailure(result));
    });
  });
}

/** The CLI leads a process group of its own, in which its plugins are too. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}

function collect(stream: NodeJS.ReadableStream, listener: (text: string) => void): () => string {
  const pieces: string[] = [];
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    pieces.push(text);
    listener(text);
  });
  return () => pieces.join("");
}

/** What the CLI said of its failure, or the error's own message. */
export function cliText(error: unknown): string {
  return error instanceof CliFailure ? `${error.stderr}\n${error.stdout}` : messageOf(error);
}
