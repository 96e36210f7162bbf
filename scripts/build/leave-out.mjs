// Parts of packages that no program of ours uses, and that would be read at every start.

import { readFileSync } from "node:fs";
import { eagerYaml } from "./eager-yaml.mjs";
import { leanOutput, replaced } from "./lean-output.mjs";

/**
 * Leaves out the modules that are imported by such a path.
 *
 * @param contents - what replaces them
 * @param by - who imports them. @default anybody
 */
function leaveOut(name, filter, contents, by = /./) {
  return {
    name,
    setup(esbuild) {
      esbuild.onResolve({ filter }, ({ path, importer }) =>
        by.test(importer) ? { path, namespace: name } : undefined,
      );
      esbuild.onLoad({ filter: /./, namespace: name }, () => ({ contents, loader: "js" }));
    },
  };
}

/** @param change - gives a module's source another text, and throws where it does not find what it changes */
function changed(name, filter, change) {
  return {
    name,
    setup(esbuild) {
      esbuild.onLoad({ filter }, ({ path }) => ({ contents: change(readFileSync(path, "utf8")) }));
    },
  };
}

const leanOutputs = changed("lean-outputs", /\/@pulumi\/pulumi\/output\.js$/, leanOutput);

/**
 * Each alias of each resource is made a URN of, by some ten outputs, for engines that do not know aliases by their parts: all
 * do since 2022. Nothing else reads them.
 */
const withoutAliasUrns = changed("without-alias-urns", /\/@pulumi\/pulumi\/resource\.js$/, (source) =>
  replaced(source, "if (opts.aliases) {", "if (opts.aliases && !state_1.getStore().supportsAliasSpecs) {"),
);

/** Packages that Pulumi asks for only to serialize closures, which no program of ours does. */
export const neverAsked = ["typescript", "ts-node", "node-gyp/bin/node-gyp.js"];

export const leftOut = [
  leanOutputs,
  withoutAliasUrns,
  // What serializes closures for Pulumi's dynamic providers and function resources, with npm's own tree of packages.
  leaveOut("without-closures", /^\.\/closure\/(?:serializeClosure|codePaths)$/, "module.exports = {};"),
  // The TypeScript compiler of the same: 32 MB, from a node_modules that nobody puts beside the bundles.
  leaveOut("without-compiler", /\/typescript-shim$/, "module.exports = {};"),
  // zod's messages in fifty languages: English is imported by a path of its own.
  leaveOut("without-locales", /\/locales\/index\.js$/, "export {};"),
  // A second way to send requests, for services that need HTTP/2: none of those that are asked here does.
  leaveOut("without-http2", /^node:http2$/, "exports.constants = {};", /\/@smithy\/node-http-handler\//),
  // What commander runs subcommands with that are programs of their own.
  leaveOut(
    "without-subprograms",
    /^node:child_process$/,
    "module.exports = {};",
    /\/node_modules\/commander\//,
  ),
  eagerYaml,
];
