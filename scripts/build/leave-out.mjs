// Parts of packages that no program of ours uses, and that would be read at every start.

/**
 * Leaves out the modules that are imported by such a path.
 *
 * @param contents - what stands in their place
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

export const leftOut = [
  // Pulumi's TypeScript compiler, which serializes closures: 32 MB, from a node_modules that nobody puts beside the
  // bundles.
  leaveOut("without-compiler", /\/typescript-shim$/, "module.exports = {};"),
  // zod's messages in fifty languages: English is imported by a path of its own.
  leaveOut("without-locales", /\/locales\/index\.js$/, "export {};"),
  // What commander runs subcommands with that are programs of their own.
  leaveOut(
    "without-subprograms",
    /^node:child_process$/,
    "module.exports = {};",
    /\/node_modules\/commander\//,
  ),
];
