/**
 * Loads what a test file requires. In a file's usual world ({@link ./environment.cjs}) Node's own loader does: sources and
 * packages are read and run once in a worker, not once for each of some hundred files. What lies below `test/` is loaded
 * again for each file, as it may declare hooks and time limits. TypeScript goes through jest's transform, with its cache.
 */
const Module = require("node:module");
const { join, sep } = require("node:path");
const { default: Runtime } = require("jest-runtime");

const ofTests = join(__dirname, "../..") + sep;
const leftOut = /^\.\/closure\/(serializeClosure|codePaths)$/;
/** Of all that the worker has loaded: a stack leads through what an earlier file has. */
const sourceMaps = new Map();
let current;

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...more) {
  return leftOut.test(request) ? join(ofTests, "support/left-out.cjs") : resolve.call(this, request, ...more);
};
Module._extensions[".ts"] = (module, path) => module._compile(current.transformed(path), path);

const load = (from, name) => (name === undefined ? require(from) : Module.createRequire(from)(name));

module.exports = class SharedModules extends Runtime {
  get isShared() {
    return this._environment.global === globalThis;
  }

  transformed(path) {
    const code = this.transformCache.transform(path);
    for (const [file, map] of this.transformCache.getSourceMaps()) sourceMaps.set(file, map);
    return code;
  }

  requireModule(from, name, ...more) {
    if (!this.isShared) return super.requireModule(from, name, ...more);
    current = this;
    if (from === this._testPath && name === undefined) this.begin();
    return load(from, name);
  }

  begin() {
    for (const path of Object.keys(require.cache))
      if (path.startsWith(ofTests) && !path.startsWith(__dirname)) delete require.cache[path];
    globalThis.jest = this.jestGlobals.jestObjectFor(this._testPath);
  }

  requireInternalModule(from, name) {
    if (!this.isShared) return super.requireInternalModule(from, name);
    // It keeps the tests of one file.
    if (from.endsWith("jestAdapterInit.js") && name === undefined) delete require.cache[from];
    return load(from, name);
  }

  getSourceMaps() {
    return this.isShared ? sourceMaps : super.getSourceMaps();
  }
};
