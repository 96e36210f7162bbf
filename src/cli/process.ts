/** The edge that both programs share: signals become an abort, a run becomes an exit code. */
import { realDeps } from "./adapters";
import { run } from "./cd";
import { ProcessOutput } from "./console";
import { systemClock } from "../wiring/clock";
import { awsOf } from "../wiring/lazy-aws";
import { certifiedFetch } from "../wiring/proxies";
import type { Launcher } from "../launcher/core/launcher";
import { openInBrowser } from "../launcher/core/browser";
import { runLauncher } from "../launcher/core/run";
import { realTerminal } from "../launcher/core/terminal";
import type { Settings } from "../settings/settings";
import { Signals } from "./signals";

const output = new ProcessOutput();

type Environment = Readonly<Record<string, string | undefined>>;

/** The exit code of a program whose reader has gone: 128 + SIGPIPE. */
const unread = 141;

/**
 * A reader that has read enough (`berth logs | head`) is no fault.
 *
 * @param done - called when nobody reads stdout any more; what is written then goes nowhere
 */
function onReadersGone(done: () => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_DESTROYED") throw error;
      if (stream === process.stdout) done();
    });
  }
}

/** Runs of `berth-cd` in this process: they go on, read or not, for they have a stack locked. */
let holding = 0;

/** Runs `berth-cd` with this process's arguments to its end and sets the exit code. */
export function runBerthCd(env: Environment): void {
  onReadersGone(() => undefined);
  const { ending } = new Signals(output);
  end(
    run(process.argv.slice(2), env, process.cwd(), output, (settings) => realDeps(settings, output, ending)),
  );
}

/** Runs `berth` with this process's arguments to its end and sets the exit code. */
export function runBerth(env: Environment): void {
  onReadersGone(() => {
    if (holding === 0) process.exit(unread);
  });
  const signals = new Signals(output);
  end(
    runLauncher(process.argv.slice(2), {
      env,
      cwd: process.cwd(),
      out: (text) => {
        output.stdout(text);
      },
      err: (text) => {
        output.stderr(text);
      },
      makeLauncher: (settings) => realLauncher(settings, signals),
    }),
  );
}

function realLauncher(settings: Settings, signals: Signals): Launcher {
  const { environment, cwd } = settings;
  const { signal, ending } = signals;
  const aws = awsOf(settings);
  const request = certifiedFetch(environment, cwd);
  return {
    settings,
    terminal: realTerminal(process, settings, output),
    stdin: {
      get tty() {
        return process.stdin.isTTY;
      },
      read: readStdin,
    },
    clock: systemClock,
    fetcher: (url, init) => request(url, { ...init, signal: AbortSignal.timeout(registryTimeout) }),
    aws,
    signal,
    browse: (url) => openInBrowser(url, environment),
    onInterrupt: (handler) => signals.onInterrupt(handler),
    cdDeps: (inner) => realDeps(inner, output, ending, aws),
    berthCd: async (argv, variables) => {
      holding += 1;
      try {
        return await run(argv, { ...environment, ...variables }, cwd, output, (inner) =>
          realDeps(inner, output, ending),
        );
      } finally {
        holding -= 1;
      }
    },
  };
}

/** Milliseconds that a registry may take to answer. */
const registryTimeout = 10_000;

async function readStdin(): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString("utf8");
}

function end(program: Promise<number>): void {
  void program.then((code) => {
    // An engine's connections may linger; what was written has to leave first.
    process.stdout.write("", () => process.stderr.write("", () => process.exit(code)));
  });
}
