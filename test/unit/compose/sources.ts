/** File sources for tests of the loader. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BerthError, type Problem } from "../../../src/errors";
import { type FileSource, loadCompose, type LoadedProject, type LoadOptions } from "../../../src/compose";

/** The files of a folder. */
export function directory(folder: string): FileSource {
  return {
    read: (path) => {
      try {
        return readFileSync(join(folder, path), "utf8");
      } catch {
        return undefined;
      }
    },
  };
}

/** Files given by path. */
export function memory(files: Readonly<Record<string, string>>): FileSource {
  const byPath = new Map(Object.entries(files));
  return { read: (path) => byPath.get(path) };
}

/** Loads files given by path; one text alone is `compose.yaml`. */
export function load(
  files: string | Readonly<Record<string, string>>,
  options: Partial<LoadOptions> = {},
): LoadedProject {
  const source = memory(typeof files === "string" ? { "compose.yaml": files } : files);
  return loadCompose(source, { directoryName: "demo", environment: {}, unset: "empty", ...options });
}

/** The problems for which files are refused. */
export function problemsOf(
  files: string | Readonly<Record<string, string>>,
  options: Partial<LoadOptions> = {},
): readonly Problem[] {
  try {
    load(files, options);
  } catch (error) {
    if (error instanceof BerthError) return error.problems;
    throw error;
  }
  return [];
}
