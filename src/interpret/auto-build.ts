/** `x-build: auto`: a folder without a Dockerfile is built from one that Berth writes (docs/builds.md). */
import { posix } from "node:path";
import { kindNames, MissingFact, recipeFor, type Folder, type Recipe, type Wanted } from "../autobuild";
import { BerthError } from "../errors";
import type { InlineDockerfile } from "../model/build";
import type { ProjectFiles } from "./files";
import { isRecord, type Node } from "./node";

/** Whether a service asks for it; reports nothing. */
export function isAuto(service: Node): boolean {
  const { value } = service.get("x-build");
  return value === "auto" || (isRecord(value) && value["auto"] === true);
}

/** Reports what else `x-build` may say, and what contradicts it. */
export function judgeAuto(service: Node): void {
  const node = service.get("x-build");
  if (!node.present) return;
  if (!isAuto(service)) {
    node.problem(`${JSON.stringify(node.value)} is no way to build`, "x-build: auto");
    return;
  }
  for (const [key, child] of isRecord(node.value) ? node.entries() : [])
    if (key !== "auto") child.problem(`x-build has no key ${JSON.stringify(key)}`, "x-build: auto");
  const build = service.get("build");
  for (const key of isRecord(build.value) ? ["dockerfile", "dockerfile_inline"] : []) {
    const named = build.get(key);
    // The canonical form has the default's name for every build.
    if (named.present && named.value !== "Dockerfile")
      named.problem("x-build: auto writes the Dockerfile that this key names", "keep one of them");
  }
}

/**
 * The Dockerfile of a service that asks for one.
 *
 * @param context - the folder that it is written for, from the project's root
 * @returns `undefined` where there is one already, which is taken
 * @throws MissingFact where the folder is of no kind that is known, or lacks what the Dockerfile has to say
 */
export function autoRecipe(service: Node, context: string, files: ProjectFiles): Recipe | undefined {
  if (files.has?.(posix.join(context, "Dockerfile")) === true) return undefined;
  const recipe = recipeFor(folderAt(context, files), wantedOf(service));
  if (recipe !== undefined) return recipe;
  throw new MissingFact(
    "",
    `${context === "." ? "the project's folder" : context} is plainly of none of these: ${kindNames.join(", ")}`,
    "write a Dockerfile, or name the program's own folder: build: ./FOLDER",
  );
}

/** @throws BerthError where a file can't be read as text; FileNotKept where it has to be fetched */
function folderAt(context: string, files: ProjectFiles): Folder {
  return {
    names: (path = ".") => files.names?.(posix.join(context, path)) ?? [],
    read: (path) => files.read(posix.join(context, path)),
  };
}

/** What is wrong is reported by those who read these keys. */
function wantedOf(service: Node): Wanted {
  const [first] = Array.isArray(service.get("ports").value) ? (service.get("ports").value as unknown[]) : [];
  const target = isRecord(first) ? Number(first["target"]) : NaN;
  const args = service.at("build", "args").value;
  const says = (key: string): boolean => {
    const { value } = service.get(key);
    return Array.isArray(value) ? value.length > 0 : typeof value === "string" && value !== "";
  };
  return {
    ...(Number.isInteger(target) && target > 0 ? { port: target } : {}),
    startsItself: says("command") || says("entrypoint"),
    args: isRecord(args) ? Object.keys(args) : [],
  };
}

/** As {@link autoRecipe}, reported: the Dockerfile as a build has it. */
export function readAuto(
  service: Node,
  context: string,
  files: ProjectFiles,
): InlineDockerfile | string | undefined {
  const node = service.get("x-build");
  try {
    const recipe = autoRecipe(service, context, files);
    if (recipe === undefined) {
      node.warn(`${posix.join(context, "Dockerfile")} is there and is built: x-build is of no effect`);
      return posix.join(context, "Dockerfile");
    }
    for (const note of recipe.notes) node.warn(`${recipe.seen}: ${note}`);
    return { inline: recipe.dockerfile, ignore: recipe.ignore, writtenFor: recipe.seen };
  } catch (error) {
    if (error instanceof MissingFact)
      node.problem(error.seen === "" ? error.message : `${error.seen}: ${error.message}`, error.hint);
    else if (error instanceof BerthError)
      for (const { message, hint } of error.problems) node.problem(message, hint);
    else throw error;
    return undefined;
  }
}
