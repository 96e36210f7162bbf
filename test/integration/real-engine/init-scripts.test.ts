/** A database's script of its first start that fails on the real engine. */
import { join } from "node:path";
import { runProgram } from "../../support/bundle";
import { describeWithPulumi } from "../../support/engine";

interface Left {
  readonly code: number;
  readonly stderr: string;
  readonly result: { readonly outcome: string; readonly changes: object };
  readonly services: readonly string[];
}

describeWithPulumi("a script that fails", () => {
  test("is told with its last lines, keeps back who uses the database, and the next run goes on", async () => {
    const { stdout } = await runProgram(join(__dirname, "failing-script.ts"));
    const { first, again, next, down } = JSON.parse(stdout) as Readonly<
      Record<"first" | "again" | "next" | "down", Left>
    >;
    for (const failed of [first, again]) {
      expect([failed.code, failed.result.outcome, failed.services]).toEqual([5, "failed", []]);
      expect(failed.stderr).toContain("error: services.db-init: the program ended with exit code 1");
      expect(failed.stderr).toMatch(
        /running 002-items\.sql\n.*relation "items" already exists\n.*002-items\.sql failed: correct it, and run berth up, which goes on with it/,
      );
    }
    expect([next.code, next.services]).toEqual([0, ["web"]]);
    expect(next.result.changes).toMatchObject({ replace: 0, delete: 0 });
    expect([down.code, down.services]).toEqual([0, []]);
  });
});
