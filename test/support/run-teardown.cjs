/** The end of {@link ./run-setup.cjs}. */
module.exports = () => {
  globalThis.endOfBerthTestRun();
};
