/** Services on a schedule through the whole command, on the simulator: what is declared, changed, paused and taken down. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plan } from "../../src/app/plan";
import { SimulatorEngine } from "../../src/simulator/engine/engine";
import type { SimulatedAws } from "../../src/simulator/cloud/aws";
import type { StoredResource } from "../../src/simulator/cloud/store";
import { systemClock } from "../../src/wiring/clock";
import { cd, type Ran } from "../support/cd";

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "berth-schedules-"));
  mkdirSync(join(home, "shop"));
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function write(...services: readonly string[]): void {
  const lines = ["name: shop", "services:", ...services.map((line) => `  ${line}`)];
  writeFileSync(join(home, "shop/compose.yaml"), lines.join("\n"));
}

function run(command: string, ...more: readonly string[]): Promise<Ran> {
  return cd([command, ...more, "--simulate", "--json"], { env: { HOME: home }, cwd: join(home, "shop") });
}

function cloud(): SimulatedAws {
  const stateDirectory = join(home, ".berth/simulator");
  const engine = new SimulatorEngine({ stateDirectory, region: "us-east-1", clock: systemClock });
  return engine.cloud({ project: "shop", stack: "dev" });
}

const schedules = (): readonly StoredResource[] => cloud().all("aws:scheduler/schedule:Schedule");
const machines = (): readonly StoredResource[] => cloud().all("aws:sfn/stateMachine:StateMachine");
const arn = (name: string): string => `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`;

const web = "web: { image: nginx, ports: ['80'] }";
const job = (schedule: string, more = ""): string =>
  `job: { image: "app:1", command: [report], x-schedule: ${schedule}${more} }`;

test("one schedule starts the state machine, which starts the task; nothing keeps it running", async () => {
  write(web, job("{ cron: '0 3 * * *', timezone: Europe/Berlin }"));
  const { code, result } = await run("up");
  expect(code).toBe(0);
  expect(result.outputs).toMatchObject({
    services: { job: { kind: "schedule", schedule: "0 3 * * *", timezone: "Europe/Berlin" } },
  });
  expect(schedules().map(({ outputs }) => outputs)).toMatchObject([
    {
      name: "shop-dev-job-runs",
      scheduleExpression: "cron(0 3 * * ? *)",
      scheduleExpressionTimezone: "Europe/Berlin",
      state: "ENABLED",
      target: { arn: arn("shop-dev-job-runs"), input: "{}" },
    },
  ]);
  const [machine] = machines();
  const definition = JSON.parse(String(machine?.outputs["definition"])) as { States: { Run: object } };
  const [definitionOfTask] = cloud()
    .all("aws:ecs/taskDefinition:TaskDefinition")
    .filter(({ outputs }) => outputs["family"] === "shop-dev-job");
  expect(definition.States.Run).toMatchObject({
    Arguments: { TaskDefinition: definitionOfTask?.outputs["arn"], LaunchType: "FARGATE" },
  });
  expect(cloud().all("aws:ecs/service:Service")).toHaveLength(1);
  expect(cloud().all("aws:servicediscovery/service:Service")).toHaveLength(1);
});

test("cron's either of two days: two schedules, which name the run by its time", async () => {
  write(job("'0 3 13 * 5'"));
  expect((await run("up")).code).toBe(0);
  expect(schedules().map(({ outputs }) => [outputs["name"], outputs["scheduleExpression"]])).toEqual([
    ["shop-dev-job-runs", "cron(0 3 13 * ? *)"],
    ["shop-dev-job-runs-weekday", "cron(0 3 ? * FRI *)"],
  ]);
  for (const { outputs } of schedules())
    expect(outputs["target"]).toMatchObject({
      arn: arn("shop-dev-job-once"),
      input: '{"scheduled":"<aws.scheduler.scheduled-time>"}',
    });
  expect(
    machines()
      .map(({ id }) => id)
      .sort(),
  ).toEqual([arn("shop-dev-job-once"), arn("shop-dev-job-runs")]);
});

test("a change of its times or its image is an update in place; 0 replicas pause it", async () => {
  write(job("'@daily'"));
  await run("up");
  write(job("{ every: 2h, timeout: 10m, retries: 1 }", ", deploy: { replicas: 0 }"));
  const { code, result } = await run("up");
  expect([code, result.changes]).toMatchObject([0, { create: 0, replace: 0, delete: 0 }]);
  expect(schedules().map(({ outputs }) => outputs)).toMatchObject([
    { scheduleExpression: "rate(2 hours)", state: "DISABLED" },
  ]);
  expect(String(machines()[0]?.outputs["definition"])).toContain('"TimeoutSeconds":600');
});

test("a preview tells of its changes in the words of the file", async () => {
  write(job("{ cron: '@daily', retries: 1 }"));
  await run("up");
  const reasons = async (): Promise<unknown> => {
    const plan = join(home, "plan.json");
    expect((await run("preview", "--plan", plan)).code).toBe(0);
    const { summary = [] } = JSON.parse(readFileSync(plan, "utf8")) as Plan;
    return summary.find(({ service }) => service === "job")?.reasons;
  };
  write(job("{ cron: '0 3 * * *', timezone: Europe/Berlin, overlap: allow, timeout: 10m }"));
  expect(await reasons()).toEqual(
    expect.arrayContaining([
      { path: "services.job.x-schedule", from: "cron(0 0 * * ? *)", to: "cron(0 3 * * ? *)" },
      { path: "services.job.x-schedule.timezone", from: "UTC", to: "Europe/Berlin" },
      {
        path: "services.job.x-schedule",
        from: "overlap skip, 1 retry",
        to: "overlap allow, timeout 600 s, 0 retries",
      },
    ]),
  );
  write(job("{ cron: '@daily', retries: 1 }", ", deploy: { replicas: 0 }"));
  expect(await reasons()).toEqual([{ path: "services.job.deploy.replicas", from: "1", to: "0" }]);
});

test("a service becomes a scheduled one and back, and a schedule that leaves the file goes", async () => {
  write(web, "job: { image: 'app:1', restart: always }");
  expect((await run("up")).code).toBe(0);
  write(web, job("'@daily'"));
  // Its role goes on; its task definition has a new revision.
  const { code, result } = await run("up");
  expect([code, result.changes]).toMatchObject([0, { replace: 1 }]);
  expect(cloud().all("aws:ecs/service:Service")).toHaveLength(1);
  write(web, "job: { image: 'app:1', restart: always }");
  expect((await run("up")).code).toBe(0);
  expect([schedules().length, machines().length]).toEqual([0, 0]);
  write(web, job("'@daily'"));
  await run("up");
  write(web);
  expect((await run("up")).code).toBe(0);
  expect([schedules().length, machines().length]).toEqual([0, 0]);
});

test("what it waits for comes before its runs change, and down takes everything", async () => {
  write(
    'migrate: { image: "app:1", restart: "no" }',
    job("'@daily'", ", depends_on: { migrate: { condition: service_completed_successfully } }"),
  );
  expect((await run("up")).code).toBe(0);
  expect((await run("down")).code).toBe(0);
  expect([schedules().length, machines().length]).toEqual([0, 0]);
});

test("a time zone that only AWS refuses, and every slip of the file, is told with its key", async () => {
  write(web, job("'61 3 * * *'"));
  const { code, result } = await run("preview");
  expect(code).toBe(3);
  expect(result.error).toMatchObject({
    kind: "project",
    message: expect.stringContaining("services.job.x-schedule") as string,
  });
});

test("a service called down has a schedule beside the one that ends the stack", async () => {
  write('down: { image: "app:1", x-schedule: "@daily" }');
  const ran = await cd(["up", "--simulate", "--json"], {
    env: { HOME: home, BERTH_TTL: "12h" },
    cwd: join(home, "shop"),
  });
  expect(ran.code).toBe(0);
  expect(
    schedules()
      .map(({ outputs }) => outputs["name"])
      .sort(),
  ).toEqual(["shop-dev-down", "shop-dev-down-runs"]);
});
