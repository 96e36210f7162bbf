// An import of our sources becomes a function that loads the module when one of its names is first used: a command
// runs the modules that it needs, and no others.
import { readFileSync } from "node:fs";
import { transform } from "@swc/core";

/** Our sources. */
export const sources = /\/(?:src|stacks)\/.*\.ts$/;

/** What a source names in its imports and exports. */
function importedBy(text) {
  return [...text.matchAll(/(?:^|[\s;}])from\s*"([^"]+)"/g)].map(([, path]) => path);
}

export const lazyImports = {
  name: "lazy-imports",
  setup(esbuild) {
    esbuild.onLoad({ filter: sources }, async ({ path }) => {
      const text = readFileSync(path, "utf8");
      const { code } = await transform(text, {
        filename: path,
        configFile: false,
        swcrc: false,
        sourceMaps: false,
        jsc: { target: "es2022", parser: { syntax: "typescript" } },
        module: { type: "commonjs", lazy: importedBy(text) },
      });
      return { contents: code, loader: "js" };
    });
  },
};
