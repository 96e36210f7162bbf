/** A change of port and check on the real engine: it fails, succeeds then, and is taken back, and no request is lost. */
import { join } from "node:path";
import { runProgram } from "../../support/bundle";
import { describeWithPulumi } from "../../support/engine";
import type { RealTraffic } from "../../support/traffic/real";

const of = (revision: string): object => ({
  revisions: [expect.stringMatching(new RegExp(`web:${revision}$`))],
});

describeWithPulumi("a published service", () => {
  test("loses no request by a failure, by the success after it, and where it is taken back", async () => {
    const { stdout } = await runProgram(join(__dirname, "../../support/traffic/real.ts"));
    const { runs, sent, lost, groups } = JSON.parse(stdout) as RealTraffic;
    expect(runs).toEqual([
      { code: 0, met: of("1") },
      { code: 5, met: of("1") },
      { code: 0, met: of("2") },
      { code: 5, met: of("2") },
      { code: 0, met: of("[3-9]") },
    ]);
    expect(lost).toEqual([]);
    expect(sent).toBeGreaterThan(20);
    expect(groups).toBe(1);
  });

  test("goes from rolling to canary, blue-green and rolling by updates alone, and loses no request", async () => {
    const { stdout } = await runProgram(join(__dirname, "../../support/traffic/real.ts"), "strategies");
    const { runs, lost, groups } = JSON.parse(stdout) as RealTraffic;
    expect(runs).toEqual(["1", "2", "3", "4"].map((revision) => ({ code: 0, met: of(revision) })));
    expect(lost).toEqual([]);
    expect(groups).toBe(2);
  });
});
