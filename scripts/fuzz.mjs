// npm run fuzz -- [--seed N] [--count N] [--only INDEX] [--out FOLDER]: changed compose files of the corpus through the
// loader and the interpretation. Every outcome must be a project or an error with a place in the file; what is
// neither, hangs, or takes all memory is written to a folder with its input, and the run ends with 1.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { prepare, root } from "./setup.mjs";

const { values: options } = parseArgs({
  options: {
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    count: { type: "string", default: "20000" },
    only: { type: "string" },
    out: { type: "string" },
  },
});
const seed = Number(options.seed);
const first = Number(options.only ?? 0);
const count = options.only === undefined ? Number(options.count) : first + 1;
if (![seed, first, count].every(Number.isSafeInteger)) {
  console.error("--seed, --count and --only take whole numbers");
  process.exit(2);
}

/** Milliseconds for one case; an ordinary one takes about ten. */
const longest = 20_000;
/** Mebibytes of heap for one case. */
const heap = 1024;
/** A run with so many findings has one cause: more of them tell nothing. */
const mostFindings = 50;
const corpus = join(root, "test", "corpus");

prepare();
const { build } = await import("esbuild");
const workshop = mkdtempSync(join(tmpdir(), "berth-fuzz-"));
const bundle = join(workshop, "fuzz.cjs");
await build({
  absWorkingDir: root,
  entryPoints: ["test/support/fuzz/index.ts"],
  outfile: bundle,
  bundle: true,
  platform: "node",
  format: "cjs",
  keepNames: true,
  logLevel: "warning",
});
const { corpusSeeds, makeCase } = createRequire(import.meta.url)(bundle);
const seeds = corpusSeeds(corpus);
const findingsFolder = options.out ?? join(tmpdir(), `berth-fuzz-findings-${seed}`);
const total = { judged: 0, projects: 0, findings: 0 };

function found(index, findings) {
  total.findings += 1;
  const one = makeCase(seeds, seed, index);
  const folder = join(findingsFolder, String(index));
  for (const [path, text] of one.files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  writeFileSync(join(folder, "FINDINGS.txt"), `${one.name}\n${findings.join("\n")}\n`);
  console.log(`case ${index} (${one.name}): ${findings[0]}`);
}

/** Judges the cases `from`, `from + step`, … in a worker that is replaced where a case ends it. */
async function work(from, step) {
  for (let at = from; at < count && total.findings < mostFindings;) {
    const progress = new SharedArrayBuffer(4);
    const current = new Int32Array(progress).fill(at);
    const worker = new Worker(new URL("fuzz/worker.mjs", import.meta.url), {
      workerData: { bundle, corpus, seed, first: at, count, step, progress },
      resourceLimits: { maxOldGenerationSizeMb: heap },
    });
    const problem = await ended(worker, current);
    if (problem === undefined) return;
    const index = Atomics.load(current, 0);
    total.judged += 1;
    found(index, [problem]);
    at = index + step;
  }
}

/** What ended the worker before its last case; undefined where it judged them all. */
function ended(worker, current) {
  return new Promise((resolve) => {
    let last = -1;
    let since = Date.now();
    let problem;
    const watch = setInterval(() => {
      const now = Atomics.load(current, 0);
      if (now !== last) [last, since] = [now, Date.now()];
      else if (Date.now() - since > longest) {
        problem = `no outcome within ${longest / 1000} s`;
        void worker.terminate();
      }
    }, 200);
    worker.on("message", (message) => {
      if (message.findings === undefined) {
        total.judged += message.judged;
        total.projects += message.projects;
      } else {
        found(message.index, message.findings);
        if (total.findings >= mostFindings) void worker.terminate();
      }
    });
    worker.on("error", (error) => (problem ??= `the process failed: ${error.stack ?? error.message}`));
    worker.on("exit", () => {
      clearInterval(watch);
      resolve(problem);
    });
  });
}

console.log(`seed ${seed}, ${count - first} cases`);
const started = Date.now();
const workers = Math.min(4, availableParallelism(), count - first);
await Promise.all(Array.from({ length: workers }, (_, at) => work(first + at, workers)));
rmSync(workshop, { recursive: true, force: true });
const { judged, projects, findings } = total;
console.log(
  `${judged} cases in ${Math.round((Date.now() - started) / 1000)} s: ` +
    `${projects} projects, ${judged - projects} refused, ${findings} findings`,
);
if (findings > 0) {
  console.log(`The inputs are in ${findingsFolder}; again with: npm run fuzz -- --seed ${seed} --only INDEX`);
  process.exitCode = 1;
}
