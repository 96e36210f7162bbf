/** The built program at the latencies of the simulated AWS, in virtual time: what waits for what. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Result } from "../../src/report/result";
import { Workspace } from "../support/archives";
import { builtProgram } from "../support/program";

const root = join(__dirname, "../..");
const virtualTime = join(root, "test/support/virtual-time.cjs");
let workspace: Workspace;

beforeAll(() => {
  workspace = new Workspace();
});

afterAll(() => {
  workspace.remove();
});

interface Event {
  readonly time: string;
  readonly kind: string;
  readonly status?: string;
  readonly type?: string;
  readonly service?: string;
}

/** Its Result, and the seconds from the first event at which something was told first. */
async function played(command: string, example: string) {
  const events = join(workspace.path, `${example}-${command}.ndjson`);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      ...["--require", virtualTime, builtProgram("berth-cd")],
      ...[command, "--simulate", "--json", join(root, "examples", example)],
    ],
    {
      env: {
        ...{ PATH: process.env["PATH"], HOME: workspace.path, BERTH_SIMULATE_LATENCY: "1" },
        BERTH_EVENTS: events,
      },
    },
  );
  const told = readFileSync(events, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Event);
  const [first] = told;
  const at = (is: (event: Event) => boolean): number => {
    const found = told.find(is);
    if (found === undefined || first === undefined) throw new Error("it was never told");
    return (Date.parse(found.time) - Date.parse(first.time)) / 1_000;
  };
  return { result: JSON.parse(stdout) as Result, at };
}

test("a service is followed while its distribution is made, and the run ends with the later of the two", async () => {
  const { result, at } = await played("up", "hello");
  const isDistribution = ({ type, status }: Event): boolean =>
    type === "aws:cloudfront/distribution:Distribution" && status === "done";
  const steady = at(({ kind, status }) => kind === "service" && status === "steady");
  const distributed = at(isDistribution);
  expect(steady).toBeLessThan(distributed);
  expect(result.seconds).toBeLessThan(distributed + 2);
  expect(result.criticalPath?.map(({ component }) => component)).toEqual(["network", "entry"]);
});

test("a run's critical path is as long as the run: the database, then what asks it", async () => {
  const { result } = await played("up", "todo");
  const path = result.criticalPath ?? [];
  expect(path.map(({ component }) => component)).toEqual(["network", "db", "web", "worker"]);
  const whole = path.reduce((sum, { seconds }) => sum + seconds, 0);
  expect(whole).toBeGreaterThan(result.seconds * 0.95);
  expect(whole).toBeLessThanOrEqual(result.seconds);
});
