/**
 * A program of its own, run by tests: deploys projects on the simulator, one after the other, and writes their plans.
 * In a process without jest, whose hooks make each of Pulumi's promises several times as slow.
 *
 * argv: a folder, which holds `jobs.json` and takes `<job's index>.json`, and the homes of the runs.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cd } from "../cd";
import type { PlanJob, PlanOutcome } from "./plans";

// Pulumi takes the stack of each promise that it makes.
Error.stackTraceLimit = 0;

async function main(folder: string): Promise<void> {
  const jobs = JSON.parse(readFileSync(join(folder, "jobs.json"), "utf8")) as readonly PlanJob[];
  for (const [index, { directory, env }] of jobs.entries()) {
    const plan = join(folder, `${index}.plan.json`);
    const home = join(folder, `home-${index}`);
    const ran = await cd(["up", "--simulate", "--json", "--plan", plan, directory], {
      env: { HOME: home, ...env },
    });
    const outcome: PlanOutcome = { code: ran.code, stderr: ran.stderr };
    writeFileSync(join(folder, `${index}.json`), JSON.stringify(outcome));
  }
}

void main(process.argv[2] ?? "");
