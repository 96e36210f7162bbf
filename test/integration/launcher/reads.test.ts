/** What is read of stacks without a task: by what their runs have left in the bucket. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepView } from "../../../src/app/stack/views";
import { beginRun, endRun } from "../../../src/app/stack/runs";
import type { AwsClients } from "../../../src/aws/clients";
import { S3Texts } from "../../../src/aws/s3/texts";
import { LocalOwners } from "../../../src/engine/lease/local-owners";
import { StackLeases } from "../../../src/engine/lease/lease";
import { systemClock } from "../../../src/wiring/clock";
import { startEmulator, type Emulator } from "../../support/emulator";
import { clientsOf } from "../../support/emulator/clients";
import { berthIn } from "../../support/emulator/launcher";
import { berth, type LauncherRun } from "../../support/launcher";

const bucket = "s3://berth-cd-bucket-123456789012-us-east-1";
const shop = { project: "shop", stack: "dev" };
const outputs = { endpoints: { web: "https://shop.example" }, token: "[secret]" };
let emulator: Emulator;
let clients: AwsClients;
/** The states, and what lies beside them. */
let states: S3Texts;
let records: S3Texts;
let folder: string;

beforeAll(async () => {
  emulator = await startEmulator({ programs: {} });
  clients = clientsOf(emulator);
  states = new S3Texts(clients, bucket);
  records = new S3Texts(clients, `${bucket}/.berth`);
  const made = await berth(["bootstrap", "--image", "berth-cd:1", "--yes"], { env: emulator.env });
  expect(made.code).toBe(0);
  folder = mkdtempSync(join(tmpdir(), "berth-reads-"));
  writeFileSync(join(folder, "compose.yaml"), "name: shop\nservices: {web: {image: nginx}}\n");
}, 120_000);

afterAll(async () => {
  await clients.close();
  await emulator.stop();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  for (const store of [states, records])
    for (const key of await store.list(store === states ? ".pulumi" : "views")) await store.remove(key);
});

/** A state, as a run leaves it; and what it leaves beside. */
async function left(stack: typeof shop, { summary = true } = {}): Promise<void> {
  const key = `.pulumi/stacks/${stack.project}/${stack.stack}.json`;
  await states.write(key, `{"of":"${stack.stack}"}`);
  await states.write(`${key}.bak`, "{}");
  const engine = {
    stateVersion: () => states.version(key),
    outputs: () => Promise.resolve(outputs),
    resources: () => Promise.resolve(Array.from({ length: 42 }, () => ({}) as never)),
  };
  if (summary) await keepView(records, stack, engine, Date.parse("2026-03-04T05:06:07Z"));
}

/** @param line - run in the project's folder, where no task may be started by any means */
async function read(line: string): Promise<LauncherRun & { readonly tasks: number }> {
  const ran = await berthIn(emulator, line.split(" "), { cwd: folder });
  return { ...ran, tasks: await tasks() };
}

async function tasks(): Promise<number> {
  const ecs = await clients.ecs();
  const [running, stopped] = await Promise.all(
    (["RUNNING", "STOPPED"] as const).map((desiredStatus) =>
      ecs.listTasks({ cluster: "berth-cd", desiredStatus }),
    ),
  );
  return (running?.taskArns ?? []).length + (stopped?.taskArns ?? []).length;
}

test("outputs are those of the last run, with the Result under --json", async () => {
  await left(shop);
  expect(await read("outputs")).toMatchObject({
    code: 0,
    stderr: "",
    tasks: 0,
    stdout: `${JSON.stringify(outputs, undefined, 2)}\n`,
  });
  const { stdout } = await read("outputs --json");
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ command: "outputs", ...shop, engine: "pulumi", outcome: "succeeded", outputs },
    endpoints: outputs.endpoints,
  });
});

test("a stack that isn't there is an error, and needs no task to be one", async () => {
  expect(await read("outputs")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('the stack "dev" of project "shop"') as string,
    tasks: 0,
  });
});

