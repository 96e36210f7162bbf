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
  });

  test.each([
    ["throwsBerthError", "project", [{ path: "services.api", message: "too large" }]],
    ["throwsError", "deployment", [{ message: "out of cheese" }]],
    ["rejectsWithBerthError", "build", [{ message: "no space left" }]],
    ["rejectsWithError", "deployment", [{ message: "the build of api failed" }]],
  ])("%s ends as %s", (name, kind, problems) => {
    expect(found[name]).toEqual({ kind, problems });
  });

  test("while a program runs errors take no stack traces, but for ours; then the limit is what it was", () => {
    const ours = expect.stringMatching(/^lookingProgram|^program/) as string;
    const none = { limits: [0, 0], frames: [null, ours], after: 17, logged: [] };
    expect(found["stack traces at warn"]).toEqual(none);
  });

  test("at LOG_LEVEL=debug every error takes its own, which the log gets of what is thrown", () => {
    const seen = found["stack traces at debug"];
    expect(seen).toMatchObject({
      limits: [17, 17],
      frames: [expect.any(String), expect.any(String)],
      after: 17,
    });
    expect(seen).toHaveProperty(
      "logged",
      expect.arrayContaining([expect.stringMatching(/^TypeError: x is undefined\n +at /)]),
    );
  });

  test("the process lives on, says nothing of its own, and the next run goes on from there", () => {
    expect(found["afterwards"]).toEqual({ "shop-dev": "same", net: "same", a: "create" });
    expect(stderr).toBe("");
  });
});
