/** What keeps `berth-cd` on the real engine from running: the exit code, and one clear line. */
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { describeWithPulumi } from "../../support/engine";
import { lockState, plainProject, realWorld, secrets, type RealWorld } from "./world";

describeWithPulumi("what berth-cd refuses on the real engine", () => {
  let world: RealWorld;
  beforeAll(async () => {
    world = await realWorld();
    writeFileSync(join(world.project, "compose.yaml"), plainProject);
  });
  afterAll(() => {
    world.close();
  });

  // Before and after the stack exists: the CLI is asked for the passphrase in different commands.
  test.each(["new", "existing"])("no passphrase, %s stack: exit 2 and the variable's name", async (stack) => {
    if (stack === "existing") expect((await world.real(["up"])).code).toBe(0);
    const { code, stderr, result } = await world.real(["up", "--force"], {}, ["PULUMI_CONFIG_PASSPHRASE"]);
    expect([code, result.outcome, result.error?.kind]).toEqual([2, "failed", "usage"]);
    expect(stderr.match(/^error: .*$/gm)).toEqual(["error: PULUMI_CONFIG_PASSPHRASE: no passphrase is set"]);
  });

  test("another passphrase: exit 2, and neither of the two is shown", async () => {
    const wrong = { PULUMI_CONFIG_PASSPHRASE: "wrong battery" };
    const { code, stdout, stderr } = await world.real(["up", "--force"], wrong);
    expect(code).toBe(2);
    expect(stderr).toMatch(/PULUMI_CONFIG_PASSPHRASE: the passphrase is not the one/);
    for (const text of [wrong.PULUMI_CONFIG_PASSPHRASE, secrets.passphrase])
      expect(stdout + stderr).not.toContain(text);
  });

  test.each([[["up", "--force"]], [["destroy"]], [["refresh"]], [["down"]]])(
    "%j of a locked stack: exit 6, who and since when; cancel frees it",
    async (argv) => {
      lockState(join(world.folder, "state"));
      const { code, stderr, result } = await world.real(argv);
      expect([code, result.error?.kind]).toEqual([6, "locked"]);
      expect(stderr).toMatch(
        /todo\/dev: the stack is locked by the pulumi CLI of ada@\S+ \(process \d+\) since \d{4}-\d\d-\d\dT/,
      );
      expect((await world.real(["cancel"])).result.outputs).toEqual({ cancelled: true });
      expect((await world.real(["cancel"])).result.outputs).toEqual({ cancelled: false });
    },
  );
});
