// npm run mutation [-- PART …]: what guards data, secrets, money and locks is changed in one place at a time, and the
// tests of it are to fail. PART: files or groups (`locks`, `src/app/data`), and `--every N` for each Nth change alone.
// Prints what no test saw, and the shares. Sources stay as they are: jest alone gets the changed ones.
import { fork } from "node:child_process";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { targets } from "./mutation/targets.mjs";

const { mutantsOf } = createRequire(import.meta.url)("./mutation/mutants.cjs");
const root = fileURLToPath(new URL("..", import.meta.url));
/** Times as long as without a change, and as many milliseconds more, after which a mutant counts as seen: it hangs. */
const [patience, floor] = [5, 10_000];

setPriority(10);
let worker;

function ask(message, milliseconds) {
  worker ??= fork(new URL("./mutation/worker.mjs", import.meta.url), { cwd: root, silent: true });
  const asked = worker;
  return new Promise((resolve) => {
    const done = (answer) => {
      clearTimeout(timer);
      asked.removeAllListeners();
      if (answer === undefined) {
        asked.kill("SIGKILL");
        worker = undefined;
      }
      resolve(answer);
    };
    const timer = setTimeout(() => done(undefined), milliseconds);
    asked.once("message", ({ passed }) => done({ passed }));
    asked.once("exit", () => done(undefined));
    asked.send(message);
  });
}

const {
  values: { every },
  positionals: wanted,
} = parseArgs({ allowPositionals: true, options: { every: { type: "string", default: "1" } } });
const chosen = targets.filter(
  ({ group, file }) => wanted.length === 0 || wanted.some((part) => part === group || file.startsWith(part)),
);
const sums = new Map();
let failed = false;
for (const { group, file, tests } of chosen) {
  const began = Date.now();
  const whole = await ask({ file, tests }, 300_000);
  if (whole?.passed !== true) {
    console.error(`${file}: its tests don't pass without a change: ${tests.join(", ")}`);
    failed = true;
    continue;
  }
  const limit = (Date.now() - began) * patience + floor;
  const mutants = mutantsOf(file, readFileSync(`${root}/${file}`, "utf8"));
  const tried = [...mutants.keys()].filter((index) => index % Number(every) === 0);
  const survivors = [];
  for (const index of tried) {
    const answer = await ask({ file, tests, index }, limit);
    if (answer?.passed === true) survivors.push(mutants[index]);
  }
  const sum = sums.get(group) ?? { all: 0, seen: 0 };
  sums.set(group, { all: sum.all + tried.length, seen: sum.seen + tried.length - survivors.length });
  const minutes = ((Date.now() - began) / 60_000).toFixed(1);
  console.log(`${file}: ${tried.length - survivors.length} of ${tried.length} seen, ${minutes} min`);
  for (const { what } of survivors) console.log(`  ${what}`);
}
worker?.kill();
for (const [group, { all, seen }] of sums)
  console.log(`${group}: ${seen} of ${all}, ${Math.round((seen / all) * 100)} %`);
const total = [...sums.values()].reduce(
  (sum, { all, seen }) => ({ all: sum.all + all, seen: sum.seen + seen }),
  {
    all: 0,
    seen: 0,
  },
);
console.log(`all: ${total.seen} of ${total.all}, ${Math.round((total.seen / total.all) * 100)} %`);
process.exitCode = failed ? 1 : 0;
