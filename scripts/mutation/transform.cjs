// Jest's transformer of a mutation run: one file is another text, in the place of the one on the disk, which stays.
const { createHash } = require("node:crypto");
const swc = require("@swc/jest");

/** The change of this run, of the process that runs the tests: `{ path, start, end, text }`. */
const changed = () => globalThis[Symbol.for("berth.mutant")];

module.exports = {
  createTransformer: (options) => {
    const inner = swc.createTransformer(options);
    const textOf = (source, path) => {
      const mutant = changed();
      if (mutant === undefined || mutant.path !== path) return source;
      return source.slice(0, mutant.start) + mutant.text + source.slice(mutant.end);
    };
    return {
      canInstrument: inner.canInstrument,
      process: (source, path, ...rest) => inner.process(textOf(source, path), path, ...rest),
      getCacheKey: (source, path, ...rest) =>
        createHash("sha256")
          .update(inner.getCacheKey(textOf(source, path), path, ...rest))
          .digest("hex")
          .slice(0, 32),
    };
  },
};
