/** What the CLI's failures mean: whose hand can put them right. */
import { BerthError, messageOf, type Problem } from "../../errors";
import type { StackIdentity } from "../../ports";
import { plainText } from "../events";
import { CliFailure, cliText } from "./cli";
import { lockedError, lockOwners } from "./locks";

/** Everything known of a run that failed. */
export interface Failure {
  readonly error: unknown;
  readonly identity: StackIdentity;
  readonly backendUrl: string;
  /** What the events reported. */
  readonly problems: readonly Problem[];
  /** What the program threw, or an `apply` of it: the engine passes only their text on. */
  readonly thrown: readonly unknown[];
  readonly signal?: AbortSignal;
}

/** The BerthError of a failed run. */
export function explain(failure: Failure): BerthError {
  const { error, identity, signal } = failure;
  if (error instanceof BerthError) return error;
  if (signal?.aborted === true) return cancelled(signal, error);
  const own = failure.thrown.filter((thrown) => thrown instanceof BerthError);
  if (own[0] !== undefined) {
    return new BerthError(
      own[0].kind,
      own.flatMap((thrown) => thrown.problems),
      { cause: own[0] },
    );
  }
  const text = plainText(cliText(error));
  if (text.includes("the stack is currently locked by"))
    return lockedError(identity, lockOwners(text), error);
  const lost = lostState(text, failure.backendUrl);
  if (lost !== undefined) return new BerthError("deployment", [...failure.problems, lost], { cause: error });
  const usage =
    pluginProblem(text) ??
    (failure.problems.length > 0 ? undefined : settingProblem(text, failure.backendUrl));
  if (usage !== undefined) return new BerthError("usage", usage, { cause: error });
  return new BerthError("deployment", deploymentProblems(failure, text), { cause: error });
}

/** What the CLI says of its own calls of the backend: reading and listing, and writing a checkpoint or a lock. */
const ofState =
  /unable to open (state directory|bucket)|could not list bucket|blob \((key|code)|saving update info|(sav|load|read|writ)[a-z]* [^\n]*(snapshot|checkpoint|lock)|operation error S3: /i;

/** Words of the network, of S3 and of Go's AWS SDK for what passes: cut and refused connections, throttling, 5xx. */
const passing =
  /unexpected EOF|: EOF|connection re(set|fused)|broken pipe|i\/o timeout|deadline exceeded|SlowDown|InternalError|exceeded maximum number of attempts|StatusCode: (429|5\d\d)|deserialization failed/;

/** Whether a failed command of the CLI could not reach its state for a while: another attempt may. */
export function isStateLost(error: unknown): boolean {
  const said = lastError(plainText(cliText(error)));
  return error instanceof CliFailure && ofState.test(said) && passing.test(said);
}

function lostState(text: string, backendUrl: string): Problem | undefined {
  const said = lastError(text);
  if (!ofState.test(said) || !passing.test(said)) return undefined;
  return {
    path: "PULUMI_BACKEND_URL",
    message: `the state at ${backendUrl} could not be reached, again and again: ${lastClause(said)}`,
    hint: "run again: nothing is lost, and it goes on from where this run stopped",
  };
}

function cancelled(signal: AbortSignal, cause: unknown): BerthError {
  const reason: unknown = signal.reason;
  if (reason instanceof BerthError) return reason;
  return new BerthError("cancelled", "the run was cancelled; what was in flight has ended", { cause });
}

function deploymentProblems(failure: Failure, text: string): readonly Problem[] {
  if (failure.problems.length > 0) return failure.problems;
  if (failure.thrown.length > 0) return failure.thrown.map((thrown) => ({ message: messageOf(thrown) }));
  if (failure.error instanceof CliFailure) return [{ message: lastError(text) }];
  return [{ message: messageOf(failure.error) }];
}

/** The CLI's last `error:` line, or all that it said. */
function lastError(text: string): string {
  const lines = text.split("\n").filter((line) => line.startsWith("error: "));
  return lines.at(-1)?.slice("error: ".length) ?? text;
}

function pluginProblem(text: string): Problem | undefined {
  const plugin = /no resource plugin '([^']+)' found/.exec(text)?.[1];
  if (plugin === undefined) return undefined;
  return {
    path: "PATH",
    message: `the plugin ${plugin} of Pulumi is missing, and it may not be fetched`,
    hint: "use berth-cd's container image, or unset PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION",
  };
}

/** Failures before the run: of the passphrase, the secrets provider, the backend. */
function settingProblem(text: string, backendUrl: string): Problem | undefined {
  if (/incorrect passphrase|passphrase must be set/.test(text)) {
    const missing = text.includes("passphrase must be set");
    return {
      path: "PULUMI_CONFIG_PASSPHRASE",
      message: missing ? "no passphrase is set" : "the passphrase is not the one of this stack's state",
      hint: "set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to the passphrase of the state",
    };
  }
  if (/secrets manager|secrets provider|secrets \(code/.test(text)) {
    return {
      path: "BERTH_SECRETS_PROVIDER",
      message: lastError(text),
      hint: "passphrase, or awskms://ALIAS?region=REGION with a key that these credentials may use",
    };
  }
  if (/unable to open (state directory|bucket)|could not list bucket|blob \((key|code)/.test(text)) {
    return refusedState(backendUrl, lastClause(lastError(text)));
  }
  return undefined;
}

/** A state that nobody lets us use. */
export function refusedState(backendUrl: string, why: string): Problem {
  return {
    path: "PULUMI_BACKEND_URL",
    message: `the state at ${backendUrl} can't be reached: ${why}`,
    hint: "check that the bucket or directory exists and that these credentials may use it",
  };
}

/** The innermost of Go's nested messages. */
function lastClause(message: string): string {
  return message.split(": ").slice(-2).join(": ");
}
