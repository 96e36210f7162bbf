/** The options that several commands of `berth` and `berth-cd` take: each has one row, with one name and one text. */

/** One option of a command. */
export interface OptionDescription {
  /** commander's form: `-y, --yes`, `--since <TIME>`. */
  readonly flags: string;
  readonly description: string;
  /** May be given more than once: its values are a list. @default false */
  readonly repeatable?: boolean;
  /** The only values that it takes. @default any text */
  readonly choices?: readonly string[];
  /** The option that can't be given with it. `--no-x` is a flag of its own then, not the opposite of `--x`. */
  readonly apartFrom?: string;
  /** The variable of the environment that it overrides. */
  readonly variable?: string;
}

/** Whether colours are wanted; `auto` asks the environment and the terminal. */
export const colorChoices = ["auto", "always", "never"] as const;

/** What `--pull` takes, in the place of every service's `pull_policy`. */
export const pullChoices = ["always", "missing", "never"] as const;

/** Keys are commander's names of the options, in camel case. */
export const sharedOptions = {
  color: {
    flags: "--color <WHEN>",
    description: "colours: auto looks at NO_COLOR, FORCE_COLOR and the terminal",
    choices: colorChoices,
  },
  json: { flags: "--json", description: "print the result as one line of JSON, and nothing else on stdout" },
  local: { flags: "--local", description: "run berth-cd in this process instead of in a task" },
  simulate: { flags: "--simulate", description: "use the simulator: no account, no network, no task" },
  projectName: {
    flags: "-p, --project-name <NAME>",
    description: "the project's name (BERTH_PROJECT)",
    variable: "BERTH_PROJECT",
  },
  file: { flags: "-f, --file <FILE>", description: "compose file; repeatable", repeatable: true },
  profile: { flags: "--profile <NAME>", description: "profile to enable; repeatable", repeatable: true },
  envFile: {
    flags: "--env-file <FILE>",
    description: "env file in place of .env; repeatable",
    repeatable: true,
  },
  projectDirectory: {
    flags: "--project-directory <DIR>",
    description: "what relative paths are seen from; else the first file's folder",
  },
  stack: {
    flags: "--stack <NAME>",
    description: "the stack (BERTH_STACK, else dev)",
    variable: "BERTH_STACK",
  },
  region: {
    flags: "--region <REGION>",
    description: "the region (AWS_REGION, else the profile's)",
    variable: "AWS_REGION",
  },
  plan: { flags: "--plan <FILE>", description: "write the plan as JSON" },
  refresh: {
    flags: "--refresh",
    description: "compare the state with the cloud first; never take the unchanged short cut",
  },
  force: { flags: "--force", description: "run even where nothing changed" },
  build: {
    flags: "--build",
    description: "ask the registries for newer base images, and build again where one has moved",
  },
  noBuild: {
    flags: "--no-build",
    description: "build nothing: a service that is built keeps the image of the last success",
    apartFrom: "build",
  },
  pull: {
    flags: "--pull <POLICY>",
    description: "what an image's tag means: always asks its registry, missing and never take what ran last",
    choices: pullChoices,
  },
  forceRecreate: {
    flags: "--force-recreate [SERVICE...]",
    description: "start new tasks even where nothing changed: of all services, or of these",
  },
  target: {
    flags: "--target <URN|SERVICE>",
    description: "restrict to a resource or a service; repeatable",
    repeatable: true,
  },
  allowDataLoss: {
    flags: "--allow-data-loss <NAME>",
    description: "service whose database may go, or volumes, access-logs; repeatable",
    repeatable: true,
  },
  restore: {
    flags: "--restore <SERVICE=SNAPSHOT>",
    description:
      "replace a database or cache by one made from a snapshot; what it holds is kept in another; repeatable",
    repeatable: true,
  },
  verbose: {
    flags: "--verbose",
    description: "a line for every resource, and AWS's words for what changes",
  },
  markdown: { flags: "--markdown", description: "print it as the comment of a pull request" },
  yes: { flags: "-y, --yes", description: "ask nothing" },
  detach: { flags: "-d, --detach", description: "start the CD task and leave" },
} as const satisfies Readonly<Record<string, OptionDescription>>;

/** The name of a shared option. */
export type OptionName = keyof typeof sharedOptions;

/** Shared options that commands take together. */
export const optionGroups = {
  /** Which project; on `berth` with the argument `[PROJECT]`. Without any of them the compose file is looked for as Compose does. */
  project: ["projectName", "file", "profile", "envFile", "projectDirectory"],
  /** How its compose files are read. */
  compose: ["file", "profile", "envFile", "projectDirectory"],
  /** Which stack of it, and where. */
  stack: ["stack", "region"],
  region: ["region"],
  /** What `berth-cd` runs in, instead of a task. */
  place: ["local", "simulate"],
  json: ["json"],
  /** What a deployment and its preview take. */
  program: ["plan", "refresh", "pull", "target", "allowDataLoss", "restore", "verbose"],
} as const satisfies Readonly<Record<string, readonly OptionName[]>>;

export type OptionGroup = keyof typeof optionGroups;

/** A command's own option, or the name of a shared one. */
export type OptionChoice = OptionName | OptionDescription;

/** What a command takes, in the order of its help; all take `--color`. */
export function optionsOf({
  takes = [],
  options = [],
}: {
  readonly takes?: readonly OptionGroup[];
  readonly options?: readonly OptionChoice[];
}): readonly OptionDescription[] {
  const shared = takes.flatMap((group) => optionGroups[group]);
  const chosen: readonly OptionChoice[] = [...options, ...shared, "color"];
  return chosen.map((option) => (typeof option === "string" ? sharedOptions[option] : option));
}
