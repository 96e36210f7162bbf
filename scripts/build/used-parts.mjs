// Packages with what our sources use of them. The AWS SDK's clients with the operations that our sources call, and no others: a client has up to 750, and each brings
// its shapes. All of them were two thirds of the programs, read whole where one operation was called.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const package_ = /^@aws-sdk\/client-[\w-]+$/;
/** A client's own modules, as ES modules, so that what is not used falls away. */
const ofClient = /\/node_modules\/(@aws-sdk\/client-[\w-]+)\/dist-es\//;

/** Whether a module is a client's: what it imports from other packages is taken from their rooms. */
export function isOfClient(path) {
  return ofClient.test(path);
}

/** The words of all our sources: a client's method that none of them names, nobody calls. */
function wordsOf(root, pattern = /(\w+)/g) {
  const words = new Set();
  for (const folder of ["src", "stacks"]) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.name.endsWith(".ts")) continue;
      const text = readFileSync(join(entry.parentPath, entry.name), "utf8");
      for (const [, word] of text.matchAll(pattern)) words.add(word);
    }
  }
  return words;
}

/** What of zod is used, as the sources have it: `z.object`. Its types are in `core`. */
export function namesOfZod(root) {
  const exported = createRequire(join(root, "package.json"))("zod");
  return [...wordsOf(root, /\bz\.(\w+)/g)].filter((name) => name !== "core" && name in exported).sort();
}

/** The client's method of a command, a paginator or a waiter (`createAggregatedClient` of @smithy/core). */
function methodOf(name) {
  return `${name[0].toLowerCase()}${name.slice(1)}`.replace(/Command$/, "");
}

/**
 * Leaves the operations out that nobody calls.
 *
 * @param root - the folder of the sources
 */
export function narrowClients(root) {
  const words = wordsOf(root);
  return {
    name: "narrow-clients",
    setup(esbuild) {
      esbuild.onResolve({ filter: package_ }, ({ path }) => ({
        path: join(root, "node_modules", path, "dist-es/index.js"),
        sideEffects: false,
      }));
      // The class with a method for each operation: `S3.js` beside `S3Client.js`.
      esbuild.onLoad({ filter: /\/@aws-sdk\/client-[\w-]+\/dist-es\/[A-Z]\w*\.js$/ }, ({ path }) => {
        const text = readFileSync(path, "utf8");
        if (!text.includes("createAggregatedClient(")) return undefined;
        const isCalled = (name) => words.has(methodOf(name));
        const contents = text
          .split("\n")
          .filter((line) => {
            const [, name] =
              /^import \{ (\w+),? \} from "\.\/(?:commands|pagination|waiters)\//.exec(line) ??
              /^ {4}(\w+),$/.exec(line) ??
              [];
            return name === undefined || isCalled(name);
          })
          .join("\n");
        return { contents, loader: "js" };
      });
      esbuild.onLoad({ filter: /\/@aws-sdk\/client-[\w-]+\/dist-es\/schemas\/\w+\.js$/ }, ({ path }) => ({
        contents: withPlainKeys(readFileSync(path, "utf8")),
        loader: "js",
      }));
    },
  };
}

/** The shapes with plain keys in place of computed ones, which might do something and so never fall away. */
function withPlainKeys(text) {
  const constants = new Map(
    [...text.matchAll(/^const (\w+) = (".*");$/gm)].map(([, name, value]) => [name, value]),
  );
  return text.replace(/\[(_\w+)\]:/g, (whole, name) =>
    constants.has(name) ? `${constants.get(name)}:` : whole,
  );
}

/**
 * What of a client is asked for: of its names those in the texts of who asks.
 *
 * @param path - the client's index
 * @param importers - the files that ask for it
 */
export function namesOf(root, path, importers) {
  const [, name] = ofClient.exec(resolve(root, path));
  const exported = Object.keys(createRequire(join(root, "package.json"))(name));
  const words = new Set(
    importers.flatMap((importer) => readFileSync(resolve(root, importer), "utf8").match(/\w+/g)),
  );
  return exported.filter((each) => words.has(each));
}
