/**
 * Where the project is, as Compose finds it: the project's folder is that of the first compose file, or what
 * `--project-directory` says. What is read, and packed, is the folder above all that the project names: its compose
 * files, env files, and what they reach with `../`.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { levelsAbove } from "../../compose/place/climbing";
import { composeNames, overrideNames } from "../../compose/place/names";
import type { Settings } from "../../settings/settings";

/**
 * The settings with a root that holds the whole project, and with what the command line names seen from there.
 *
 * @param search - whether the compose file is looked for from the working directory up, as Compose does
 * @returns the settings as they are where the project is packed already, or can't be found
 */
export function withProjectRoot(settings: Settings, search: boolean): Settings {
  const { cwd, archive } = settings;
  const named = archive === undefined ? undefined : localProject(archive, cwd);
  if (archive !== undefined && named === undefined) return settings;
  const from = named?.folder ?? cwd;
  const files = settings.files.map((file) => resolve(from, file));
  const envFiles = settings.envFiles.map((file) => resolve(from, file));
  const project = projectFolder(settings, { files, found: named?.folder, search });
  if (project === undefined) return settings;
  const usual = named?.folder ?? (search ? project : cwd);
  const needed = [
    usual,
    project,
    climbed(project, files, named?.composeFile),
    ...[...files, ...envFiles].map((file) => dirname(file)),
  ];
  const root = commonFolder(needed);
  if (root === usual && project === usual)
    return search && named === undefined
      ? { ...settings, archive: root, ...seenFrom(root, { files, envFiles }) }
      : settings;
  const all =
    named?.composeFile === undefined || files.length > 0 ? files : [join(project, named.composeFile)];
  const below = relative(root, project);
  return {
    ...settings,
    archive: root,
    ...seenFrom(root, { files: all, envFiles }),
    ...(below === "" ? {} : { projectDirectory: slashed(below) }),
    ...(named?.composeFile === undefined ? {} : { namedFile: true }),
  };
}

/** The folder that an archive's location names, where it is none that is packed; and the compose file in it. */
function localProject(
  location: string,
  cwd: string,
): { readonly folder: string; readonly composeFile?: string } | undefined {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(location)) return undefined;
  const path = resolve(cwd, location);
  const found = existsSync(path) ? statSync(path) : undefined;
  if (found?.isDirectory() === true) return { folder: path };
  if (found?.isFile() !== true || !/\.ya?ml$/i.test(path)) return undefined;
  return { folder: dirname(path), composeFile: basename(path) };
}

interface Searched {
  readonly files: readonly string[];
  readonly found: string | undefined;
  readonly search: boolean;
}

function projectFolder(settings: Settings, { files, found, search }: Searched): string | undefined {
  const { cwd, projectDirectory } = settings;
  if (projectDirectory !== undefined) return resolve(cwd, projectDirectory);
  const [first] = files;
  if (first !== undefined) return dirname(first);
  return found ?? (search ? folderAbove(cwd) : cwd);
}

/** The folder, from this one up, that has a compose file. */
export function folderAbove(start: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    if (composeNames.some((name) => existsSync(join(folder, name)))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** The folder that the project's files reach by `../`; the root of the disk is none of a project. */
function climbed(project: string, files: readonly string[], composeFile: string | undefined): string {
  const read =
    files.length > 0
      ? files
      : [...(composeFile === undefined ? [...composeNames, ...overrideNames] : [composeFile])].map((name) =>
          join(project, name),
        );
  const levels = Math.max(0, ...read.map((file) => levelsAbove(textOf(file))));
  const reached = resolve(project, ...Array.from({ length: levels }, () => ".."));
  return dirname(reached) === reached ? project : reached;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // Who reads it then says what is wrong.
    return "";
  }
}

function commonFolder(folders: readonly string[]): string {
  const [first = sep, ...others] = folders;
  return others.reduce((common, folder) => {
    let at = common;
    while (at !== dirname(at) && !isWithin(folder, at)) at = dirname(at);
    return at;
  }, first);
}

function isWithin(path: string, folder: string): boolean {
  const below = relative(folder, path);
  return below === "" || (!below.startsWith("..") && !isAbsolute(below));
}

function seenFrom(
  root: string,
  { files, envFiles }: { readonly files: readonly string[]; readonly envFiles: readonly string[] },
): Pick<Settings, "files" | "envFiles"> {
  const seen = (path: string): string => slashed(relative(root, path));
  return { files: files.map(seen), envFiles: envFiles.map(seen) };
}

function slashed(path: string): string {
  return path.split(sep).join("/");
}
