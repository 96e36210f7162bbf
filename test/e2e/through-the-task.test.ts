/**
 * `berth` against an account that is an emulator: from `bootstrap` to the URLs, with the CD task a `berth-cd` process
 * that ECS starts.
 */
import type { ChildProcess } from "node:child_process";
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AwsClients } from "../../src/aws/clients";
import type { Result } from "../../src/report/result";
import { Workspace } from "../support/archives";
import { bundle } from "../support/bundle";
import { startEmulator, type Emulator } from "../support/emulator";
import { clientsOf } from "../support/emulator/clients";
import { program, type Finished } from "../support/program";

const bucket = "berth-cd-bucket-123456789012-us-east-1";
let emulator: Emulator;
let clients: AwsClients;
let workspace: Workspace;
let project: string;

beforeAll(async () => {
  workspace = new Workspace();
  const homeOfTasks = join(workspace.path, "tasks");
  mkdirSync(homeOfTasks);
  const task = join(__dirname, "../support/emulator/cd-task.mjs");
  const failing = await bundle(join(__dirname, "failing-build.ts"));
  emulator = await startEmulator({
    programs: {
      "berth-cd:1": [process.execPath, task, join(__dirname, "../../dist/berth-cd.js"), homeOfTasks],
      "berth-cd:failing": [process.execPath, task, failing, join(homeOfTasks, "failing")],
    },
  });
  clients = clientsOf(emulator);
  project = join(workspace.path, "todo");
  cpSync(join(__dirname, "../../examples/todo"), project, { recursive: true });
});

afterAll(async () => {
  await clients.close();
  await emulator.stop();
  workspace.remove();
});

interface Options {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly started?: (child: ChildProcess) => void;
}

function berth(argv: readonly string[], { env, cwd = project, started }: Options = {}): Promise<Finished> {
  return program("berth", argv, {
    cwd,
    env: { ...emulator.env, HOME: workspace.path, ...env },
    ...(started === undefined ? {} : { started }),
  });
}

async function uploads(): Promise<readonly string[]> {
  const { Contents = [] } = await (await clients.s3()).listObjectsV2({ Bucket: bucket, Prefix: "uploads/" });
  return Contents.map(({ Key = "" }) => Key);
}

async function taskCount(): Promise<number> {
  const ecs = await clients.ecs();
  const listed = await Promise.all(
    (["RUNNING", "STOPPED"] as const).map((desiredStatus) =>
      ecs.listTasks({ cluster: "berth-cd", desiredStatus }),
    ),
  );
  return listed.flatMap(({ taskArns = [] }) => taskArns).length;
}

test("an account that was never made ready is told so", async () => {
  const { code, stderr } = await berth(["up"]);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/run berth bootstrap once/) as string]);
});

test("bootstrap", async () => {
  const { code, stderr } = await berth(["bootstrap", "--image", "berth-cd:1"]);
  expect([code, stderr]).toEqual([0, expect.stringContaining("The account is ready") as string]);
});

test("a secret that is not set is refused before anything is uploaded", async () => {
  const { code, stderr } = await berth(["up"]);
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/POSTGRES_PASSWORD: the secret is not set/) as string,
  ]);
  expect(await uploads()).toEqual([]);
});

test("up, from a folder below the compose file: uploaded, run as a task, followed to the URLs", async () => {
  const secrets = workspace.write("POSTGRES_PASSWORD=hidden00\n", "secrets.env");
  expect((await berth(["secret", "set", "--env-file", secrets, "POSTGRES_PASSWORD"])).code).toBe(0);
  const up = await berth(["up"], { cwd: join(project, "web") });
  expect(up).toMatchObject({ code: 0 });
  expect(up.stderr).toMatch(/Uploading the project[\s\S]*Started the CD task [\w-]+ for todo\/dev/);
  expect(up.stdout).toMatch(/^web: created, 1 of 1 running$/m);
  expect(up.stdout).toMatch(/Page of this run: s3:\S+\.html\nweb +https:\/\/\w+\.cloudfront\.net\n$/);
  expect(await uploads()).toEqual([expect.stringMatching(/^uploads\/[0-9a-f]{64}\.tar\.gz$/) as string]);
  expect(up.stdout + up.stderr).not.toContain("hidden00");
});

test("the same again finds its archive, and --json puts the Result on stdout alone", async () => {
  const before = await uploads();
  const up = await berth(["up", "--json"]);
  expect([up.code, up.stderr]).toEqual([
    0,
    expect.stringContaining("The archive is there already") as string,
  ]);
  expect(up.stdout.trimEnd().split("\n")).toHaveLength(1);
  expect(up.result).toMatchObject({ command: "up", project: "todo", stack: "dev", outcome: "unchanged" });
  expect(await uploads()).toEqual(before);
});

test("preview brings the plan", async () => {
  const plan = join(workspace.path, "plan.json");
  const { code } = await berth(["preview", "--plan", plan]);
  expect(code).toBe(0);
  expect(JSON.parse(readFileSync(plan, "utf8"))).toMatchObject({ project: "todo", stack: "dev" });
});

