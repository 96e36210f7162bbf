/** Amazon's session-manager-plugin, which carries the keyboard and the screen of ECS Exec. */
import { BerthError } from "../../errors";
import type { ExecSession } from "../../ports";

export const pluginName = "session-manager-plugin";

/** The variable in which the plugin looks for the session when given its name (AWS CLI, start-session). */
const sessionVariable = "AWS_SSM_START_SESSION_RESPONSE";
/** The last version that takes the session on its command line alone, for every user of the machine to read. */
const lastWithoutVariable = [1, 2, 497, 0] as const;

/** How a program of this machine is run. */
export interface Programs {
  /** What it writes to stdout; `undefined` where there is no such program. */
  output(program: string, argv: readonly string[]): Promise<string | undefined>;
  /** With this process's terminal. @returns its exit code; `undefined` where there is no such program */
  attach(
    program: string,
    argv: readonly string[],
    variables: Readonly<Record<string, string>>,
  ): Promise<number | undefined>;
  /**
   * In the background, without this process's terminal: Ctrl-C does not reach it.
   *
   * @param onText - is given what it writes, to either stream
   */
  beside(
    program: string,
    argv: readonly string[],
    variables: Readonly<Record<string, string>>,
    onText: (text: string) => void,
  ): Beside;
}

/** A program that goes on in the background. */
export interface Beside {
  /** Its exit code; `undefined` where there is no such program. */
  readonly ended: Promise<number | undefined>;
  /** Tells it to end. */
  end(): void;
}

/**
 * The plugin's version.
 *
 * @throws BerthError (usage) that says how to install it
 */
export async function pluginVersion(programs: Programs, platform: NodeJS.Platform): Promise<string> {
  const version = await programs.output(pluginName, ["--version"]);
  if (version !== undefined) return version.trim();
  throw noPlugin(platform);
}

/** The answer where it is missing. */
function noPlugin(platform: NodeJS.Platform): BerthError {
  const installs: Partial<Record<NodeJS.Platform, string>> = {
    darwin: "brew install --cask session-manager-plugin",
    win32: "winget install Amazon.SessionManagerPlugin",
  };
  const guide =
    "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html";
  const own = installs[platform];
  return new BerthError("usage", {
    path: pluginName,
    message: "Amazon's plugin for shells and tunnels is not installed",
    hint: own === undefined ? `install it: ${guide}` : `${own} (${guide})`,
  });
}

/**
 * Attaches this terminal to a session until it ends.
 *
 * @param profile - of the AWS credentials, for the plugin's own calls. @default the environment's
 * @returns the plugin's exit code; the command's own never reaches this side (ECS Exec knows none)
 */
export async function attachSession(
  programs: Programs,
  version: string,
  session: ExecSession,
  profile?: string,
): Promise<number> {
  const { argv, variables } = pluginCall(version, session, profile);
  return (await programs.attach(pluginName, argv, variables)) ?? 1;
}

/**
 * Starts a session of port forwarding in the background.
 *
 * @param onText - is given what the plugin writes
 */
export function forwardSession(
  programs: Programs,
  version: string,
  { session, profile }: { readonly session: ExecSession; readonly profile: string | undefined },
  onText: (text: string) => void,
): Beside {
  const { argv, variables } = pluginCall(version, session, profile);
  return programs.beside(pluginName, argv, variables, onText);
}

/** The plugin's command line (AWS CLI, start-session): answer, region, operation, profile, request, endpoint. */
function pluginCall(
  version: string,
  { session, region, target, endpoint, document }: ExecSession,
  profile = "",
): { readonly argv: readonly string[]; readonly variables: Readonly<Record<string, string>> } {
  const text = JSON.stringify({
    SessionId: session["sessionId"],
    StreamUrl: session["streamUrl"],
    TokenValue: session["tokenValue"],
  });
  const hidden = isAfter(version, lastWithoutVariable);
  const request = {
    Target: target,
    ...(document === undefined ? {} : { DocumentName: document.name, Parameters: document.parameters }),
  };
  const argv = [
    hidden ? sessionVariable : text,
    region,
    "StartSession",
    profile,
    JSON.stringify(request),
    endpoint,
  ];
  return { argv, variables: hidden ? { [sessionVariable]: text } : {} };
}

function isAfter(version: string, than: readonly number[]): boolean {
  if (!/^\d+(\.\d+){0,3}$/.test(version)) return false;
  const parts = version.split(".").map(Number);
  for (const [index, least] of than.entries()) {
    const part = parts[index] ?? 0;
    if (part !== least) return part > least;
  }
  return false;
}
