/** Changes of a YAML document's structure: keys, values and whole branches, written out as YAML again. */
import {
  isCollection,
  isMap,
  type Document,
  isScalar,
  parseDocument,
  Scalar,
  stringify,
  type YAMLMap,
} from "yaml";
import { oddKeys, oddValues } from "./odd";
import type { Random } from "./random";
import type { Mutation } from "./text";

type Path = readonly unknown[];

/** The library takes minutes to write what is nested deeper than files are. */
const deepest = 60;

function parsed(text: string): Document {
  const document = parseDocument(text, { logLevel: "silent" });
  const tooDeep = pathsOf(document).some((path) => path.length >= deepest);
  if (document.errors.length > 0 || tooDeep) throw new Error("not to be changed by its structure");
  return document;
}

/** Every path into a document, the root's first. */
function pathsOf(document: Document): readonly Path[] {
  const paths: Path[] = [];
  const walk = (node: unknown, path: Path): void => {
    paths.push(path);
    if (!isCollection(node) || path.length >= deepest) return;
    node.items.forEach((item, index) => {
      if (isMap(node)) {
        const pair = item as YAMLMap["items"][number];
        walk(pair.value, [...path, isScalar(pair.key) ? pair.key.value : pair.key]);
      } else {
        walk(item, [...path, index]);
      }
    });
  };
  walk(document.contents, []);
  return paths;
}

/** A mutation of the parsed document; a text that is no YAML, or nested too deep, stays as it is. */
function onDocument(
  change: (document: Document, path: Path, random: Random, other: Document) => void,
): Mutation {
  return (text, random, other) => {
    try {
      const document = parsed(text);
      change(document, random.pick(pathsOf(document).slice(1)), random, parsed(other));
      return document.toString({ lineWidth: 0 });
    } catch {
      // The text is no document, or no longer one that can be written: no mutation.
      return text;
    }
  };
}

const setValue = onDocument((document, path, random) => {
  document.setIn(path, document.createNode(random.pick(oddValues)));
});

const deleteEntry = onDocument((document, path) => {
  document.deleteIn(path);
});

const addKey = onDocument((document, path, random) => {
  const parent = isMap(document.getIn(path, true)) ? path : path.slice(0, -1);
  document.setIn([...parent, random.pick(oddKeys)], document.createNode(random.pick(oddValues)));
});

const renameKey = onDocument((document, path, random) => {
  const value = document.getIn(path, true);
  document.deleteIn(path);
  document.setIn([...path.slice(0, -1), random.pick(oddKeys)], value);
});

const wrap = onDocument((document, path, random) => {
  const value: unknown = document.getIn(path);
  document.setIn(
    path,
    document.createNode(random.pick([[value], { [random.pick(oddKeys)]: value }, [[value]]])),
  );
});

/** A branch of the other file in the place of one of this file. */
const graft = onDocument((document, path, random, other) => {
  const taken = random.pick(pathsOf(other));
  document.setIn(path, document.createNode(other.getIn(taken) ?? null));
});

/** A branch of this file once more, elsewhere: an alias, as the library writes it. */
const alias = onDocument((document, path, random) => {
  const target = document.getIn(random.pick(pathsOf(document).slice(1)), true);
  if (isCollection(target) || target instanceof Scalar)
    document.setIn(path, document.createAlias(target, "again"));
});

const tag = onDocument((document, path, random) => {
  const node = document.getIn(path, true);
  if (isCollection(node) || isScalar(node))
    node.tag = random.pick(["!reset", "!override", "!!str", "!!binary"]);
});

/** Every service under a service's key of another file: many keys at once. */
const merge = onDocument((document, path, random, other) => {
  const services: unknown = other.toJS({ maxAliasCount: 100 });
  document.setIn(
    [...path.slice(0, 2), random.pick(["extends", "depends_on", "environment", "networks", "build"])],
    document.createNode(services),
  );
});

/** The whole document once more, as JSON or in flow style. */
const rewrite: Mutation = (text, random) => {
  try {
    const plain: unknown = parsed(text).toJS({ maxAliasCount: 100 });
    return random.chance(0.5) ? JSON.stringify(plain) : stringify(plain, { collectionStyle: "flow" });
  } catch {
    return text;
  }
};

export const structureMutations: readonly Mutation[] = [
  setValue,
  setValue,
  deleteEntry,
  addKey,
  renameKey,
  wrap,
  graft,
  alias,
  tag,
  merge,
  rewrite,
];
