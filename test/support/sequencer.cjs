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
  "integration/faults/faults",
  "integration/policies",
  "integration/balancing",
  "integration/strategies",
  "e2e/survive",
  "e2e/service-failures",
  "unit/stores/kinds",
  "e2e/ci-examples",
  "e2e/ctrl-c",
  "e2e/quick-start",
  "integration/iam/cd-role",
  "integration/found-again",
  "integration/launcher/connect",
  "integration/aws/image-builds",
  "unit/components/network/nat-script",
  "integration/launcher/running",
  "integration/products",
  "e2e/program",
  "e2e/compose-library",
  "integration/running/sleep",
  "e2e/looking-after",
  "integration/one-offs",
  "e2e/archive-from-s3",
  "e2e/build-failures",
  "e2e/package",
  "e2e/compiled-code",
  "integration/launcher/doctor",
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
