import { join } from "node:path";
import { runProgram } from "../../support/bundle";
import { describeWithPulumi } from "../../support/engine";

describeWithPulumi("one-off tasks on the real engine", () => {
  let found: Readonly<Record<string, unknown>>;
  let stderr: string;

  beforeAll(async () => {
    const run = await runProgram(join(__dirname, "one-off-programs.ts"));
    found = JSON.parse(run.stdout) as typeof found;
    stderr = run.stderr;
  });

  test("a preview runs nothing; a migration that fails fails the run, and what waits for it is not made", () => {
    expect(found["failed"]).toMatchObject({
      preview: "succeeded",
      up: "failed",
      course: ["migrate started", "migrate failed"],
      failures: ["the program ended with exit code 3: Essential container in task exited"],
    });
  });

  test("the next run makes it after the migration, and waits for the task that nobody waits for", () => {
    expect(found["next"]).toMatchObject({
      preview: "succeeded",
      up: "succeeded",
      course: ["migrate started", "migrate succeeded", "service web started", "service web done"],
      failures: [],
      reported: true,
    });
  });

  test("and the one after that migrates again, and changes nothing", () => {
    expect(found["again"]).toMatchObject({
      up: "succeeded",
      course: ["migrate started", "migrate succeeded"],
    });
  });

  test("the process says nothing of its own", () => {
    expect(stderr).toBe("");
  });
});
