import { join } from "node:path";
import { runProgram } from "../../support/bundle";
import { describeWithPulumi } from "../../support/engine";

describeWithPulumi("PulumiEngine and programs that throw", () => {
  let found: Readonly<Record<string, unknown>>;
  let stderr: string;

  beforeAll(async () => {
    const run = await runProgram(join(__dirname, "throwing-programs.ts"));
    found = JSON.parse(run.stdout) as typeof found;
    stderr = run.stderr;
  }, 60_000);

  test.each([
    ["throwsBerthError", "project", [{ path: "services.api", message: "too large" }]],
    ["throwsError", "deployment", [{ message: "out of cheese" }]],
    ["rejectsWithBerthError", "build", [{ message: "no space left" }]],
    ["rejectsWithError", "deployment", [{ message: "the build of api failed" }]],
  ])("%s ends as %s", (name, kind, problems) => {
    expect(found[name]).toEqual({ kind, problems });
  });

  test("the process lives on, says nothing of its own, and the next run goes on from there", () => {
    expect(found["afterwards"]).toEqual({ "shop-dev": "same", net: "same", a: "create" });
    expect(stderr).toBe("");
  });
});