test("variables of the shell reach the task as far as the project names them, and secrets don't", async () => {
  const env = { POSTGRES_PASSWORD: "shell-secret", UNRELATED: "unrelated", BERTH_MODE: "affordable" };
  const { code } = await berth(["preview"], { env });
  expect(code).toBe(0);
  const ecs = await clients.ecs();
  const { taskArns = [] } = await ecs.listTasks({ cluster: "berth-cd", desiredStatus: "STOPPED" });
  const { tasks = [] } = await ecs.describeTasks({ cluster: "berth-cd", tasks: taskArns });
  const all = JSON.stringify(tasks.map(({ overrides }) => overrides));
  expect(all).toContain('"BERTH_MODE","value":"affordable"');
  expect(all).not.toMatch(/shell-secret|unrelated|AWS_SECRET/);
});

test("a failing build: exit code 4, with the build's last lines", async () => {
  expect((await berth(["bootstrap", "--image", "berth-cd:failing", "--yes"])).code).toBe(0);
  const up = await berth(["up"]);
  expect([up.code, up.stdout]).toEqual([
    4,
    expect.stringContaining("npm ERR! missing script: build") as string,
  ]);
  expect(up.stderr).toContain("Failed (exit code 4)");
  expect((await berth(["bootstrap", "--image", "berth-cd:1", "--yes"])).code).toBe(0);
});

/** A run that is slow enough to be met. */
const slow = { BERTH_SIMULATE_LATENCY: "0.05" };

/** Does something once the run has begun to make things. */
function whenCreating(work: (child: ChildProcess) => void): (child: ChildProcess) => void {
  return (child) => {
    let seen = false;
    child.stdout?.on("data", (text: string) => {
      if (seen || !text.includes(": creating")) return;
      seen = true;
      work(child);
    });
  };
}

async function setSecret(stack: string): Promise<void> {
  const ssm = await clients.ssm();
  const Name = `/berth/todo/${stack}/POSTGRES_PASSWORD`;
  await ssm.putParameter({ Name, Value: "hidden00", Type: "SecureString", Overwrite: true });
}

/** Where nobody can be asked. */
const cancelled = async (
  signal: "SIGINT" | "SIGTERM",
  stack: string,
  met: (child: ChildProcess) => Promise<void> = () => Promise.resolve(),
): Promise<void> => {
  await setSecret(stack);
  const env = { ...slow, BERTH_STACK: stack };
  const started = whenCreating((child) => {
    void met(child).finally(() => child.kill(signal));
  });
  const up = await berth(["up"], { env, started });
  expect([up.code, up.stderr]).toEqual([143, expect.stringContaining("Cancelling") as string]);
  expect(up.stderr).toContain("Cancelled after");
};

test("a stack that another task holds: exit code 6; SIGINT cancels the other one, in order: exit code 143", async () => {
  let refused: Finished | undefined;
  await cancelled("SIGINT", "slow", async () => {
    refused = await berth(["up", "--json"], { env: { BERTH_STACK: "slow" } });
  });
  expect(refused?.code).toBe(6);
  expect((JSON.parse(refused?.stdout ?? "{}") as Result).error?.kind).toBe("locked");
});

test("SIGTERM cancels the task, in order: exit code 143, and the next run goes on from there", async () => {
  await cancelled("SIGTERM", "ended");
  const next = await berth(["up", "--json"], { env: { BERTH_STACK: "ended" } });
  expect(next.result).toMatchObject({ outcome: "succeeded" });
  expect(next.result.changes.same).toBeGreaterThan(0);
});

test("a task that somebody else stops is told with his reason", async () => {
  await setSecret("stopped");
  const ecs = await clients.ecs();
  const stop = async (): Promise<void> => {
    const { taskArns: [task] = [] } = await ecs.listTasks({ cluster: "berth-cd", desiredStatus: "RUNNING" });
    await ecs.stopTask({ cluster: "berth-cd", task, reason: "somebody in the console" });
  };
  const env = { ...slow, BERTH_STACK: "stopped" };
  const up = await berth(["up"], { env, started: whenCreating(() => void stop()) });
  expect([up.code, up.stderr]).toEqual([
    143,
    expect.stringContaining("The CD task was stopped: somebody in the console\nCancelled after") as string,
  ]);
});

test("--detach leaves at once", async () => {
  const before = await taskCount();
  const { code, stderr } = await berth(["up", "--detach", "--force"]);
  expect([code, stderr]).toEqual([0, expect.stringMatching(/berth cancel ends it/) as string]);
  expect(await taskCount()).toBe(before + 1);
});

test("an image that can't be pulled is told with ECS's reason", async () => {
  expect((await berth(["bootstrap", "--image", "nowhere/berth-cd:9", "--yes"])).code).toBe(0);
  const up = await berth(["up"]);
  expect([up.code, up.stderr]).toEqual([5, expect.stringMatching(/the CD task did not run/) as string]);
  expect((await berth(["bootstrap", "--image", "berth-cd:1", "--yes"])).code).toBe(0);
});

test("down", async () => {
  const down = await berth(["down"]);
  expect([down.code, down.stdout]).toEqual([0, expect.stringContaining("The stack is down in") as string]);
});
