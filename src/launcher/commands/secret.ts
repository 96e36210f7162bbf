/** `berth secret`: the secrets of a stack, in Parameter Store. `berth config set|get|ls|rm` mean the same. */
import { BerthError } from "../../errors";
import { definedOnly } from "../../defined";
import type { SecretKeeper, SecretStore, StackIdentity } from "../../ports";
import type { Project } from "../../model/project";
import { nearest } from "../../nearest";
import { findBootstrap } from "../account/bootstrap-stack";
import type { CommandDefinition, Given } from "../core/command";
import type { Launcher } from "../core/launcher";
import { stackAndProject } from "../core/stack";
import { ago } from "../core/words";
import { secretRows, secretsTable, usersOf, type Users } from "../secrets/listing";
import { setSecrets } from "../secrets/set";
import { checkNames } from "../secrets/values";

/** The project group without its `--env-file`, which means another file here. */
const projectOptions = ["projectName", "file", "profile"] as const;

/** What each subcommand works with. */
interface Work {
  readonly launcher: Launcher;
  readonly given: Given;
  readonly keeper: SecretKeeper;
  readonly stack: StackIdentity;
  /** Absent where there is no compose file, as {@link project}. */
  readonly users?: Users;
  readonly project?: Project;
}

/** @param writes - whether values are encrypted, with the account's own key. @default only looked at */
function withSecrets(
  work: (args: Work) => Promise<void>,
  writes = false,
): NonNullable<CommandDefinition["run"]> {
  return async (launcher, given) => {
    const keeperOf = (keyArn?: string): Promise<SecretKeeper> =>
      launcher.aws.use((sdk, clients) => new sdk.ParameterStoreKeeper(clients, keyArn));
    const named = writes ? given.words : [];
    const { stack, loaded } = await stackAndProject(launcher, async () => keptOf(await keeperOf(), named));
    const keeper = await keeperOf(writes ? await keyOf(launcher) : undefined);
    const wanted = loaded === undefined ? {} : { users: usersOf(loaded.project), project: loaded.project };
    await work({ launcher, given, keeper, stack, ...wanted });
    return 0;
  };
}

/**
 * Which secrets are set, by their names alone: what is set is a secret to its services, whatever it is called.
 *
 * @param named - names that are about to be set
 */
function keptOf(keeper: SecretKeeper, named: readonly string[]): SecretStore {
  return {
    versions: async (stack, names) => {
      const set = new Map((await keeper.list(stack)).map(({ name, version }) => [name, String(version)]));
      for (const name of named) if (!set.has(name)) set.set(name, "0");
      return names.map((name) => ({ name, ...definedOnly({ version: set.get(name) }) }));
    },
  };
}

/** The key of the bootstrap stack; in an account without one, the key that Parameter Store has of its own. */
async function keyOf(launcher: Launcher): Promise<string | undefined> {
  const { settings, terminal } = launcher;
  if (settings.secretsKeyArn !== undefined) return settings.secretsKeyArn;
  const bootstrap = await findBootstrap(launcher);
  if (bootstrap === undefined)
    terminal.err("note: without a bootstrap stack, the key of the secrets is the account's alias/aws/ssm\n");
  return bootstrap?.keyArn;
}

/** Refuses names that are not set. @throws BerthError (usage) with each of them */
async function refuseUnset(
  names: readonly string[],
  { keeper, stack }: Work,
): Promise<ReadonlyMap<string, { readonly version: number; readonly modified: string }>> {
  checkNames(names);
  const set = new Map((await keeper.list(stack)).map((secret) => [secret.name, secret]));
  const unset = names.filter((name) => !set.has(name));
  if (unset.length === 0) return set;
  throw new BerthError(
    "usage",
    unset.map((name) => {
      const near = nearest(name, [...set.keys()]);
      const meant = near === undefined ? "" : `did you mean ${near}? `;
      return {
        path: name,
        message: `the secret is not set in ${stack.project}/${stack.stack}`,
        hint: `${meant}berth secret ls lists them`,
      };
    }),
  );
}

