import { ChangesSoFar } from "../../../src/report/result";

test("a run that is ended early remembers what had failed before, once", () => {
  const soFar = new ChangesSoFar();
  const component = { kind: "store", name: "cache" } as const;
  soFar.take({ kind: "diagnostic", severity: "error", message: "AWS refuses it", component });
  soFar.take({ kind: "diagnostic", severity: "error", message: "known already", component });
  soFar.take({ kind: "diagnostic", severity: "warning", message: "slow", component });
  expect(soFar.failures(new Error("ended by SIGTERM; known already"))).toEqual([
    { path: "cache", message: "AWS refuses it" },
  ]);
});
