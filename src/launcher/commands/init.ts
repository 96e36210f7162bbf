/** `berth init`: a compose file and a Dockerfile for what a folder has. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { BerthError } from "../../errors";
import type { CommandDefinition, Given } from "../core/command";
import type { Launcher } from "../core/launcher";
import { fromCopilot } from "../init/from-copilot";
import { fromFolder } from "../init/from-folder";
import type { Drafted } from "../init/service";
import { databases, type Database } from "../init/stores";
import { refuseExisting, writeDraft } from "../init/write";

const builds = ["dockerfile", "auto"] as const;
type How = (typeof builds)[number];

async function runInit(launcher: Launcher, given: Given): Promise<number> {
  const { terminal, settings } = launcher;
  const folder = resolve(settings.cwd, given.words[0] ?? ".");
  checkFolder(folder);
  refuseExisting(folder);
  const port = readPort(given.text("port"));
  const draft =
    given.text("from") === "copilot" ? fromCopilot(folder) : await asked(launcher, given, folder, port);
  const { written, kept } = writeDraft(folder, draft);
  for (const path of written) terminal.out(`wrote ${path}\n`);
  for (const path of kept) terminal.err(`${path} is there already and stays as it is\n`);
  for (const note of draft.notes) terminal.err(`${note}\n`);
  terminal.err(nextSteps(draft));
  return 0;
}

/** Two questions, where somebody can be asked; else the options, or what is usual. */
async function asked(
  launcher: Launcher,
  given: Given,
  folder: string,
  port: number | undefined,
): Promise<Drafted> {
  const draft = (database: Database, how: How): Drafted =>
    fromFolder(folder, { name: given.text("name"), port, database, dockerfile: how === "dockerfile" });
  // What is wrong with the folder is said before anything is asked.
  draft("none", "dockerfile");
  const { terminal } = launcher;
  const interactive = terminal.interactive && !given.has("yes");
  const database =
    databases.find((name) => name === given.text("database")) ??
    (interactive
      ? await terminal.choose<Database>("A database beside it?", {
          none: "none",
          postgres: "PostgreSQL (Amazon RDS)",
          mysql: "MySQL (Amazon RDS)",
        })
      : "none");
  const how =
    builds.find((name) => name === given.text("build")) ??
    (interactive
      ? await terminal.choose<How>("How is the image built?", {
          dockerfile: "from a Dockerfile in the folder, to be changed there",
          auto: "from a Dockerfile that Berth writes at each build (x-build: auto)",
        })
      : "dockerfile");
  return draft(database, how);
}

function checkFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new BerthError("usage", {
    path: folder,
    message: "there is no such folder",
    hint: "make it, or correct its name",
  });
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new BerthError("usage", {
    path: "--port",
    message: `${JSON.stringify(text)} is no port`,
    hint: "a whole number from 1 to 65535: the port that the program listens on",
  });
}

/** What comes next, the secrets among it. */
function nextSteps({ project }: Drafted): string {
  const secrets = Object.values(project.services).flatMap(({ environment = {} }) =>
    Object.entries(environment).flatMap(([name, value]) => (value === null ? [name] : [])),
  );
  const lines = [
    "berth preview --simulate   what it makes on AWS and what that costs, without an account",
    ...[...new Set(secrets)].map((name) => `berth secret set ${name}`),
    "berth up                   deploys it",
  ];
  return `\nNext:\n${lines.map((line) => `  ${line}`).join("\n")}\n`;
}

export const init: CommandDefinition = {
  name: "init",
  summary: "Write a compose file and a Dockerfile for the program in a folder",
  examples: ["berth init", "berth init --database postgres --build auto", "berth init --from copilot"],
  arguments: [{ form: "[FOLDER]", description: "the project's folder; else this one" }],
  options: [
    { flags: "--name <NAME>", description: "the project's name; else the folder's" },
    {
      flags: "--port <PORT>",
      description: "the port that the program listens on; else the one that is usual for it",
    },
    { flags: "--database <KIND>", description: "a managed database beside it", choices: databases },
    {
      flags: "--build <HOW>",
      description: "dockerfile writes one into the folder, auto leaves it to each build (x-build: auto)",
      choices: builds,
    },
    {
      flags: "--from <TOOL>",
      description: "read the files of another tool: copilot/*/manifest.yml",
      choices: ["copilot"],
    },
    "yes",
  ],
  run: runInit,
};
