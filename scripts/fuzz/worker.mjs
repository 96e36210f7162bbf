// One worker of the fuzz run: judges the cases that it is given, and says where it is in shared memory, so that the
// run can tell which case it hangs or dies in.
import { createRequire } from "node:module";
import { parentPort, workerData } from "node:worker_threads";

const { bundle, corpus, seed, first, count, step, progress } = workerData;
const { corpusSeeds, makeCase, judge } = createRequire(import.meta.url)(bundle);
const current = new Int32Array(progress);
const seeds = corpusSeeds(corpus);

let projects = 0;
let judged = 0;
function report() {
  parentPort.postMessage({ judged, projects });
  judged = projects = 0;
}

for (let index = first; index < count; index += step) {
  Atomics.store(current, 0, index);
  const { outcome, findings } = judge(makeCase(seeds, seed, index));
  judged += 1;
  if (outcome === "project") projects += 1;
  if (findings.length > 0) parentPort.postMessage({ index, findings });
  if (judged === 100) report();
}
report();
