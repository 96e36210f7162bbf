/** Where the project is, as Compose finds it: the nearest folder with a compose file, from the working directory up. */
import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { BerthError, type Problem } from "../../errors";
import { composeNames } from "../../compose";
import type { Settings } from "../../settings/settings";

/**
 * The settings with the project's folder as their archive, and the files that the command line names relative to it:
 * Compose reads them from the working directory.
 *
 * @returns the settings as they are where a project is named, or none can be found
 * @throws BerthError (usage) for every file that lies outside the project's folder
 */
export function withProjectRoot(settings: Settings): Settings {
  const { cwd, files, envFiles, archive } = settings;
  if (archive !== undefined) return settings;
  const [first] = files;
  const root = first === undefined ? folderAbove(cwd) : dirname(resolve(cwd, first));
  if (root === undefined) return settings;
  const problems: Problem[] = [];
  const within = (option: string, path: string): string => {
    const below = relative(root, resolve(cwd, path));
    if (below === ".." || below.startsWith("../") || isAbsolute(below)) {
      problems.push({
        path: option,
        message: `${JSON.stringify(path)} lies outside the project's folder ${root}`,
        hint: "move it there: what is deployed is that folder",
      });
    }
    return below;
  };
  const found = {
    ...settings,
    archive: root,
    files: files.map((path) => within("--file", path)),
    envFiles: envFiles.map((path) => within("--env-file", path)),
  };
  if (problems.length > 0) throw new BerthError("usage", problems);
  return found;
}

function folderAbove(start: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    if (composeNames.some((name) => existsSync(join(folder, name)))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}
