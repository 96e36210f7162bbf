/**
 * YAML text to trees, as the reference reads it: anchors, merge keys (`<<`), `!reset` and `!override`, duplicate keys
 * refused, every key a text.
 */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  type Pair,
  parseAllDocuments,
  Scalar as YamlScalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { messageOf } from "../errors";
import { encodingFault } from "../utf8";
import type { Resets } from "./resets";
import type { Problems } from "./problems";
import { plainScalar } from "./scalars";
import { slips, yamlFault } from "./yaml-fault";
import {
  isNull,
  joinKey,
  type Mapping,
  movedTo,
  type Node,
  type Place,
  type Scalar,
  scalar,
  type SourceFile,
} from "./tree";

/** One document of a file. */
export interface YamlDocument {
  readonly root: Node;
  readonly resets: Resets;
}

/** Bounds that no compose file comes near: characters of a file, nodes with aliases written out, levels. */
const limits = { characters: 8 << 20, nodes: 1_000_000, depth: 100 };

/** Written out before a merge key by some programs (yq among them): `!!merge <<: *base`. */
const mergeTag = "tag:yaml.org,2002:merge";

/** What one YAML node became; `node` is undefined where `!reset` removed it. */
interface Built {
  readonly node: Node | undefined;
  readonly resets?: Resets | "reset" | undefined;
  /** Nodes in it, with aliases written out. */
  readonly size: number;
  readonly height: number;
}

type YamlNode = Alias | YamlScalar | YAMLMap | YAMLSeq;

/**
 * Reads every document of a file.
 *
 * @throws BerthError (project) where the text is no YAML, or would grow beyond all bounds
 */
export function readYaml(file: SourceFile, problems: Problems): readonly YamlDocument[] {
  if (file.text.length > limits.characters) {
    problems.fail(`the file is larger than ${limits.characters} characters`, { at: { file, offset: 0 } });
  }
  const documents = parse(file, problems);
  return documents.flatMap((document) => {
    const contents = document.contents;
    if (contents === null && documents.length > 1) return [];
    const builder = new Builder(file, problems);
    const built = builder.build(contents, "", 0);
    const root = built.node ?? scalar(null, { file, offset: 0 });
    return [{ root, resets: built.resets instanceof Map ? built.resets : new Map() }];
  });
}

function parse(file: SourceFile, problems: Problems): readonly Document.Parsed[] {
  const fault = encodingFault(file.text);
  if (fault !== undefined) problems.fail(fault.message, { at: { file, ...fault }, hint: fault.hint });
  try {
    const text = file.text.replace(/^\uFEFF/, " ");
    const documents = parseAllDocuments(text, {
      schema: "failsafe",
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: "silent",
    });
    const list = Array.isArray(documents) ? (documents as readonly Document.Parsed[]) : [];
    for (const error of slips(list.flatMap((document) => document.errors))) {
      if (/call stack/.test(error.message)) throw new RangeError(error.message);
      const { message, hint } = yamlFault(error, text);
      problems.add(message, { at: { file, offset: error.pos[0] }, hint });
    }
    problems.check();
    return list;
  } catch (error) {
    if (error instanceof RangeError) {
      problems.fail(`nested deeper than ${limits.depth} levels`, { at: { file, offset: 0 } });
    }
    throw error;
  }
}

class Builder {
  readonly #anchors = new Map<string, Built>();
  readonly #open = new Set<string>();
  #size = 0;

  constructor(
    private readonly file: SourceFile,
    private readonly problems: Problems,
  ) {}

