/** The command line of `berth-cd`: argv in, plain values out. No environment, no side effect. */
import { colorChoices, pullChoices } from "../command-line/options";
import { givenOf, parseLine, wordsOf, type CommandForm, type Given } from "../command-line/parse";
import { definedOnly } from "../defined";
import type { EngineKind } from "../ports";

export const commandNames = [
  "up",
  "preview",
  "config",
  "refresh",
  "destroy",
  "down",
  "cancel",
  "outputs",
  "list",
  "state",
  "version",
  "help",
] as const;
export type CommandName = (typeof commandNames)[number];

/** What `state` does. */
export const stateActions = ["history", "restore"] as const;
export type StateAction = (typeof stateActions)[number];

/** What argv says. Absent options are absent or empty, never defaulted from the environment. */
export type Arguments = Readonly<ReturnType<typeof argumentsOf>> & {
  /** What `state` is to do. */
  readonly action?: StateAction;
  /** Which of the kept states: its place in the history, or its id. */
  readonly which?: string;
  /** The text to print for `help` and `--help`. */
  readonly helpText?: string;
};

interface CdCommand extends CommandForm<CdCommand> {
  readonly name: CommandName;
}

const archive = {
  form: "[ARCHIVE]",
  description:
    "s3://bucket/key, https://…, file://…, a .tar.gz, a directory or a compose file (BERTH_ARCHIVE)",
};
const everywhere = ["simulate", "json"] as const;
const onStack = [...everywhere, "verbose", "yes", "target"] as const;

const commands: readonly CdCommand[] = [
  {
    name: "up",
    summary: "Deploy the project: build what changed, create or update its stack, print its URLs",
    examples: ["berth-cd up s3://bucket/uploads/app.tar.gz"],
    arguments: [archive],
    takes: ["compose", "program"],
    options: [...everywhere, "force", "forceRecreate", "build", "noBuild", "yes"],
  },
  {
    name: "preview",
    summary: "Show what up would do; writes no state",
    examples: ["berth-cd preview --simulate --plan plan.json ."],
    arguments: [archive],
    takes: ["compose", "program"],
    options: [...everywhere, "force", "build", "noBuild", "yes", "markdown"],
  },
  {
    name: "config",
    summary: "Print the canonical project as JSON",
    examples: ["berth-cd config compose.yaml"],
    arguments: [archive],
    takes: ["compose"],
    options: everywhere,
  },
  {
    name: "refresh",
    summary: "Compare the state with the cloud and correct the state",
    examples: ["BERTH_PROJECT=todo berth-cd refresh"],
    arguments: [archive],
    takes: ["compose"],
    options: onStack,
  },
  {
    name: "destroy",
    summary: "Delete the stack's resources, dependents first",
    examples: ["BERTH_PROJECT=todo berth-cd destroy"],
    arguments: [archive],
    takes: ["compose"],
    options: [...onStack, "allowDataLoss"],
  },
  {
    name: "down",
    summary: "Refresh, destroy, then remove the stack",
    examples: ["BERTH_PROJECT=todo BERTH_STACK=pr-7 berth-cd down"],
    arguments: [archive],
    takes: ["compose"],
    options: [...onStack, "allowDataLoss"],
  },
  {
    name: "cancel",
    summary: "End the run that has locked the stack, in order; or break the lock that it left",
    examples: ["BERTH_PROJECT=todo berth-cd cancel"],
    arguments: [archive],
    takes: ["compose"],
    options: [...everywhere, { flags: "--force", description: "break the lock, whoever has it" }],
  },
  {
    name: "outputs",
    summary: "Print the outputs of the stack's last deployment",
    examples: ["BERTH_PROJECT=todo berth-cd outputs --json"],
    arguments: [archive],
    takes: ["compose"],
    options: everywhere,
  },
  {
    name: "list",
    summary: "List the stacks of the backend",
    examples: ["berth-cd list"],
    options: everywhere,
  },
  {
    name: "state",
    summary: "history: list the states that were kept; restore [N|ID]: put one back, the newest by default",
    examples: ["BERTH_PROJECT=todo berth-cd state restore 2"],
    arguments: [
      { form: "<ACTION>", description: "what to do", choices: stateActions },
      { form: "[N|ID]", description: "for restore: its place in the history, 1 for the newest, or its id" },
    ],
    takes: ["compose"],
    options: everywhere,
  },
  {
    name: "version",
    summary: "Print the version",
    examples: ["berth-cd version"],
    options: everywhere,
  },
];

