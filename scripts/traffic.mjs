// npm run traffic -- [--seed N] [--count N] [--only N]: random changes of a published service (port, check, protocol, domain,
// image, size, strategy; they succeed, fail, are cancelled or killed) on the simulator, with a request to each address after each
// change of the cloud. A request that is lost ends the run with 1; stacks have ten changes each, and --only plays one.
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { prepare, root } from "./setup.mjs";

const { values: options } = parseArgs({
  options: {
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    count: { type: "string", default: "100" },
    only: { type: "string" },
  },
});
const [seed, count] = [Number(options.seed), Number(options.count)];
const only = options.only === undefined ? undefined : Number(options.only);
if (![seed, count, only ?? 0].every(Number.isSafeInteger)) {
  console.error("--seed, --count and --only take whole numbers");
  process.exit(2);
}

prepare();
const { build } = await import("esbuild");
const outdir = join(root, "node_modules/.cache/berth-tests/traffic");
await build({
  absWorkingDir: root,
  entryPoints: ["play", "player", "samples"].map((name) => `test/support/traffic/${name}.ts`),
  outdir,
  bundle: true,
  platform: "node",
  packages: "external",
  logLevel: "warning",
});
const require = createRequire(import.meta.url);
const { Player } = require(join(outdir, "player.js"));
const { findingsOf, randomPlays } = require(join(outdir, "samples.js"));

console.log(`seed ${seed}, ${count} changes`);
const started = Date.now();
const queue = randomPlays(seed, count)
  .map((play, at) => ({ play, at }))
  .filter(({ at }) => only === undefined || at === only);
const total = { runs: 0, sent: 0, findings: 0 };

async function work() {
  const player = new Player(join(outdir, "play.js"));
  for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
    const { play, at } = one;
    const played = await player.play(play);
    total.runs += played.length;
    for (const { sent } of played) total.sent += sent;
    const findings = findingsOf(play, played);
    total.findings += findings.length;
    if (findings.length === 0) continue;
    console.log(`stack ${at} (${play.options.mode}):\n  ${findings.join("\n  ")}`);
    for (const [index, step] of play.steps.entries())
      console.log(`  ${index} (exit code ${played[index].code}): ${JSON.stringify(step)}`);
  }
  player.close();
}

await Promise.all(Array.from({ length: Math.min(4, availableParallelism(), queue.length) }, work));
const seconds = Math.round((Date.now() - started) / 1000);
console.log(`${total.runs} runs in ${seconds} s, ${total.sent} requests: ${total.findings} findings`);
if (total.findings > 0) {
  console.log(`Again with: npm run traffic -- --seed ${seed} --count ${count} --only STACK`);
  process.exitCode = 1;
}
