/** A build context: what of the tree goes into it, and the digest that is its image's tag (docs/design.md, The archive). */
import { posix } from "node:path";
import type { Build } from "../../model/project";
import type { ProjectMount } from "../../model/build";
import type { Platform } from "../../model/platforms";
import type { IgnoreRules } from "./dockerignore";
import { refusal } from "../errors";
import { ignoreFile, writtenIgnore } from "./ignore-file";
import { Manifest } from "./manifest";
import { joinPath, resolve, type DirectoryNode, type FileNode, type TreeNode } from "../tree/tree";

/** One image build for one platform. */
export interface ContextBuild extends Build {
  readonly platform: Platform;
  /** The digests of the images that it takes, by service, for this platform. @default none */
  readonly taken?: Readonly<Record<string, string>>;
}

/** Whose images these digests name. Another executor, or flags that change what it builds, are another version. */
export const builderVersion = "kaniko-1.28/5";

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
   * disk as it goes, so that no more than one path of them is kept at a time.
   *
   * @throws BerthError (project) for devices, pipes and links that leave the root
   */
  entries(): Generator<ContextEntry>;
  /** Absent where the compose file holds it. */
  readonly dockerfile?: FileNode;
  /** The text of `<Dockerfile>.dockerignore`, where that is the ignore file. */
  readonly ownIgnore?: string;
  /** Paths below the project's root that the build reads and that may lie outside the context. */
  readonly outside: readonly string[];
}

/** A folder that the Dockerfile takes by name; what is in it after its own ignore file. */
export interface FolderContext extends Pick<Context, "root" | "entries" | "outside"> {
  readonly name: string;
  /** The folder as it is written. */
  readonly path: string;
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
  if (typeof build.dockerfile !== "string" && "mounts" in build.dockerfile)
    return openMounts(root, build.dockerfile.mounts);
  const at = directoryAt(root, build.context, "build.context");
  // A text of the compose file is no file of the context, and has no ignore file of its own beside it.
  const named = typeof build.dockerfile === "string" ? build.dockerfile : undefined;
  const dockerfile = named === undefined ? undefined : dockerfileAt(root, named);
  const own = named === undefined ? undefined : ignoreFile(root, `${normal(named)}.dockerignore`);
  const file = own ?? ignoreFile(root, joinPath(at.path, ".dockerignore"));
  const ignore = file ?? writtenIgnore(build.dockerfile);
  const outside = [named, file?.path].filter((path) => path !== undefined);
  const walk = new Walk(root, at.path, ignore?.rules, new Set(outside.flatMap((path) => trace(root, path))));
  return {
    root: at.path,
    entries: () => walk.below(at.node, ""),
    outside,
    ...(dockerfile === undefined ? {} : { dockerfile }),
    ...(own === undefined ? {} : { ownIgnore: own.text }),
  };
}

/** What a service mounts of the project, as a context of the root. */
function openMounts(root: DirectoryNode, mounts: readonly ProjectMount[]): Context {
  const opened = mounts.flatMap((mount) => openMount(root, mount) ?? []);
  function* entries(): Generator<ContextEntry> {
    for (const mount of opened) {
      if (mount.root !== "") yield { path: mount.root, node: mount.node };
      for (const { path, node } of mount.entries()) yield { path: joinPath(mount.root, path), node };
    }
  }
  return { root: "", entries, outside: opened.flatMap(({ outside }) => outside) };
}

/** A file, which has no entries, or a folder of the project that a service mounts. */
export interface OpenedMount extends Pick<Context, "root" | "entries" | "outside"> {
  readonly node: TreeNode;
}

/** A folder is seen after the ignore file at its top, as a context is. `undefined` where the compose file has the text. */
export function openMount(root: DirectoryNode, mount: ProjectMount): OpenedMount | undefined {
  if (mount.text !== undefined) return undefined;
  const { path, except = [] } = mount;
  const at = resolve(root, path);
  if (at === undefined) throw refusal(path, "there is no such file or folder in the project");
  const ignore = ignoreFile(root, joinPath(at.path, ".dockerignore"));
  const { node } = at;
  function* entries(): Generator<ContextEntry> {
    if (node.kind !== "directory") return;
    const walk = new Walk(root, at?.path ?? "", ignore?.rules, new Set());
    for (const entry of walk.below(node, "")) {
      if (!except.some((left) => entry.path === left || entry.path.startsWith(`${left}/`))) yield entry;
    }
  }
  return { root: at.path, node, entries, outside: ignore === undefined ? [] : [ignore.path] };
}

/**
 * The folders that a build's Dockerfile takes by name, in the order of their names. As BuildKit does it
 * (frontend/dockerui, named contexts): a `.dockerignore` at the top of the folder holds, and may leave itself out.
 *
 * @throws as {@link openContext}
 */
export function folderContexts(root: DirectoryNode, { contexts = [] }: Build): readonly FolderContext[] {
  return contexts.flatMap(({ name, source }): FolderContext[] => {
    if (source.kind !== "folder") return [];
    const at = directoryAt(root, source.path, `build.additional_contexts.${name}`);
    const ignore = ignoreFile(root, joinPath(at.path, ".dockerignore"));
    const walk = new Walk(root, at.path, ignore?.rules, new Set());
    const outside = ignore === undefined ? [] : [ignore.path];
    return [{ name, path: source.path, root: at.path, entries: () => walk.below(at.node, ""), outside }];
  });
}

