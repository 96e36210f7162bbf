// Parts of packages that no program of ours uses, and that would be read at every start.

import { readFileSync } from "node:fs";
import { eagerYaml } from "./eager-yaml.mjs";

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

/**
 * Changes one place of a module of Pulumi's SDK.
 *
 * @throws Error where the SDK's source has another text there
 */
function changed(name, filter, text, replacement) {
  return {
    name,
    setup(esbuild) {
      esbuild.onLoad({ filter }, ({ path }) => {
        const [before, after, ...more] = readFileSync(path, "utf8").split(text);
        if (after === undefined || more.length > 0) throw new Error(`${path} has another ${text}`);
        return { contents: `${before}${replacement}${after}` };
      });
    },
  };
}

/**
 * An output that holds a resource is looked through for values that are not known yet, with all that the resource hangs on:
 * a quarter of the time of a large preview. A resource is known, and so is the way to it.
 */
const withoutWalks = changed(
  "without-walks",
  /\/@pulumi\/pulumi\/output\.js$/,
  "else if (seen.has(val)) {",
  "else if (seen.has(val) || val.__pulumiResource === true) {",
);

/**
 * Each alias of each resource is made a URN of, by some ten outputs, for engines that do not know aliases by their parts: all
 * do since 2022. Nothing else reads them.
 */
const withoutAliasUrns = changed(
  "without-alias-urns",
  /\/@pulumi\/pulumi\/resource\.js$/,
  "if (opts.aliases) {",
  "if (opts.aliases && !state_1.getStore().supportsAliasSpecs) {",
);

/** Packages that Pulumi asks for only to serialize closures, which no program of ours does. */
export const neverAsked = ["typescript", "ts-node", "node-gyp/bin/node-gyp.js"];

export const leftOut = [
  withoutWalks,
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
