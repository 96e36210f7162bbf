/** Loads the generator of src/simulator/cloud/always-outputs.ts: a module of its own, which jest's transform leaves alone. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** What the generator would write today. */
export function generatedOutputs(): string {
  const script = join(__dirname, "../../scripts/generate-simulated-outputs.mjs");
  const run = spawnSync(process.execPath, [script, "--print"], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout;
}
