/**
 * The order of the test files: those that take longest begin, so that no worker is left alone with one at the end. Jest
 * knows times only of earlier runs, and a clean clone has none; there a file's size is all that it goes by for the rest.
 */
const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { default: Sequencer } = require("@jest/test-sequencer");

/** More than some ten seconds each, the longest first. */
const slow = [
  "e2e/through-the-task",
  "e2e/survive",
  "integration/policies",
  "integration/faults/faults",
  "e2e/unchanged-short-cut",
  "e2e/ctrl-c",
  "e2e/ci-examples",
  "integration/balancing",
  "integration/strategies",
  "e2e/quick-start",
  "e2e/service-failures",
  "integration/store-walk",
  "integration/modes",
  "unit/stores/kinds",
  "e2e/looking-after",
  "integration/launcher/running",
  "integration/launcher/reach-in",
  "e2e/program",
  "integration/launcher/look",
  "integration/launcher/unchanged",
  "integration/running/rollback",
  "integration/running/restart-scale",
  "integration/iam/cd-role",
  "integration/one-offs",
  "e2e/resize",
  "integration/launcher/connect",
  "integration/launcher/reads",
  "integration/edge-names",
  "integration/deployment",
  "integration/running/pull-policy",
  "integration/corpus",
  "integration/found-again",
  "integration/aws/image-builds",
  "unit/components/network/nat-script",
  "integration/products",
  "e2e/usual-times",
  "e2e/real-latencies",
  "e2e/compiled-code",
  "integration/running/sleep",
  "e2e/compose-library",
  "e2e/archive-from-s3",
  "e2e/build-failures",
  "e2e/package",
];

const paths = slow.map((name) => join(__dirname, "..", `${name}.test.ts`));
const gone = paths.filter((path) => !existsSync(path));
if (gone.length > 0) throw new Error(`${__filename} names ${gone.join(", ")}: no such file`);

module.exports = class SlowFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => (paths.includes(path) ? paths.indexOf(path) : paths.length);
    return [...super.sort(tests)].sort((one, other) => rank(one) - rank(other));
  }
};
