/** The command line that `berth-cd` has for a command of `berth`. */
import type { Given } from "./command";

/** What may go of the data that a stack holds. */
export const dataLossOption = {
  flags: "--allow-data-loss <NAME>",
  description: "service whose database may go, or volumes, access-logs; repeatable",
  repeatable: true,
} as const;

/** A line for every resource. */
export const verboseOption = {
  flags: "--verbose",
  description: "a line for every resource, and AWS's words for what changes",
} as const;

/** Options that `up` and `preview` share. */
export const programOptions = [
  { flags: "--plan <FILE>", description: "write the plan as JSON" },
  {
    flags: "--refresh",
    description: "compare the state with the cloud first; never take the unchanged short cut",
  },
  {
    flags: "--target <URN|SERVICE>",
    description: "restrict to a resource or a service; repeatable",
    repeatable: true,
  },
  dataLossOption,
  verboseOption,
] as const;

/** For scripts that have a terminal. */
export const yesOption = { flags: "-y, --yes", description: "ask nothing" } as const;

/** To leave without waiting for the end. */
export const detachOption = { flags: "-d, --detach", description: "start the CD task and leave" } as const;

/** What of the command line is not `given` as it is. */
export interface CdWords {
  /** `berth-cd`'s name of the command. */
  readonly name: string;
  /** What it is to read. @default none named */
  readonly archive?: string;
  /** Compose files and env files, relative to the project's root. */
  readonly files: readonly string[];
  readonly envFiles: readonly string[];
  /** The folder, from the root, that relative paths are seen from. @default that of the first compose file */
  readonly projectDirectory?: string;
}

/** @param plan - where the plan goes. @default where the command line says */
export function cdCommandLine(words: CdWords, given: Given, plan = given.text("plan")): readonly string[] {
  const flags = ["json", "simulate", "refresh", "force", "verbose", "markdown", "yes"].filter((name) =>
    given.has(name),
  );
  const repeated: Readonly<Record<string, readonly string[]>> = {
    "--target": given.list("target"),
    "--allow-data-loss": given.list("allowDataLoss"),
    "--file": words.files,
    "--profile": given.list("profile"),
    "--env-file": words.envFiles,
    "--color": [given.text("color") ?? []].flat(),
  };
  return [
    words.name,
    ...flags.map((name) => `--${name}`),
    ...(plan === undefined ? [] : ["--plan", plan]),
    ...(words.projectDirectory === undefined ? [] : ["--project-directory", words.projectDirectory]),
    ...Object.entries(repeated).flatMap(([flag, values]) => values.flatMap((value) => [flag, value])),
    ...(words.archive === undefined ? [] : ["--", words.archive]),
  ];
}

/** What the command line says in place of variables, as the variables that `berth-cd` reads. */
export function variablesOf(given: Given): Readonly<Record<string, string>> {
  const said = {
    BERTH_STACK: given.text("stack"),
    BERTH_PROJECT: given.text("projectName"),
    AWS_REGION: given.text("region"),
  };
  return Object.fromEntries(
    Object.entries(said).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
