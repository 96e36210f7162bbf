/** `berth` without its process: what it can do itself, and a clear word on what it can't yet. */
import { parseArguments } from "../arguments";
import { BerthError } from "../errors";

/** The commands of the contract (DESIGN section 3) that need the launcher's way to an account. */
const ofTheAccount = ["bootstrap", "ps", "logs", "exec", "run", "secret", "ls", "doctor"] as const;

/** Commands that are `berth-cd`'s own and run in this process. */
const local = ["config", "version", "help"] as const;

/** Commands that run in this process under `--local`. */
const deployments = ["up", "preview", "down", "cancel"] as const;

function isOneOf<T extends string>(names: readonly T[], name: string | undefined): name is T {
  return (names as readonly (string | undefined)[]).includes(name);
}

/**
 * What `berth-cd` is to run for a command line of `berth`.
 *
 * @param argv - without node and the script
 * @returns the command line for `berth-cd`
 * @throws BerthError (usage) for a command that this version doesn't have yet, or that doesn't exist
 */
export function commandLineOf(argv: readonly string[]): readonly string[] {
  const [command] = argv;
  if (command === undefined || command.startsWith("-") || isOneOf(local, command)) return argv;
  if (isOneOf(deployments, command)) {
    if (argv.includes("--local")) return argv.filter((argument) => argument !== "--local");
    throw new BerthError("usage", {
      path: command,
      message: "this version of berth can't start a CD task in an account yet",
      hint: `berth ${command} --local runs the deployment in this process, as berth-cd does`,
    });
  }
  if (isOneOf(ofTheAccount, command)) {
    throw new BerthError("usage", {
      path: command,
      message: "this version of berth doesn't have the command yet",
      hint: "berth-cd has up, preview, refresh, destroy, down, cancel, outputs and list",
    });
  }
  parseArguments(argv);
  return argv;
}
