/** `include`: other projects, each with its own folder and variables, taken into this one (Compose Specification). */
import { BerthError } from "../errors";
import { attempt } from "./load-problem";
import { mergeResources } from "./merge";
import { folderOf, joinPath } from "./paths";
import { resolvePaths } from "./relative-paths";
import { compose } from "./schema/compose";
import type { Environment, Session } from "./session";
import { entry, fingerprint, isNull, type Mapping, mapping, type Node, textOf, withEntry } from "./tree";
import type { SourceFile } from "./tree";
import { applyResets, type Resets, resetsAt } from "./resets";

/** What a model is read from. */
export interface ModelSource {
  /** Paths from the root: the file, and those laid over it. */
  readonly files: readonly { readonly path: string; readonly at?: Node }[];
  /** The folder, from the root, that paths in the files are seen from. */
  readonly folder: string;
  readonly environment: Environment;
  /** The files on the way here, from the first one. */
  readonly includedBy: readonly string[];
}

interface Include {
  readonly files: readonly { readonly path: string; readonly at: Node }[];
  /** The included project's folder, seen from the including one's. */
  readonly relativeFolder: string;
  readonly envFiles: readonly { readonly path: string; readonly at: Node }[] | undefined;
}

/** The model with what it includes taken in; its own definitions win. */
export function applyIncludes(
  model: Mapping,
  resets: Resets,
  source: ModelSource,
  session: Session,
  loadModel: (source: ModelSource) => Node,
): Mapping {
  const include = model.entries.get("include");
  const entries = new Map(model.entries);
  entries.delete("include");
  let result: Mapping = { ...model, entries };
  let isBroken = false;
  if (include?.kind !== "list") return include === undefined || isNull(include) ? result : model;
  for (const [index, item] of include.items.entries()) {
    const path = `include[${index}]`;
    const wanted = parseInclude(item, source.folder);
    const next = wanted && includedSource(wanted, path, source, session);
    if (wanted === undefined || next === undefined) continue;
    const included = loaded(next, session, loadModel);
    isBroken ||= included === undefined;
    if (included === undefined) continue;
    const imported = resolvePaths(included, compose, wanted.relativeFolder);
    result = importResources(imported, result, resets, session);
  }
  if (isBroken) session.problems.check();
  return result;
}

/** An included project; undefined where it has problems, which are reported with those of the other ones. */
function loaded(
  source: ModelSource,
  session: Session,
  loadModel: (source: ModelSource) => Node,
): Node | undefined {
  try {
    return loadModel(source);
  } catch (error) {
    if (!(error instanceof BerthError) || session.problems.size === 0) throw error;
    return undefined;
  }
}

/** Levels that nobody writes; each of them costs stack. */
const deepest = 50;

function parseInclude(item: Node, folder: string): Include | undefined {
  const paths = itemsOf(textOf(item) === undefined ? entry(item, "path") : item);
  const first = textOf(paths[0]);
  if (first === undefined) return undefined;
  const own = textOf(entry(item, "project_directory"));
  const envFile = entry(item, "env_file");
  const relativeTo = (path: Node) => ({ path: joinPath(folder, textOf(path) ?? ""), at: path });
  return {
    files: paths.map(relativeTo),
    relativeFolder: own === undefined || own === "" ? folderOf(first) : joinPath(".", own),
    envFiles: envFile && itemsOf(envFile).map(relativeTo),
  };
}

function itemsOf(node: Node | undefined): readonly Node[] {
  return node === undefined ? [] : node.kind === "list" ? node.items : [node];
}

function includedSource(
  include: Include,
  path: string,
  source: ModelSource,
  session: Session,
): ModelSource | undefined {
  const [main] = include.files;
  if (main === undefined) return undefined;
  const start = source.includedBy.indexOf(main.path);
  if (start >= 0) {
    const circle = [...source.includedBy.slice(start), main.path].join(" -> ");
    session.problems.add(`files include each other in a circle: ${circle}`, {
      path,
      at: main.at,
      hint: "remove one of these includes",
    });
    return undefined;
  }
  if (source.includedBy.length > deepest) {
    session.problems.add(`files include each other more than ${deepest} levels deep`, { path, at: main.at });
    return undefined;
  }
  const folder = joinPath(source.folder, include.relativeFolder);
  const envFiles = readEnvFiles(include, path, folder, session);
  return {
    files: include.files,
    folder,
    environment: session.environment(source.environment, envFiles),
    includedBy: source.includedBy,
  };
}

function readEnvFiles(
  include: Include,
  path: string,
  folder: string,
  session: Session,
): readonly SourceFile[] {
  if (include.envFiles === undefined || include.envFiles.length === 0) {
    const file = session.file(joinPath(folder, ".env"));
    return file === undefined ? [] : [file];
  }
  return include.envFiles.flatMap((envFile) => {
    if (envFile.path === "/dev/null") return [];
    const file = session.required(envFile.path, "env file", { path: `${path}.env_file`, at: envFile.at });
    return file === undefined ? [] : [file];
  });
}

const groups = ["services", "jobs", "volumes", "networks", "secrets", "configs", "models"] as const;

function importResources(source: Node, target: Mapping, resets: Resets, session: Session): Mapping {
  let result = target;
  for (const key of groups) {
    const from = entry(source, key);
    if (from?.kind !== "map") continue;
    const existing = result.entries.get(key);
    if (existing !== undefined && existing.kind !== "map") continue;
    const resources = new Map(existing?.entries);
    for (const [name, imported] of from.entries) {
      const own = resources.get(name);
      if (own === undefined) resources.set(name, imported);
      else if (fingerprint(own) !== fingerprint(imported)) {
        const base = applyResets(imported, resetsAt(resets, key, name));
        resources.set(
          name,
          attempt(session.problems, () => mergeResources(base, own, key, name), own),
        );
      }
    }
    result = withEntry(result, key, mapping(resources, existing?.at ?? from.at));
  }
  return result;
}