  build(node: YamlNode | null, path: string, depth: number): Built {
    const at = this.#place(node);
    if (depth > limits.depth) this.problems.fail(`nested deeper than ${limits.depth} levels`, { path, at });
    if (node === null) return this.#count({ node: scalar(null, at), size: 1, height: 1 }, depth, at);
    if (isAlias(node)) return this.#count(this.#alias(node, path, at), depth, at);
    const anchor = node.anchor;
    if (anchor !== undefined) this.#open.add(anchor);
    const built = isScalar(node)
      ? this.#scalar(node, path, at)
      : isMap(node)
        ? this.#mapping(node, path, depth, at)
        : this.#list(node, path, depth, at);
    const tagged = this.#count(this.#tagged(built, node.tag), depth, at);
    if (anchor !== undefined) {
      this.#open.delete(anchor);
      this.#anchors.set(anchor, tagged);
    }
    return tagged;
  }

  /** Adds what a scalar or an alias brings; what collections hold was counted on the way. */
  #count(built: Built, depth: number, at: Place): Built {
    this.#size += built.node?.kind === "scalar" ? 1 : 0;
    if (depth + built.height > limits.depth + 1) {
      this.problems.fail(`nested deeper than ${limits.depth} levels`, { at });
    }
    return built;
  }

  #tagged(built: Built, tag: string | undefined): Built {
    if (tag === "!reset") return { node: undefined, resets: "reset", size: 0, height: 0 };
    return tag === "!override" ? { ...built, resets: "reset" } : built;
  }

  #alias(node: Alias, path: string, at: Place): Built {
    if (this.#open.has(node.source)) {
      this.problems.fail(`the anchor &${node.source} contains itself`, { path, at });
    }
    const target = this.#anchors.get(node.source);
    if (target === undefined) {
      return this.problems.fail(`there is no anchor &${node.source} before the alias *${node.source}`, {
        path,
        at,
      });
    }
    this.#size += target.size;
    if (this.#size > limits.nodes) {
      this.problems.fail(`its aliases would grow to more than ${limits.nodes} values`, { path, at });
    }
    return target.node === undefined ? target : { ...target, node: movedTo(target.node, at) };
  }

  #scalar(node: YamlScalar, path: string, at: Place): Built {
    const source = typeof node.value === "string" ? node.value : (node.source ?? "");
    return { node: this.#value(node, source, path, at), size: 1, height: 1 };
  }

  #value(node: YamlScalar, source: string, path: string, at: Place): Scalar {
    const tag = node.tag?.replace("tag:yaml.org,2002:", "!!");
    const plain = node.type === undefined || node.type === YamlScalar.PLAIN;
    if (tag === undefined || tag === "!!str" || !tag.startsWith("!!")) {
      return tag === undefined && plain ? { kind: "scalar", ...plainScalar(source), at } : scalar(source, at);
    }
    if (tag === "!!binary") return scalar(Buffer.from(source, "base64").toString("utf8"), at);
    const value = plainScalar(source);
    const kinds: Readonly<Record<string, boolean>> = {
      "!!null": value.value === null,
      "!!bool": typeof value.value === "boolean",
      "!!int": typeof value.value === "number" && Number.isInteger(value.value),
      "!!float": typeof value.value === "number",
      "!!timestamp": typeof value.value === "string",
    };
    if (kinds[tag] === false) this.problems.add(`${JSON.stringify(source)} is no ${tag}`, { path, at });
    return { kind: "scalar", ...value, at };
  }

  #list(node: YAMLSeq, path: string, depth: number, at: Place): Built {
    const items: Node[] = [];
    let size = 1;
    let height = 0;
    for (const [index, item] of node.items.entries()) {
      const built = this.build(item as YamlNode | null, `${path}[${index}]`, depth + 1);
      if (built.node !== undefined) items.push(built.node);
      size += built.size;
      height = Math.max(height, built.height);
    }
    return { node: { kind: "list", items, at }, size, height: height + 1 };
  }

  #mapping(node: YAMLMap, path: string, depth: number, at: Place): Built {
    const own = new Map<string, Built>();
    const merged: Built[] = [];
    const lines = new Map<string, number>();
    let size = 1;
    let height = 0;
    for (const pair of node.items as readonly Pair<YamlNode, YamlNode | null>[]) {
      const place = this.#place(pair.key);
      const key = this.#key(pair.key, path, place);
      if (key === undefined) continue;
      const line = lines.get(key);
      if (line !== undefined) {
        this.problems.add(`the key ${JSON.stringify(key)} is defined twice, first in line ${line}`, {
          path: joinKey(path, key),
          at: place,
        });
      }
      lines.set(key, this.file.locate(place.offset).line);
      const isMerge =
        key === "<<" &&
        isScalar(pair.key) &&
        (pair.key.type === YamlScalar.PLAIN || pair.key.tag === mergeTag);
      const built = this.build(pair.value, isMerge ? path : joinKey(path, key), depth + 1);
      size += built.size;
      height = Math.max(height, built.height);
      if (isMerge) merged.push(...this.#mergeSources(pair.value, built, path, place));
      else own.set(key, { ...built, node: built.node && movedTo(built.node, place) });
    }
    return { ...this.#assemble(own, merged, at), size, height: height + 1 };
  }

  /** Own entries win over merged ones, an earlier source over a later one, as YAML's merge key has it. */
  #assemble(
    own: ReadonlyMap<string, Built>,
    merged: readonly Built[],
    at: Place,
  ): Pick<Built, "node" | "resets"> {
    const entries = new Map<string, Node>();
    const resets = new Map<string, Resets | "reset">();
    for (const [key, built] of own) {
      if (built.node !== undefined) entries.set(key, built.node);
      if (built.resets !== undefined) resets.set(key, built.resets);
    }
    for (const source of merged) {
      if (source.node?.kind !== "map") continue;
      for (const [key, value] of source.node.entries) {
        if (!own.has(key) && !entries.has(key)) entries.set(key, value);
      }
      if (!(source.resets instanceof Map)) continue;
      for (const [key, reset] of source.resets as Resets) {
        if (!own.has(key) && !resets.has(key)) resets.set(key, reset);
      }
    }
    const node: Mapping = { kind: "map", entries, at };
    return { node, resets: resets.size === 0 ? undefined : resets };
  }

  #mergeSources(value: YamlNode | null, built: Built, path: string, at: Place): readonly Built[] {
    const node = built.node;
    if (node?.kind === "map") return [built];
    if (node?.kind === "list" && node.items.every((item) => item.kind === "map")) {
      return node.items.map((item) => ({ node: item, size: 0, height: 0 }));
    }
    if (node !== undefined && !(isNull(node) && value === null)) {
      this.problems.add("<< takes a mapping, or a list of mappings", { path, at });
    } else if (node !== undefined) {
      this.problems.add("<< has no value", { path, at });
    }
    return [];
  }

  #key(key: YamlNode | null, path: string, at: Place): string | undefined {
    if (isScalar(key) && key.tag === mergeTag && key.source === "<<") return key.source;
    const target = isAlias(key) ? this.#alias(key, path, at).node : undefined;
    const node =
      target ??
      (isScalar(key)
        ? this.#value(key, typeof key.value === "string" ? key.value : "", path, at)
        : undefined);
    if (node !== undefined && isScalar(key) && key.anchor !== undefined) {
      this.#anchors.set(key.anchor, { node, size: 1, height: 1 });
    }
    if (node?.kind === "scalar" && typeof node.value === "string") return node.value;
    const shown = node?.kind === "scalar" ? (node.value === null ? "null" : node.text) : "a collection";
    this.problems.add(`a key must be a text, not ${shown}`, { path, at, hint: "put it in quotes" });
    return undefined;
  }

  #place(node: YamlNode | null): Place {
    return { file: this.file, offset: node?.range?.[0] ?? 0 };
  }
}

/** Whether what was thrown is the engine's own sign of too deep a recursion. */
export function isOverflow(error: unknown): boolean {
  return error instanceof RangeError && /call stack/i.test(messageOf(error));
}
