/** What a run prints: a table of counts by stage, what is the emulator's, what was left out, and faults. */
import Table from "cli-table3";
import type { Difference } from "./differences";
import type { LeftOut } from "./left-out";
import { faultsOf, type CaseRun } from "./run";
import { stages, type StageResult } from "./stages";

export interface NamedRun {
  readonly name: string;
  readonly run: CaseRun;
}

/** `resources passed/went in, seconds` of each stage, a row for each case. */
export function tableOf(runs: readonly NamedRun[]): string {
  const table = new Table({
    head: ["case", ...stages, "emulator's", "faults"],
    style: { head: [], border: [] },
  });
  for (const { name, run } of runs) {
    const byStage = new Map(run.stages.map((result) => [result.stage, result]));
    const emulators = run.stages.flatMap(({ findings }) => findings.filter(({ difference }) => difference));
    table.push([
      name,
      ...stages.map((stage) => countsOf(byStage.get(stage))),
      emulators.length,
      faultsOf(run).length,
    ]);
  }
  return table.toString();
}

function countsOf(result: StageResult | undefined): string {
  if (result === undefined) return "";
  const { passed, total, seconds } = result;
  return `${passed.size}/${total.size} ${Math.round(seconds)} s`;
}

/** How many types came through a stage, over all runs. */
export function countsByStage(runs: readonly NamedRun[]): string {
  const counts = stages.flatMap((stage) => {
    const results = runs.flatMap(({ run }) => run.stages.filter((result) => result.stage === stage));
    if (results.length === 0) return [];
    const types = (pick: (result: StageResult) => ReadonlySet<string>): number =>
      new Set(results.flatMap((result) => [...pick(result)].map((address) => address.split(".")[0]))).size;
    const total = results.reduce((sum, { passed }) => sum + passed.size, 0);
    return `${stage} ${total} resources, ${types(({ passed }) => passed)} of ${types((result) => result.total)} types`;
  });
  return counts.join("; ");
}

export function leftOutLines(runs: readonly NamedRun[]): readonly string[] {
  const entries = new Set<LeftOut>(runs.flatMap(({ run }) => [...(run.conversion?.leftOut ?? [])]));
  return [...entries].map(({ type, property, since }) => `${type}.${property} (since ${since})`);
}

/** Each difference of the emulator once, with the places where it was met. */
export function differenceLines(runs: readonly NamedRun[]): readonly string[] {
  const met = new Map<Difference, Set<string>>();
  for (const { run } of runs) {
    for (const { difference, address } of run.stages.flatMap(({ findings }) => findings)) {
      if (difference === undefined) continue;
      const places = met.get(difference) ?? new Set();
      met.set(difference, places.add(address));
    }
  }
  return [...met].map(([{ why }, places]) => `${why} (${[...places].sort().join(", ")})`);
}
