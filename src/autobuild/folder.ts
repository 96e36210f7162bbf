/** What a Dockerfile is written from: the folder of a program, and what is known of it besides. */

/** The folder of a program; paths are relative to it. */
export interface Folder {
  /** The names in it, or in a folder of it, sorted; empty where there is no such folder. */
  names(path?: string): readonly string[];
  /** The text of a file; `undefined` where there is none. */
  read(path: string): string | undefined;
}

/** What the compose file says of a service that is built without a Dockerfile. */
export interface Wanted {
  /** The port that the program listens on. @default the one that is usual for its kind */
  readonly port?: number;
  /** Whether the compose file says what to start, so that the image needs not. @default false */
  readonly startsItself?: boolean;
  /** The names of its build arguments. @default none */
  readonly args?: readonly string[];
}

/** A Dockerfile for a folder, and what the context leaves out. */
export interface Recipe {
  /** What the folder was taken for: `Node 24 with pnpm`. */
  readonly seen: string;
  readonly dockerfile: string;
  /** Pages are served as they are; everything else runs. @default program */
  readonly kind?: "pages";
  /** A `.dockerignore`, for a folder that has none. */
  readonly ignore: string;
  /** The port that the image listens on; `undefined` of a program that publishes none. */
  readonly port?: number;
  /** What the writer could not find out and decided: sentences for the user. */
  readonly notes: readonly string[];
}

/** Thrown where a folder is plainly of a kind, and something that its image needs is not in it. */
export class MissingFact extends Error {
  constructor(
    /** The kind: `Node`. */
    readonly seen: string,
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

/** The first of these names that the folder has. */
export function firstOf(folder: Folder, ...names: readonly string[]): string | undefined {
  const there = folder.names();
  return names.find((name) => there.includes(name));
}

/** The user of an image whose base has none of its own; the folder of the program is its home, where it may write. */
export const makeUser = "RUN useradd --uid 10001 --home-dir /app --create-home app";

/** A command as `CMD` takes it, without a shell. */
export function exec(...words: readonly string[]): string {
  return `CMD ${JSON.stringify(words).replaceAll('","', '", "')}`;
}

/** A line of a shell, in place of which the program runs: it gets the signals itself. */
export function shellCommand(line: string): string {
  return exec("sh", "-c", /[;&|]/.test(line) ? line : `exec ${line}`);
}

/**
 * What starts the program by its `Procfile`, the process `web` before all others (Heroku Dev Center, "The Procfile").
 *
 * @returns `undefined` where there is none
 */
export function procfileCommand(folder: Folder): string | undefined {
  const lines = folder.read("Procfile")?.split(/\r?\n/) ?? [];
  const processes = lines.flatMap((line) => {
    const [, name = "", command = ""] = /^([\w-]+)\s*:\s*(\S.*)$/.exec(line) ?? [];
    return command === "" || name === "release" ? [] : [{ name, command: command.trim() }];
  });
  return (processes.find(({ name }) => name === "web") ?? processes[0])?.command;
}

/** Debian's packages for libraries that programs are linked with, in the order of the alphabet. */
export function installPackages(packages: readonly string[]): readonly string[] {
  if (packages.length === 0) return [];
  const sorted = [...new Set(packages)].sort().join(" ");
  return [
    `RUN apt-get update && apt-get install --yes --no-install-recommends ${sorted} && rm -rf /var/lib/apt/lists/*`,
  ];
}

/** Left out of every context: what is secret, what is the machine's own, and what describes the project. */
const alwaysIgnored = [
  ".git",
  ".env",
  ".env.local",
  ".env.*.local",
  "**/.DS_Store",
  ".idea",
  ".vscode",
  "compose*.yaml",
  "compose*.yml",
  "docker-compose*.yaml",
  "docker-compose*.yml",
  "Dockerfile*",
  ".dockerignore",
];

/** The text of a `.dockerignore`. @param own - of the kind of program */
export function ignoreFile(...own: readonly string[]): string {
  return `${[...alwaysIgnored, ...own].join("\n")}\n`;
}

/** The text of a Dockerfile: blocks with an empty line between; one that is empty is left out. */
export function dockerfileText(...blocks: readonly (readonly string[])[]): string {
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`;
}
