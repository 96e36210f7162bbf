/** `berth secret set`: values from a prompt, a pipe or a file of variables, and never from the command line. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { BerthError, messageOf } from "../../errors";
import type { SecretKeeper, StackIdentity } from "../../ports";
import { readEnvFile } from "../../compose";
import type { Project } from "../../model/project";
import { brokenUrls } from "../../stores/passwords";
import type { Given } from "../core/command";
import type { Launcher } from "../core/launcher";
import type { Users } from "./listing";
import { checkNames, checkValues, pipedValue, type NewSecret } from "./values";

/** The word for standard input, as everywhere. */
const pipe = "-";

export interface SetArgs {
  readonly launcher: Launcher;
  readonly given: Given;
  readonly keeper: SecretKeeper;
  readonly stack: StackIdentity;
  /** Absent where there is no compose file, as {@link project}. */
  readonly users?: Users;
  readonly project?: Project;
}

/**
 * Sets secrets; all values are known and checked before the first is set.
 *
 * @throws BerthError (usage) with every name and value that can't be kept
 */
export async function setSecrets(args: SetArgs): Promise<void> {
  const { launcher, keeper, stack, users, project } = args;
  const values = await valuesOf(args);
  const before = new Map((await keeper.list(stack)).map((secret) => [secret.name, secret]));
  const secrets = checkValues(values, (name) => before.get(name)?.tier, project);
  for (const { name, value, tier } of secrets) {
    const version = await keeper.set(stack, name, value, tier);
    launcher.terminal.err(`set ${name} (version ${version})${usersText(users?.get(name))}\n`);
  }
  if (project !== undefined) {
    for (const { name, value } of secrets) noteUrls(launcher, name, brokenUrls(project, name, value));
  }
  const advanced = secrets.filter((secret) => becomesAdvanced(secret, before.get(secret.name)?.tier));
  for (const { name } of advanced) {
    launcher.terminal.err(
      `note: ${name} is over 4096 bytes: it is an advanced parameter, which AWS charges for each month\n`,
    );
  }
  const used = secrets.some(({ name }) => before.has(name) && (users?.get(name) ?? []).length > 0);
  if (used) launcher.terminal.err("The next berth up restarts these services with it.\n");
}

function noteUrls({ terminal }: Launcher, name: string, urls: readonly string[]): void {
  if (urls.length === 0) return;
  terminal.err(
    `warning: ${name} is part of a URL (${urls.join(", ")}) and has a character that ends or breaks it; use letters and digits\n`,
  );
}

function becomesAdvanced({ tier }: NewSecret, before: NewSecret["tier"] | undefined): boolean {
  return tier === "Advanced" && before !== "Advanced";
}

function usersText(users: readonly string[] | undefined): string {
  return users === undefined || users.length === 0 ? "" : `, used by ${users.join(", ")}`;
}

async function valuesOf({ launcher, given, users }: SetArgs): Promise<ReadonlyMap<string, string>> {
  const files = given.list("envFile");
  const names = given.words.filter((word) => word !== pipe);
  const piped = given.words.includes(pipe);
  checkNames(names);
  if (files.length > 0) return fromFiles(files, names, launcher);
  if (names.length === 0) throw noNames(users);
  if (piped || (!launcher.terminal.interactive && !launcher.stdin.tty)) return fromPipe(names, launcher);
  const values = new Map<string, string>();
  for (const name of new Set(names)) values.set(name, await launcher.terminal.askSecret(`Value of ${name}`));
  return values;
}

function noNames(users: Users | undefined): BerthError {
  const wanted = [...(users?.keys() ?? [])].sort();
  return new BerthError("usage", {
    path: "NAME",
    message: "no secret is named",
    hint:
      wanted.length === 0
        ? "for example berth secret set API_KEY, or berth secret set --env-file .env.secrets"
        : `the compose file wants ${wanted.join(", ")}`,
  });
}

async function fromPipe(names: readonly string[], { stdin }: Launcher): Promise<ReadonlyMap<string, string>> {
  const [name, ...others] = names;
  if (name === undefined || others.length > 0) {
    throw new BerthError("usage", {
      path: pipe,
      message: "standard input has the value of one secret",
      hint: "set them one by one, or all from a file: berth secret set --env-file .env.secrets",
    });
  }
  return new Map([[name, pipedValue(await stdin.read())]]);
}

/** All variables of the files, or those that are named. */
async function fromFiles(
  files: readonly string[],
  names: readonly string[],
  { settings, stdin }: Launcher,
): Promise<ReadonlyMap<string, string>> {
  const read = new Map<string, string>();
  for (const file of files) {
    const text = file === pipe ? await stdin.read() : await textOf(resolve(settings.cwd, file), file);
    for (const [name, value] of readEnvFile(file, text, settings.environment)) read.set(name, value);
  }
  const missing = names.filter((name) => !read.has(name));
  if (missing.length > 0) {
    throw new BerthError(
      "usage",
      missing.map((name) => ({ path: name, message: `${files.join(", ")} has no such variable` })),
    );
  }
  const chosen = names.length === 0 ? [...read.keys()] : names;
  if (chosen.length === 0) {
    throw new BerthError("usage", {
      path: files.join(", "),
      message: "the file has no variables",
      hint: "NAME=value, one in a line",
    });
  }
  checkNames(chosen);
  return new Map(chosen.map((name) => [name, read.get(name) ?? ""]));
}

async function textOf(path: string, shown: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new BerthError(
      "usage",
      {
        path: shown,
        message: `the file can't be read: ${messageOf(error)}`,
        hint: "name a file of NAME=value lines",
      },
      { cause: error },
    );
  }
}
