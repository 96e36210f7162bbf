import {
  allChanges,
  changing,
  dataReplacements,
  expectedOutcomes,
  nameOf,
  outcomes,
} from "../../../support/changes";
import { failureOf, SimulatorBench } from "../../../support/simulator-bench";

let bench: SimulatorBench;
beforeEach(() => {
  bench = new SimulatorBench();
});
afterEach(() => {
  bench.remove();
});

test("there are at least 30 pairs of type and field, of both kinds", () => {
  expect(new Set(allChanges.map(nameOf)).size).toBe(allChanges.length);
  for (const op of ["update", "replace"])
    expect(allChanges.filter((change) => change.op === op).length).toBeGreaterThan(20);
});

test("one changed field is updated or replaced as AWS does, in a preview and in a run", async () => {
  await bench.up(changing(allChanges, false));
  const foreseen = await bench.preview(changing(allChanges, true));
  expect(outcomes(foreseen, allChanges)).toEqual(expectedOutcomes(allChanges));
  const done = await bench.up(changing(allChanges, true));
  expect(outcomes(done, allChanges)).toEqual(expectedOutcomes(allChanges));
  expect(bench.held()).toEqual(bench.recorded());
  const again = await bench.up(changing(allChanges, true));
  expect(again.steps.filter(({ op }) => op !== "same")).toEqual([]);
});

test("what holds data is not replaced: each of them is told, with the field", async () => {
  await bench.up(changing(dataReplacements, false, true));
  const before = bench.held();
  const error = await failureOf(bench.preview(changing(dataReplacements, true, true)));
  expect(error.kind).toBe("deployment");
  for (const change of dataReplacements) {
    const told = error.problems.filter(({ path = "" }) => path.endsWith(`::${nameOf(change)}`));
    expect(told.map(({ message }) => message)).toEqual([expect.stringContaining(change.field)]);
  }
  await failureOf(bench.up(changing(dataReplacements, true, true)));
  expect(bench.held()).toEqual(before);
});
