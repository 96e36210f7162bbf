import { join } from "node:path";
import { runProgram } from "../../support/bundle";
import { describeWithPulumi } from "../../support/engine";

describeWithPulumi("PulumiEngine and an aborted run", () => {
  test("lets what is in flight end, keeps it, and leaves no lock and nothing pending", async () => {
    const { stdout, stderr } = await runProgram(join(__dirname, "aborted-run.ts"));
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      kind: "cancelled",
      made: ["net"],
      locked: false,
      afterwards: { "shop-dev": "same", net: "same", a: "create" },
    });
  });
});
