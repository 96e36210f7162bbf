/** For `node --require`: leaves out of a program's packages what the build and jest leave out (`jest.config.cjs`). */
const Module = require("node:module");
const { join } = require("node:path");

const leftOut = /^\.\/closure\/(serializeClosure|codePaths)$/;
const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...more) {
  return leftOut.test(request) ? join(__dirname, "left-out.cjs") : resolve.call(this, request, ...more);
};