async function get(work: Work): Promise<void> {
  const { launcher, given, keeper, stack, users } = work;
  const set = await refuseUnset(given.words, work);
  if (given.has("reveal")) {
    const values = await keeper.get(stack, given.words);
    for (const name of given.words) launcher.terminal.out(`${values.get(name) ?? ""}\n`);
    return;
  }
  for (const name of given.words) {
    const { version, modified } = set.get(name) ?? { version: 0, modified: "" };
    const usedBy = users?.get(name) ?? [];
    const use = usedBy.length === 0 ? "" : `, used by ${usedBy.join(", ")}`;
    const changed = ago(modified, launcher.clock.now());
    launcher.terminal.out(`${name} is set: version ${version}, changed ${changed}${use}\n`);
  }
  launcher.terminal.err("--reveal prints the value\n");
}

async function list({ launcher, given, keeper, stack, users }: Work): Promise<void> {
  const rows = secretRows(await keeper.list(stack), users);
  const { terminal, clock } = launcher;
  if (given.has("json")) {
    terminal.out(`${JSON.stringify({ ...stack, secrets: rows })}\n`);
    return;
  }
  const where = `${stack.project}/${stack.stack}`;
  if (rows.length === 0) {
    terminal.out(`No secrets in ${where}\n`);
    return;
  }
  terminal.out(`${secretsTable(rows, clock.now())}\n`);
  const missing = rows.filter(({ state }) => state === "missing").map(({ name }) => name);
  if (missing.length > 0)
    terminal.err(
      `\nThe compose file wants what is not set in ${where}: berth secret set ${missing.join(" ")}\n`,
    );
}

async function remove(work: Work): Promise<void> {
  const { launcher, given, keeper, stack, users } = work;
  const { terminal, settings } = launcher;
  const names = [...new Set(given.words)];
  await refuseUnset(names, work);
  const used = names.filter((name) => (users?.get(name) ?? []).length > 0);
  for (const name of used) {
    const services = users?.get(name)?.join(", ") ?? "";
    terminal.err(`${name} is used by ${services}: without it their tasks can't start again\n`);
  }
  if (!given.has("yes") && !settings.ci) {
    const where = `${stack.project}/${stack.stack}`;
    if (!(await terminal.confirm(`Remove ${names.join(", ")} from ${where} for good?`))) {
      terminal.err("Nothing was removed\n");
      return;
    }
  }
  for (const name of await keeper.remove(stack, names)) terminal.err(`removed ${name}\n`);
}

/** The subcommands. @param group - the word before them: `secret` or `config` */
export function secretCommands(group: string): readonly CommandDefinition[] {
  return [
    {
      name: "set",
      summary: "Set secrets, from a prompt, standard input or a file of variables",
      examples: [
        `berth ${group} set POSTGRES_PASSWORD`,
        `openssl rand -hex 32 | berth ${group} set SESSION_KEY -`,
        `berth ${group} set --env-file .env.secrets --stack prod`,
      ],
      takes: ["stack"],
      ownEnvFile: true,
      arguments: [
        { form: "[NAME...]", description: "the secrets; - reads the one value from standard input" },
      ],
      options: [
        {
          flags: "--env-file <FILE>",
          description:
            "read the values of these names, or all, from a file such as .env; - is standard input",
          repeatable: true,
        },
        ...projectOptions,
      ],
      run: withSecrets(setSecrets, true),
    },
    {
      name: "get",
      summary: "Say whether secrets are set, since when and for whom; print them only when asked",
      examples: [`berth ${group} get POSTGRES_PASSWORD`, `berth ${group} get SESSION_KEY --reveal`],
      takes: ["stack"],
      arguments: [{ form: "<NAME...>", description: "the secrets" }],
      options: [{ flags: "--reveal", description: "print the values, one in a line" }, ...projectOptions],
      run: withSecrets(get),
    },
    {
      name: "ls",
      summary: "List the secrets: their versions, who uses them, and which are missing; never the values",
      examples: [`berth ${group} ls`, `berth ${group} ls --stack prod --json`],
      takes: ["project", "stack", "json"],
      run: withSecrets(list),
    },
    {
      name: "rm",
      summary: "Remove secrets",
      examples: [`berth ${group} rm OLD_API_KEY --yes`],
      takes: ["stack"],
      arguments: [{ form: "<NAME...>", description: "the secrets" }],
      options: [{ flags: "-y, --yes", description: "do not ask" }, ...projectOptions],
      run: withSecrets(remove),
    },
  ];
}

export const secret: CommandDefinition = {
  name: "secret",
  summary: "Set, list and remove the secrets of a stack",
  examples: ["berth secret set POSTGRES_PASSWORD"],
  subcommands: secretCommands("secret"),
};
