/** One call in five meets a fault: every run ends right, or with exit code 5 and a state that the next run goes on from. */
import { join } from "node:path";
import { runProgram } from "../../support/bundle";
import { startEmulator, type Emulator } from "../../support/emulator";
import { faults } from "../../support/fault-proxy";
import type { FaultRun, FaultRuns } from "./runs";

/** Runs of a small project, five at a time, each with some sixty calls and their waits. The workflow has fifty. */
const runCount = Number(process.env["FAULT_RUNS"] ?? 20);
jest.setTimeout(runCount * 45_000);

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});

afterAll(async () => {
  await emulator.stop();
});

/**
 * Whether a run, of one in some hundred, met six faults in a row when it took its lease or gave it back, and says so: it does
 * not know whether the lease is there, and the next run is refused until it is over.
 */
function isShutOut({ code, stderr, left }: FaultRun): boolean {
  return (
    code === 5 &&
    left.length === 1 &&
    left.every((key) => /\/leases\//.test(key) && stderr.includes(`/${key}: `))
  );
}

test(`${runCount} of ${runCount} runs end right or with exit code 5, and none hangs`, async () => {
  const seed = Number(process.env["FAULT_SEED"] ?? 1);
  const { stdout } = await runProgram(
    join(__dirname, "runs.ts"),
    JSON.stringify(emulator.env),
    String(runCount),
    String(seed),
  );
  const { runs, met } = JSON.parse(stdout) as FaultRuns;
  expect(runs).toHaveLength(runCount);
  for (const fault of faults) expect(met[fault]).toBeGreaterThan(runCount / 5);
  const wrong = runs.filter((run) => {
    const { isToFail, code, astray, left, next } = run;
    const goesOn = isShutOut(run) ? next === 6 : left.length === 0 && next === 0;
    return !(isToFail ? [5] : [0, 5]).includes(code) || astray.length > 0 || !goesOn;
  });
  expect(wrong).toEqual([]);
  const [failing, others] = [true, false].map((fails) => runs.filter(({ isToFail }) => isToFail === fails));
  // A call is tried six times: a run that gives up is the exception.
  expect(others?.filter(({ code }) => code === 0).length).toBeGreaterThan((others?.length ?? 0) * 0.8);
  // Most fail of their service, which is told as without faults.
  const told =
    failing?.filter(({ stderr }) =>
      /error: services\.web: the program ended with exit code 1/.test(stderr),
    ) ?? [];
  expect(told.length).toBeGreaterThan((failing?.length ?? 0) * 0.5);
});
