/** A build context: what of the tree goes into it, and the digest that is its image's tag (DESIGN section 4). */
import type { Build } from "../project/model";
import { IgnoreRules } from "./dockerignore";
import { FileNotKept, refusal } from "./errors";
import { Manifest } from "./manifest";
import { joinPath, resolve, type DirectoryNode, type FileNode, type TreeNode } from "./tree";

/** One image build for one platform. */
export interface ContextBuild extends Build {
  readonly platform: "linux/amd64" | "linux/arm64";
}

/** Whose images these digests name. Another executor, or flags that change what it builds, are another version. */
export const builderVersion = "kaniko-1.28/2";

/** The folder of a packed context that the project lies in. */
export const contextFolder = "project";

/** The form of the manifest below; a change of it is a change of every tag. */
const manifestVersion = "berth-context/1";

export interface ContextEntry {
  /** Relative to the context. */
  readonly path: string;
  readonly node: TreeNode;
}

export interface Context {
  /** Relative to the root, no links in it; `""` for the root. */
  readonly root: string;
  /**
   * Everything in it, a directory before what is in it, the names of one directory sorted. Reads the folders of the
   * disk as it goes, so that no more than one path of them is held at a time.
   *
   * @throws BerthError (project) for devices, pipes and links that leave the root
   */
  entries(): Generator<ContextEntry>;
  readonly dockerfile: FileNode;
  /** Paths below the project's root that the build reads and that may lie outside the context. */
  readonly outside: readonly string[];
}

/**
 * A context after its ignore file, which is `<Dockerfile>.dockerignore` or else `.dockerignore` at its top. The
 * Dockerfile and the ignore file always stay. Directories stay too, empty ones as well, as in moby's context;
 * one that is ignored stays as long as something below it does.
 *
 * @throws BerthError (project) where the context or the Dockerfile is missing or of the wrong kind, where an ignore
 * file is malformed, and for devices, pipes and links that leave the root
 * @throws FileNotKept where the text of the ignore file was not kept
 */
export function openContext(root: DirectoryNode, build: Build): Context {
  const at = resolve(root, build.context);
  if (at === undefined) {
    throw refusal(build.context, "there is no such directory to build from", {
      hint: "correct build.context; it is relative to the compose file and inside the project",
    });
  }
  if (at.node.kind !== "directory")
    throw refusal(build.context, "is a file where a build context must be a directory");
  const dockerfile = resolve(root, build.dockerfile);
  if (dockerfile?.node.kind !== "file") {
    throw refusal(build.dockerfile, dockerfile === undefined ? "there is no such Dockerfile" : "is no file", {
      hint: "write one, or name the right one in build.dockerfile",
    });
  }
  const ignore = ignoreFile(root, at.path, build.dockerfile);
  const outside = [build.dockerfile, ...(ignore === undefined ? [] : [ignore.path])];
  const walk = new Walk(root, at.path, ignore?.rules, new Set(outside.flatMap((path) => trace(root, path))));
  const top = at.node;
  return { root: at.path, entries: () => walk.below(top, ""), dockerfile: dockerfile.node, outside };
}

/** The digest of a build: 64 hexadecimal digits. Errors are those of {@link openContext}. */
export function contextDigest(root: DirectoryNode, build: ContextBuild): string {
  const context = openContext(root, build);
  const manifest = new Manifest();
  manifest.record(manifestVersion, builderVersion, build.platform);
  manifest.record(
    "dockerfile",
    relativeTo(context.root, normal(build.dockerfile)),
    context.dockerfile.digest(),
  );
  manifest.record("target", ...(build.target === undefined ? [] : [build.target]));
  recordMap(manifest, "argument", build.args);
  recordMap(manifest, "label", build.labels ?? {});
  // Not their values, which no image holds: a new token is no reason to build again.
  for (const { id } of build.secrets ?? []) manifest.record("secret", id);
  // An image is published after its test, so one that was never tested is another.
  if (build.test !== undefined) manifest.record("test", build.test);
  for (const { path, node } of context.entries()) manifest.record("entry", path, ...contentOf(node));
  return manifest.digest();
}

