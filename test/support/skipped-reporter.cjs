/** Names every test that was skipped, before jest's own summary: nothing is passed over in silence. */
module.exports = class SkippedReporter {
  onRunComplete(_contexts, { testResults }) {
    const skipped = testResults
      .flatMap((file) => file.testResults)
      .filter(({ status }) => status === "pending" || status === "todo")
      .map(({ fullName }) => `  ${fullName}\n`);
    if (skipped.length > 0) process.stderr.write(`\nSkipped:\n${skipped.join("")}`);
  }
};