/** Which option asks for an engine; without any of them Pulumi runs. */
const askedBy = { simulator: "simulate" } as const satisfies Readonly<
  Record<Exclude<EngineKind, "pulumi">, keyof Arguments>
>;
const askedFor = Object.keys(askedBy) as (keyof typeof askedBy)[];

/** The engine of a run, as the command line asks for it. */
export function engineOf(said: Pick<Arguments, (typeof askedBy)[keyof typeof askedBy]>): EngineKind {
  return askedFor.find((kind) => said[askedBy[kind]]) ?? "pulumi";
}

/**
 * What the options of either program say.
 *
 * @param archive - what is to be read
 */
export function argumentsOf(command: CommandName, given: Given, archive: string | undefined) {
  const colour = given.text("color");
  return {
    command,
    ...definedOnly({
      archive,
      plan: given.text("plan"),
      /** The folder that relative paths are seen from. @default that of the first compose file */
      projectDirectory: given.text("projectDirectory"),
      color: colorChoices.find((choice) => choice === colour),
      /** What the tags of images mean, in the place of every `pull_policy`. @default each service's own */
      pull: pullChoices.find((choice) => choice === given.text("pull")),
      /** Services whose tasks start again though nothing of them changes; none for all. @default none does */
      forceRecreate: given.has("forceRecreate") ? given.list("forceRecreate") : undefined,
    }),
    simulate: given.has("simulate"),
    json: given.has("json"),
    targets: given.list("target"),
    /** Services, `volumes`, `access-logs` or URNs whose data may go. */
    allowDataLoss: given.list("allowDataLoss"),
    /** `SERVICE=SNAPSHOT`: stores that the run makes again. Their data may go with it. */
    restore: given.list("restore"),
    refresh: given.has("refresh"),
    force: given.has("force"),
    /** Whether the base images of every build are asked for newer ones. */
    build: given.has("build"),
    /** Whether what is built keeps the image of the last success. */
    noBuild: given.has("noBuild"),
    /** Every resource has its line. */
    verbose: given.has("verbose"),
    /** No question is asked. */
    yes: given.has("yes"),
    /** The preview as a comment of a pull request. */
    markdown: given.has("markdown"),
    /** `-f`: compose files, relative to the project's root, in order. */
    files: given.list("file"),
    profiles: given.list("profile"),
    envFiles: given.list("envFile"),
  };
}

/**
 * The command line that has these options; what the command does not take is left out.
 *
 * @param values - as {@link Given} has them
 */
export function commandLineOf(
  name: string,
  values: Given["values"],
  archive: string | undefined,
): readonly string[] {
  const words = wordsOf(commands.find((command) => command.name === name) ?? {}, values);
  return [name, ...words, ...(archive === undefined ? [] : ["--", archive])];
}

/**
 * Reads the command line.
 *
 * @param argv - without node and the script: `["up", "--simulate", "."]`
 * @throws BerthError (usage) on an unknown command or option, with the nearest one that exists
 */
export function parseArguments(argv: readonly string[]): Arguments {
  const parsed = parseLine<CdCommand>(argv, {
    name: "berth-cd",
    description: "Deploys a Compose project to its owner's own AWS account.",
    commands,
  });
  if (parsed.kind === "help")
    return { ...argumentsOf("help", givenOf([], {}), undefined), helpText: parsed.text };
  const { command, given } = parsed;
  const [first, which] = given.words;
  if (command.name !== "state") return argumentsOf(command.name, given, first);
  const action = stateActions.find((known) => known === first);
  return { ...argumentsOf(command.name, given, undefined), ...definedOnly({ action, which }) };
}
