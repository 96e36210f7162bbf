/**
 * A program of its own, run by tests: deploys projects on the simulator, one after the other, and writes their plans.
 * In a process without jest, whose hooks make each of Pulumi's promises several times as slow.
 *
 * Several of them share one folder's jobs.
 *
 * argv: a folder, which holds `jobs.json` and takes `<job's index>.json`, and the homes of the runs.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { cd } from "../cd";
import type { PlanJob, PlanOutcome } from "./plans";

// Pulumi takes the stack of each promise that it makes.
Error.stackTraceLimit = 0;

/** Takes a job, where no other process of this run has it. */
function takes(folder: string, index: number): boolean {
  try {
    mkdirSync(join(folder, `home-${index}`));
    return true;
  } catch {
    return false;
  }
}

async function main(folder: string): Promise<void> {
  const list = join(folder, "jobs.json");
  const jobs = JSON.parse(readFileSync(list, "utf8")) as readonly PlanJob[];
  const outcome = (index: number): string => join(folder, `${index}.json`);
  const end = (index: number, made: PlanOutcome): void => {
    writeFileSync(`${outcome(index)}.new`, JSON.stringify(made));
    renameSync(`${outcome(index)}.new`, outcome(index));
  };
  let current: number | undefined;
  process.on("exit", (code) => {
    if (current !== undefined) end(current, { code: code || 1, stderr: "its process ended\n" });
  });
  for (const [index, { directory, env }] of jobs.entries()) {
    if (!takes(folder, index)) continue;
    current = index;
    const plan = join(folder, `${index}.plan.json`);
    const home = join(folder, `home-${index}`);
    const { code, stderr } = await cd(["up", "--simulate", "--json", "--plan", plan, directory], {
      env: { HOME: home, ...env },
    });
    end(index, { code, stderr });
    current = undefined;
  }
  // The others' last ones are on their way. The run's end removes the folder.
  while (existsSync(list) && !jobs.every((_, index) => existsSync(outcome(index)))) await setTimeout(100);
}

void main(process.argv[2] ?? "");