function directoryAt(
  root: DirectoryNode,
  path: string,
  key: string,
): { readonly path: string; readonly node: DirectoryNode } {
  const at = resolve(root, path);
  if (at === undefined) {
    throw refusal(path, "there is no such directory to build from", {
      hint: `correct ${key}; it is relative to the compose file and inside the project`,
    });
  }
  const { node } = at;
  if (node.kind !== "directory") throw refusal(path, "is a file where a build context must be a directory");
  return { path: at.path, node };
}

function dockerfileAt(root: DirectoryNode, path: string): FileNode {
  const found = resolve(root, path);
  if (found?.node.kind === "file") return found.node;
  throw refusal(path, found === undefined ? "there is no such Dockerfile" : "is no file", {
    hint: "write one, or name the right one in build.dockerfile",
  });
}

/** The digest of a build: 64 hexadecimal digits. Errors are those of {@link openContext}. */
export function contextDigest(root: DirectoryNode, build: ContextBuild): string {
  const context = openContext(root, build);
  const manifest = new Manifest();
  manifest.record(manifestVersion, builderVersion, build.platform);
  if (typeof build.dockerfile === "string") {
    const path = relativeTo(context.root, build.dockerfile);
    manifest.record("dockerfile", path, context.dockerfile?.digest() ?? "");
  } else if ("inline" in build.dockerfile) manifest.record("inline", build.dockerfile.inline);
  else {
    manifest.record("image", build.dockerfile.image);
    for (const mount of build.dockerfile.mounts) recordMount(manifest, mount);
  }
  manifest.record("target", ...(build.target === undefined ? [] : [build.target]));
  recordMap(manifest, "argument", build.args);
  recordMap(manifest, "label", build.labels ?? {});
  recordMap(manifest, "base", build.bases ?? {});
  // Not their values, which no image holds: a new token is no reason to build again.
  for (const { id } of build.secrets ?? []) manifest.record("secret", id);
  if (build.snapshots !== undefined) manifest.record("snapshots", build.snapshots);
  // An image is published after its test, so one that was never tested is another.
  if (build.test !== undefined) manifest.record("test", build.test);
  for (const { path, node } of context.entries()) manifest.record("entry", path, ...contentOf(node));
  recordContexts(manifest, root, build);
  for (const mount of build.mounts ?? []) {
    recordMount(manifest, mount);
    const opened = openMount(root, mount);
    if (opened === undefined) continue;
    manifest.record("entry", "", ...contentOf(opened.node));
    for (const { path, node } of opened.entries()) manifest.record("entry", path, ...contentOf(node));
  }
  return manifest.digest();
}

function recordMount(manifest: Manifest, { path, target, text }: ProjectMount): void {
  if (text === undefined) manifest.record("mount", path, target);
  else manifest.record("text", target, text);
}

function recordContexts(manifest: Manifest, root: DirectoryNode, build: ContextBuild): void {
  for (const { name, source } of build.contexts ?? []) {
    if (source.kind === "image") manifest.record("context", name, "image", source.reference);
    if (source.kind === "service")
      manifest.record("context", name, "service", build.taken?.[source.service] ?? "");
  }
  for (const folder of folderContexts(root, build)) {
    manifest.record("context", folder.name, "folder");
    for (const { path, node } of folder.entries()) manifest.record("entry", path, ...contentOf(node));
  }
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
  constructor(
    private readonly project: DirectoryNode,
    private readonly context: string,
    private readonly rules: IgnoreRules | undefined,
    /** Paths below the project's root that stay whatever the rules say. */
    private readonly staying: ReadonlySet<string>,
  ) {}

  *below(directory: DirectoryNode, parent: string): Generator<ContextEntry> {
    for (const name of directory.names()) {
      const node = directory.child(name);
      if (node !== undefined) yield* this.#entry({ path: joinPath(parent, name), node });
    }
  }

  *#entry(entry: ContextEntry): Generator<ContextEntry> {
    const { path, node } = entry;
    const full = joinPath(this.context, path);
    const ignored = !this.staying.has(full) && this.rules?.ignores(path) === true;
    if (!ignored) {
      checkEntry(this.project, full, node);
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
    if (this.rules?.mayKeepBelow(path) === true) return true;
    return [...this.staying].some((staying) => staying.startsWith(`${full}/`));
  }
}

function checkEntry(root: DirectoryNode, path: string, node: TreeNode): void {
  if (node.kind === "link") resolve(root, path);
  if (node.kind !== "special") return;
  throw refusal(path, "is a device or a named pipe", { hint: "move it, or name it in .dockerignore" });
}

/** A path of a compose file without `.` and doubled slashes; what climbs out was refused before. */
function normal(path: string): string {
  return relativeTo("", path);
}

/** `path` as seen from a directory, both below the root. */
function relativeTo(directory: string, path: string): string {
  return posix.relative(`/${directory}`, `/${path}`);
}

/** The paths that a resolution goes through: the links, and what is at their end. */
export function trace(root: DirectoryNode, path: string): readonly string[] {
  const found = resolve(root, path);
  return found === undefined ? [] : [...found.links, found.path];
}
