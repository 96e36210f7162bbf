// npm run bench -- [--rounds N] [--only PART] [--built FOLDER] [--cpu] [--large] [--json FILE]: times as ratios to something of the
// same run, each of medians and with its budget; ends with 1 where one is over. PART is scaling, start-up, reference,
// engine, archive or makespan; --built measures another build than dist/; --cpu takes the processors' time in place of the
// clock's for scaling, start-up, reference and engine, on a machine with other work; --large has engine take 402 resources too,
// one round of each; --json writes the rows, with the machine and the date.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { arch, cpus, release, totalmem, type } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { archiveBench } from "./bench/archive.mjs";
import { makespanBench } from "./bench/makespan.mjs";
import { realEngineBench } from "./bench/real-engine.mjs";
import { referenceLoaderBench } from "./bench/reference-loader.mjs";
import { scalingBench } from "./bench/scaling.mjs";
import { startUpBench } from "./bench/start-up.mjs";
import { childEnvironment, install, prepare, root } from "./setup.mjs";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    only: { type: "string", multiple: true },
    built: { type: "string" },
    cpu: { type: "boolean", default: false },
    large: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
const parts = {
  scaling: scalingBench,
  "start-up": startUpBench,
  reference: referenceLoaderBench,
  engine: realEngineBench,
  archive: archiveBench,
  makespan: makespanBench,
};
const chosen = options.only ?? Object.keys(parts);
const unknown = chosen.filter((part) => !Object.hasOwn(parts, part));
const rounds = Number(options.rounds);
if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
  console.error(
    unknown.length > 0
      ? `--only ${unknown.join(", ")}: the parts are ${Object.keys(parts).join(", ")}`
      : `--rounds ${options.rounds}: not a whole number of 1 or more`,
  );
  process.exit(2);
}

if (options.built === undefined) prepare();
else install();
const builtDir = resolve(options.built ?? `${root}/dist`);
// As the image has it.
if (options.built === undefined) spawnSync("node", [`${builtDir}/code.js`], { env: childEnvironment() });
const figure = options.cpu ? "cpu" : "wall";
const rows = [];

function print({ name, ratio, budget, ok, skipped }) {
  const cells =
    skipped === undefined
      ? [ratio.toFixed(2), String(budget), ok ? "ok  " : "OVER", name]
      : ["-", "-", "skip", `${name}: ${skipped}`];
  console.log([cells[0].padStart(8), cells[1].padStart(8), cells[2], cells[3]].join("  "));
}

console.log(["ratio".padStart(8), "budget".padStart(8), "ok? ", "what"].join("  "));
for (const part of chosen) {
  const tell = (row) => {
    print(row);
    rows.push({ part, ...row });
    if (row.ok === false) process.exitCode = 1;
  };
  const { large } = options;
  for (const row of await parts[part]({ builtDir, rounds, figure, large, tell })) tell(row);
}
if (options.json !== undefined) {
  const [{ model } = { model: "unknown" }] = cpus();
  const machine = `${cpus().length} × ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()} ${arch()}`;
  const report = { date: new Date().toISOString(), machine, rounds, figure, rows };
  writeFileSync(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
}