function recordMap(manifest: Manifest, kind: string, map: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(map).sort()) manifest.record(kind, name, map[name] ?? "");
}

/** Type, mode and content of an entry, as manifests have them: no times, no owners. */
export function contentOf(node: TreeNode): readonly string[] {
  if (node.kind === "file") return ["file", node.executable ? "0755" : "0644", node.digest()];
  if (node.kind === "link") return ["link", "0777", node.target];
  return ["directory", "0755", ""];
}

class Walk {
  readonly #project: DirectoryNode;
  readonly #context: string;
  readonly #rules: IgnoreRules | undefined;
  /** Paths below the project's root that stay whatever the rules say. */
  readonly #staying: ReadonlySet<string>;

  constructor(
    project: DirectoryNode,
    context: string,
    rules: IgnoreRules | undefined,
    staying: ReadonlySet<string>,
  ) {
    this.#project = project;
    this.#context = context;
    this.#rules = rules;
    this.#staying = staying;
  }

  *below(directory: DirectoryNode, parent: string): Generator<ContextEntry> {
    for (const name of directory.names()) {
      const node = directory.child(name);
      if (node !== undefined) yield* this.#entry({ path: joinPath(parent, name), node });
    }
  }

  *#entry(entry: ContextEntry): Generator<ContextEntry> {
    const { path, node } = entry;
    const full = joinPath(this.#context, path);
    const ignored = !this.#staying.has(full) && this.#rules?.ignores(path) === true;
    if (!ignored) {
      checkEntry(this.#project, full, node);
      yield entry;
      if (node.kind === "directory") yield* this.below(node, path);
    } else if (node.kind === "directory" && this.#mayKeepBelow(full, path)) {
      let held = true;
      for (const kept of this.below(node, path)) {
        if (held) yield entry;
        held = false;
        yield kept;
      }
    }
  }

  /** Spares the walk through an ignored node_modules. */
  #mayKeepBelow(full: string, path: string): boolean {
    if (this.#rules?.mayKeepBelow(path) === true) return true;
    return [...this.#staying].some((staying) => staying.startsWith(`${full}/`));
  }
}

function ignoreFile(
  root: DirectoryNode,
  context: string,
  dockerfile: string,
): { readonly path: string; readonly rules: IgnoreRules } | undefined {
  for (const path of [`${normal(dockerfile)}.dockerignore`, joinPath(context, ".dockerignore")]) {
    const found = resolve(root, path);
    if (found?.node.kind !== "file") continue;
    const text = found.node.text();
    if (text === undefined) throw new FileNotKept(found.path);
    return { path, rules: new IgnoreRules(text, path) };
  }
  return undefined;
}

function checkEntry(root: DirectoryNode, path: string, node: TreeNode): void {
  if (node.kind === "link") resolve(root, path);
  if (node.kind !== "special") return;
  throw refusal(path, "is a device or a named pipe", { hint: "move it, or name it in .dockerignore" });
}

/** A path of a compose file without `.` and doubled slashes; what climbs out was refused before. */
function normal(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop();
    else if (segment !== "" && segment !== ".") kept.push(segment);
  }
  return kept.join("/");
}

/** `path` as seen from a directory, both below the root. */
function relativeTo(directory: string, path: string): string {
  const from = directory === "" ? [] : directory.split("/");
  const to = path.split("/");
  let common = 0;
  while (common < from.length && common < to.length - 1 && from[common] === to[common]) common += 1;
  return [...from.slice(common).map(() => ".."), ...to.slice(common)].join("/");
}

/** The paths that a resolution goes through: the links, and what is at their end. */
export function trace(root: DirectoryNode, path: string): readonly string[] {
  const found = resolve(root, path);
  return found === undefined ? [] : [...found.links, found.path];
}
