/** A stack that takes itself down, on the simulator. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/wiring/clock";
import { SimulatorEngine } from "../../src/simulator/engine/engine";
import type { SimulatedAws } from "../../src/simulator/cloud/aws";
import type { StoredResource } from "../../src/simulator/cloud/store";
import { cd, type Ran } from "../support/cd";

const scheduleType = "aws:scheduler/schedule:Schedule";
const noon = Date.UTC(2026, 0, 2, 12);
const hour = 3_600_000;

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "berth-ttl-"));
  mkdirSync(join(home, "shop"));
  writeFileSync(join(home, "shop/compose.yaml"), "name: shop\nservices: { web: { image: nginx } }\n");
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function run(command: string, ttl: string, hours = 0): Promise<Ran> {
  return cd([command, "--simulate", "--json"], {
    env: { HOME: home, BERTH_TTL: ttl },
    cwd: join(home, "shop"),
    deps: (real) => ({ ...real, clock: { ...real.clock, now: () => noon + hours * hour } }),
  });
}

function cloudOf(): SimulatedAws {
  const stateDirectory = join(home, ".berth/simulator");
  const engine = new SimulatorEngine({ stateDirectory, region: "us-east-1", clock: systemClock });
  return engine.cloud({ project: "shop", stack: "dev" });
}

const schedules = (): readonly StoredResource[] => cloudOf().all(scheduleType);
const time = (): unknown => schedules()[0]?.outputs["scheduleExpression"];

test("one start of the same version's down, in the CD task's place, that leaves nothing behind", async () => {
  expect((await run("up", "12h")).code).toBe(0);
  const [schedule] = schedules();
  expect(schedule?.outputs).toMatchObject({
    name: "shop-dev-down",
    scheduleExpression: "at(2026-01-03T00:00:00)",
    scheduleExpressionTimezone: "UTC",
    actionAfterCompletion: "DELETE",
    target: {
      arn: "arn:aws:ecs:us-east-1:123456789012:cluster/berth-cd",
      roleArn: "arn:aws:iam::123456789012:role/berth-cd/berth-cd-SchedulerRole",
      ecsParameters: {
        taskDefinitionArn: "arn:aws:ecs:us-east-1:123456789012:task-definition/berth-cd:1",
        launchType: "FARGATE",
      },
    },
  });
  const target = schedule?.outputs["target"] as { readonly input: string };
  expect(JSON.parse(target.input)).toEqual({
    containerOverrides: [
      {
        name: "berth-cd",
        command: ["down"],
        environment: [
          { name: "BERTH_PROJECT", value: "shop" },
          { name: "BERTH_STACK", value: "dev" },
        ],
      },
    ],
  });
});

test("a run puts it off, also one that has nothing to change and starts no engine", async () => {
  await run("up", "12h");
  const same = await run("up", "12h", 2);
  expect(same.result).toMatchObject({ outcome: "unchanged", changes: { update: 0 } });
  expect(same.stderr).toContain("The stack removes itself at 2026-01-03T02:00:00Z");
  expect(time()).toBe("at(2026-01-03T02:00:00)");
});

test("without the variable the stack keeps its time to live, and a run puts it off; never takes it away", async () => {
  await run("up", "12h");
  await run("up", "", 3);
  expect(time()).toBe("at(2026-01-03T03:00:00)");
  // Now without a change of the variable either.
  await run("up", "", 4);
  expect(time()).toBe("at(2026-01-03T04:00:00)");
  expect((await run("up", "never")).result.changes).toMatchObject({ delete: 2 });
  expect(schedules()).toEqual([]);
  expect((await run("up", "")).code).toBe(0);
  expect(schedules()).toEqual([]);
});

test("a schedule that somebody has deleted is made again", async () => {
  await run("up", "12h");
  await cloudOf().delete(scheduleType, schedules()[0]?.id ?? "");
  const again = await run("up", "12h", 1);
  expect(again.code).toBe(0);
  expect((await run("up", "12h", 2)).code).toBe(0);
});

test("it goes with the stack", async () => {
  await run("up", "7d");
  expect((await run("down", "7d")).code).toBe(0);
  expect(cloudOf().list()).toEqual([]);
});
