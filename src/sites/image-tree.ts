/**
 * The file system that an image's layers make together (OCI Image Format Specification, Image Layer Filesystem Changeset):
 * a name in a higher layer takes the place of what is below it, a whiteout hides it, links are followed inside the image.
 */

/** Where the content of a file is. */
export interface Content {
  /** Counts from the lowest layer, 0. */
  readonly layer: number;
  /** Of the entry in its layer, counted from 0. */
  readonly entry: number;
  /** Bytes. */
  readonly size: number;
}

type Node =
  | { readonly kind: "directory"; layer: number; readonly children: Map<string, Node> }
  | { readonly kind: "file"; readonly layer: number; readonly content: Content }
  | { readonly kind: "link"; readonly layer: number; readonly target: string };

type Directory = Extract<Node, { kind: "directory" }>;

/** Links that are followed for one path, as Linux does (path_resolution(7)). */
const mostLinks = 40;

const whiteout = ".wh.";
const opaque = ".wh..wh..opq";

/** What an entry of a layer is. */
export type LayerEntry =
  | { readonly type: "file"; readonly content: Content }
  | { readonly type: "directory" }
  | { readonly type: "symlink" | "hardlink"; readonly target: string }
  | { readonly type: "device" };

export class ImageTree {
  readonly #root: Directory = { kind: "directory", layer: 0, children: new Map() };

  /** Layers come from the lowest to the highest, the entries of each in its order. */
  add(layer: number, name: string, entry: LayerEntry): void {
    const segments = segmentsOf(name);
    const last = segments.pop();
    if (last === undefined) return;
    const parent = this.#directory(segments, layer);
    if (last === opaque) {
      for (const child of [...parent.children.keys()]) prune(parent, child, layer);
    } else if (last.startsWith(whiteout)) {
      prune(parent, last.slice(whiteout.length), layer);
    } else {
      const node = this.#node(layer, entry, parent.children.get(last));
      if (node === undefined) parent.children.delete(last);
      else parent.children.set(last, node);
    }
  }

  /**
   * The files below a folder, links to files and folders as what they lead to; sorted by path.
   *
   * @param path - absolute
   * @returns `undefined` where there is no such folder
   */
  files(path: string): ReadonlyMap<string, Content> | undefined {
    const folder = this.#resolve(segmentsOf(path));
    if (folder?.node.kind !== "directory") return undefined;
    const found = new Map<string, Content>();
    this.#collect(folder.node, folder.path, "", new Set(), found);
    return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Folders that hold an `index.html`, for a hint; none of the system's own. */
  likelyFolders(): readonly string[] {
    const found: string[] = [];
    const look = (node: Directory, path: string): void => {
      if (found.length >= 5 || /^\/(usr\/(lib|share\/(doc|man))|proc|sys|var\/lib)$|node_modules$/.test(path))
        return;
      if (node.children.has("index.html")) found.push(path === "" ? "/" : path);
      for (const [name, child] of node.children)
        if (child.kind === "directory") look(child, `${path}/${name}`);
    };
    look(this.#root, "");
    return found;
  }

  #node(layer: number, entry: LayerEntry, before: Node | undefined): Node | undefined {
    switch (entry.type) {
      case "file":
        return { kind: "file", layer, content: entry.content };
      case "symlink":
        return { kind: "link", layer, target: entry.target };
      case "directory": {
        if (before?.kind === "directory") before.layer = layer;
        return before?.kind === "directory" ? before : { kind: "directory", layer, children: new Map() };
      }
      case "hardlink": {
        const linked = this.#resolve(segmentsOf(entry.target))?.node;
        return linked?.kind === "file" ? { ...linked, layer } : undefined;
      }
      case "device":
        return undefined;
    }
  }

  /** The folder of an entry, made where it is missing; a link on the way is followed, as whoever unpacks a layer does. */
  #directory(segments: readonly string[], layer: number): Directory {
    let at = this.#root;
    for (const [index, segment] of segments.entries()) {
      const child = at.children.get(segment);
      if (child?.kind === "directory") {
        at = child;
        continue;
      }
      const led = child?.kind === "link" ? this.#resolve(segments.slice(0, index + 1))?.node : undefined;
      if (led?.kind === "directory") {
        at = led;
        continue;
      }
      const made: Directory = { kind: "directory", layer, children: new Map() };
      at.children.set(segment, made);
      at = made;
    }
    return at;
  }

  #resolve(
    segments: readonly string[],
    links = 0,
  ): { readonly node: Node; readonly path: readonly string[] } | undefined {
    let node: Node = this.#root;
    const path: string[] = [];
    for (const [index, segment] of segments.entries()) {
      if (node.kind !== "directory") return undefined;
      const child: Node | undefined = node.children.get(segment);
      if (child === undefined) return undefined;
      if (child.kind === "link") {
        if (links >= mostLinks) return undefined;
        const target = [...targetOf(child.target, path), ...segments.slice(index + 1)];
        return this.#resolve(normal(target), links + 1);
      }
      path.push(segment);
      node = child;
    }
    return { node, path };
  }

  #collect(
    folder: Directory,
    at: readonly string[],
    prefix: string,
    above: ReadonlySet<Directory>,
    found: Map<string, Content>,
  ): void {
    // A link to a folder above would go round for ever.
    if (above.has(folder)) return;
    const inside = new Set([...above, folder]);
    for (const name of folder.children.keys()) {
      const led = this.#resolve([...at, name]);
      if (led?.node.kind === "file") found.set(prefix + name, led.node.content);
      if (led?.node.kind === "directory")
        this.#collect(led.node, led.path, `${prefix}${name}/`, inside, found);
    }
  }
}

/** Takes away what lower layers have put there; what this layer has put there stays. */
function prune(parent: Directory, name: string, layer: number): void {
  const node = parent.children.get(name);
  if (node === undefined) return;
  if (node.kind === "directory") {
    for (const child of [...node.children.keys()]) prune(node, child, layer);
    if (node.children.size > 0) return;
  }
  if (node.layer < layer) parent.children.delete(name);
}

/** Without `.`, and with `..` resolved; nothing is above the root. */
function normal(segments: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (const segment of segments) {
    if (segment === "" || segment === ".") continue;
    if (segment === "..") kept.pop();
    else kept.push(segment);
  }
  return kept;
}

function targetOf(target: string, folder: readonly string[]): readonly string[] {
  return target.startsWith("/") ? target.split("/") : [...folder, ...target.split("/")];
}

function segmentsOf(path: string): string[] {
  return [...normal(path.split("/"))];
}