test("ls has every stack; one whose state has changed since its summary has no count", async () => {
  expect((await read("ls")).stdout).toBe("No stacks\n");
  await left(shop);
  await left({ project: "blog", stack: "prod" });
  await states.write(".pulumi/stacks/blog/prod.json", '{"of":"a run that goes on"}');
  const { stdout, stderr, tasks: started } = await read("ls");
  expect([stderr, started]).toEqual(["", 0]);
  expect(stdout).toMatch(/^PROJECT +STACK +RESOURCES +LAST UPDATE$/m);
  expect(stdout).toMatch(/^blog +prod +2026-03-04T05:06:07\.000Z$/m);
  expect(stdout).toMatch(/^shop +dev +42 +2026-03-04T05:06:07\.000Z$/m);
  expect(stdout.trim().split("\n")).toHaveLength(3);
});

test("cancel where nothing runs says so; where a run holds the stack, a task ends it", async () => {
  await left(shop);
  expect(await read("cancel")).toMatchObject({ code: 0, stdout: "No run has locked the stack\n", tasks: 0 });
  const note = (): void => undefined;
  const held = { store: records, owners: new LocalOwners(), clock: systemClock, version: "1", note };
  const lease = await new StackLeases(held).take(shop, "up", note);
  const { stderr } = await berthIn(emulator, ["cancel"], { cwd: folder, launcher: untasked });
  expect(stderr).toContain("a task was asked for");
  await lease.free();
  await states.write(".pulumi/locks/organization/shop/dev/1.json", "{}");
  const locked = await berthIn(emulator, ["cancel"], { cwd: folder, launcher: untasked });
  expect(locked.stderr).toContain("a task was asked for");
});

test.each([
  ["of an earlier version", "outputs", "earlier version of Berth"],
  ["of an earlier version", "ls", "shop/dev: its last run was by an earlier version of Berth"],
])("a stack %s: %s starts the task, and says why", async (_what, line, why) => {
  await left(shop, { summary: false });
  const { stderr } = await berthIn(emulator, [line], { cwd: folder, launcher: untasked });
  expect(stderr).toContain(why);
  expect(stderr).toContain("a task was asked for");
});

test("a state that has changed since is read by a task", async () => {
  await left(shop);
  await states.write(".pulumi/stacks/shop/dev.json", "{}");
  const { stderr } = await berthIn(emulator, ["outputs"], { cwd: folder, launcher: untasked });
  expect(stderr).toMatch(/its state has changed since the last summary.*a task was asked for/s);
});

/** The launcher of an account in which tasks can't be started. */
function untasked(made: Parameters<NonNullable<Parameters<typeof berthIn>[2]>["launcher"] & object>[0]) {
  return {
    ...made,
    aws: {
      ...made.aws,
      use: (async (work) =>
        made.aws.use((sdk, real) =>
          work(
            {
              ...sdk,
              FargateCdTasks: class extends sdk.FargateCdTasks {
                override run(): Promise<string> {
                  return Promise.reject(new Error("a task was asked for"));
                }
              },
            },
            real,
          ),
        )) as typeof made.aws.use,
      close: () => made.aws.close(),
    },
  };
}

test("history reads the runs of the bucket", async () => {
  const begun = { id: "20260304T050607000Z-00000001", command: "up", version: "1", actor: "ann" };
  const run = { ...begun, started: "2026-03-04T05:06:07.000Z" };
  await beginRun(records, shop, run);
  const what = ["web: new, $9.01 a month"];
  await endRun(records, shop, run, {
    ended: "2026-03-04T05:10:19Z",
    outcome: "succeeded",
    exitCode: 0,
    what,
  });
  const { stdout, tasks: started } = await read("history");
  expect(stdout).toMatch(
    /^1 +2026-03-04 05:06Z +up +ann +succeeded in 4 min 12 s +web: new, \$9\.01 a month$/m,
  );
  expect(started).toBe(0);
});
