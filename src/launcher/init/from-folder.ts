/** A compose file for what a folder has: one program, or several in folders of their own. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { kindNames, MissingFact, recipeFor, type Folder, type Recipe } from "../../autobuild";
import { normalizeProjectName } from "../../compose";
import { BerthError } from "../../errors";
import { withDatabase, type Database } from "./stores";
import type { Drafted, InitService } from "./service";

export interface Wishes {
  /** @default the folder's name */
  readonly name?: string | undefined;
  /** @default the one that is usual for the kind of program */
  readonly port?: number | undefined;
  readonly database: Database;
  /** Whether a Dockerfile is written; else each build writes its own (`x-build: auto`). */
  readonly dockerfile: boolean;
}

/** A file is read as text up to so many bytes. */
const longestText = 4 * 2 ** 20;

/** Folders that hold no program of the project. */
const passed = /^(\.|node_modules$|vendor$|dist$|build$|target$|docs?$|tests?$|public$|venv$)/;

export function diskFolder(path: string): Folder {
  const within = (name: string): string => join(path, name);
  return {
    names: (name = ".") => {
      const folder = within(name);
      return isFolder(folder) ? readdirSync(folder).sort() : [];
    },
    read: (name) => {
      const file = within(name);
      if (!existsSync(file) || !statSync(file).isFile() || statSync(file).size > longestText)
        return undefined;
      return readFileSync(file, "utf8");
    },
  };
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** A folder that is built: by its own Dockerfile, or by one that is written for it. */
interface Program {
  /** Relative to the project; `.` for the project's own folder. */
  readonly folder: string;
  readonly recipe?: Recipe;
  /** Why none could be written. */
  readonly missing?: MissingFact;
  readonly port?: number;
}

/** @throws BerthError (usage) where the folder has no program that is known, or one lacks what its image has to know */
export function fromFolder(path: string, wishes: Wishes): Drafted {
  const programs = programsOf(path, wishes.port);
  const lacking = programs.flatMap(({ missing, folder }) =>
    missing === undefined ? [] : [{ missing, folder }],
  );
  if (programs.length === 0) {
    throw new BerthError("usage", {
      path: basename(path),
      message: `neither the folder nor one below it has a Dockerfile or is plainly one of ${kindNames.join(", ")}`,
      hint: "go to the program's folder, or write a Dockerfile and run it again",
    });
  }
  if (lacking.length > 0) {
    throw new BerthError(
      "usage",
      lacking.map(({ missing, folder }) => ({ path: folder, message: missing.message, hint: missing.hint })),
    );
  }
  const name = normalizeProjectName(wishes.name ?? basename(path)) || "app";
  const single = programs.length === 1;
  const services = programs.map((program): [string, InitService] => [
    program.folder === "." || single ? "web" : program.folder,
    serviceOf(program, wishes),
  ]);
  const written = wishes.dockerfile ? programs : [];
  return {
    project: { name, services: withDatabase(Object.fromEntries(services), wishes.database, name) },
    files: Object.fromEntries(written.flatMap(filesOf)),
    notes: programs.flatMap(({ recipe, folder }) => [
      ...(recipe === undefined ? [`${folder}: its own Dockerfile is built`] : [`${folder}: ${recipe.seen}`]),
      ...(recipe?.notes ?? []).map((note) => `${folder}: ${note}`),
    ]),
  };
}

function programsOf(path: string, port: number | undefined): readonly Program[] {
  const own = programAt(path, ".", port);
  const names = diskFolder(path).names();
  // Pages of a folder below may be what another program there builds or serves.
  const isOwn = own?.recipe?.kind !== "pages" || names.includes("index.html");
  if (own !== undefined && isOwn) return [own];
  const below = names
    .filter((name) => !passed.test(name) && isFolder(join(path, name)))
    .flatMap((name) => programAt(path, name, undefined) ?? []);
  return below.length === 0 && own !== undefined ? [own] : below;
}

function programAt(path: string, folder: string, port: number | undefined): Program | undefined {
  const files = diskFolder(join(path, folder));
  const dockerfile = files.read("Dockerfile");
  if (dockerfile !== undefined) {
    const exposed = port ?? Number(/^EXPOSE\s+(\d+)/im.exec(dockerfile)?.[1]);
    return { folder, ...(exposed > 0 ? { port: exposed } : {}) };
  }
  try {
    const recipe = recipeFor(files, port === undefined ? {} : { port });
    if (recipe === undefined) return undefined;
    return { folder, recipe, ...(recipe.port === undefined ? {} : { port: recipe.port }) };
  } catch (error) {
    if (error instanceof MissingFact) return { folder, missing: error };
    throw error;
  }
}

function serviceOf({ folder, recipe, port }: Program, { dockerfile }: Wishes): InitService {
  return {
    build: folder === "." ? "." : `./${folder}`,
    ...(recipe !== undefined && !dockerfile ? { "x-build": "auto" as const } : {}),
    ...(port === undefined ? {} : { ports: [String(port)] }),
  };
}

function filesOf({ folder, recipe }: Program): readonly (readonly [string, string])[] {
  if (recipe === undefined) return [];
  return [
    [join(folder, "Dockerfile"), recipe.dockerfile],
    [join(folder, ".dockerignore"), recipe.ignore],
  ];
}
