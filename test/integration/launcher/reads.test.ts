/** What is read of stacks without a task: by what their runs have left in the bucket. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { keepView } from "../../../src/app/stack/views";
import { beginRun, endRun, type StackRun } from "../../../src/app/stack/runs";
import type { AwsClients } from "../../../src/aws/clients";
import { putObject } from "../../../src/aws/s3/objects";
import { S3Texts } from "../../../src/aws/s3/texts";
import { LocalOwners } from "../../../src/engine/lease/local-owners";
import { StackLeases } from "../../../src/engine/lease/lease";
import type { Clock } from "../../../src/ports";
import { systemClock } from "../../../src/wiring/clock";
import { startEmulator, type Emulator } from "../../support/emulator";
import { clientsOf } from "../../support/emulator/clients";
import { berthIn } from "../../support/emulator/launcher";
import { berth, type LauncherOptions, type LauncherRun } from "../../support/launcher";

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
  const task = "setTimeout(() => { console.log('the last line'); process.exit(5); }, 1_000)";
  emulator = await startEmulator({ programs: { "berth-cd:1": [process.execPath, "-e", task, "--"] } });
  clients = clientsOf(emulator);
  states = new S3Texts(clients, bucket);
  records = new S3Texts(clients, `${bucket}/.berth`);
  const made = await berth(["bootstrap", "--image", "berth-cd:1", "--yes"], { env: emulator.env });
  expect(made.code).toBe(0);
  folder = mkdtempSync(join(tmpdir(), "berth-reads-"));
  writeFileSync(join(folder, "compose.yaml"), "name: shop\nservices: {web: {image: nginx}}\n");
});

afterAll(async () => {
  await clients.close();
  await emulator.stop();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  for (const store of [states, records])
    for (const folder of store === states ? [".pulumi"] : ["views", "runs", "leases"])
      for (const key of await store.list(folder)) await store.remove(key);
});

/** A state, as a run leaves it; and what it leaves beside. */
async function left(
  stack: typeof shop,
  {
    summary = true,
    endpoints = outputs.endpoints,
  }: { readonly summary?: boolean; readonly endpoints?: Readonly<Record<string, string>> } = {},
): Promise<void> {
  const key = `.pulumi/stacks/${stack.project}/${stack.stack}.json`;
  await states.write(key, `{"of":"${stack.stack}"}`);
  await states.write(`${key}.bak`, "{}");
  const engine = {
    outputs: () => Promise.resolve({ ...outputs, endpoints }),
    resources: () => Promise.resolve(Array.from({ length: 42 }, () => ({}) as never)),
  };
  if (summary)
    await keepView(records, stack, await states.version(key), engine, Date.parse("2026-03-04T05:06:07Z"));
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
  const lease = await new StackLeases(ofLeases()).take(shop, "up", () => undefined);
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

describe("open", () => {
  const open = (line: string, options: LauncherOptions = {}) =>
    berthIn(emulator, `open ${line}`.trim().split(" "), { cwd: folder, ...options });

  test("the one service that is published is opened; where nobody sits at it, its address is printed", async () => {
    await left(shop);
    expect(await open("", { answers: [], browser: true })).toMatchObject({
      code: 0,
      stdout: "https://shop.example\n",
      opened: ["https://shop.example"],
    });
    expect(await open("web")).toMatchObject({ stdout: "https://shop.example\n", opened: [] });
    const { stderr } = await open("", { answers: [], browser: false });
    expect(stderr).toContain("Nothing on this machine opens a browser");
  });

  test("of several one is chosen, or has to be named", async () => {
    await left(shop, { endpoints: { web: "https://shop.example", admin: "https://admin.example" } });
    expect((await open("", { answers: ["admin"], browser: true })).opened).toEqual(["https://admin.example"]);
    expect(await open("")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/which service is meant\?.*published are web, admin/s) as string,
    });
    expect((await open("wep")).stderr).toContain("did you mean web?");
    expect((await open("db")).stderr).toContain("the service has no address");
  });

  test("a stack that isn't there, or that nobody has looked at since, is told", async () => {
    expect((await open("web")).stderr).toContain("there is no such stack");
    await left(shop, { summary: false });
    expect((await open("web")).stderr).toMatch(/addresses are not known: .*berth outputs/s);
  });

  test("the page of a run is an address that a browser without credentials reads", async () => {
    const page = `${bucket}/events/shop/dev/20260304T050607000Z-00000001.html`;
    await ranUp({ page });
    expect((await open("--page")).stderr).toMatch(/its page is not there: s3:.*expire/s);
    await putObject(clients, page, "<h1>the page</h1>", "text/html");
    const { code, stdout } = await open("--page 1");
    expect([code, stdout]).toEqual([0, expect.stringContaining("X-Amz-Expires=900") as string]);
    const answer = await fetch(stdout.trim());
    expect([answer.status, await answer.text()]).toEqual([200, "<h1>the page</h1>"]);
  });

  test("a page that is a file is opened as one; a run without one says so", async () => {
    const page = join(folder, "up.html");
    await ranUp({ page });
    expect((await open("--page")).stderr).toContain(`its page is not there: ${page}`);
    writeFileSync(page, "");
    expect((await open("--page")).stdout).toBe(`${pathToFileURL(page).href}\n`);
    await ranUp({});
    expect((await open("--page")).stderr).toContain("the run left no page");
  });
});

describe("follow", () => {
  const follow = (line = "", options: LauncherOptions = {}) =>
    berthIn(emulator, `follow ${line}`.trim().split(" "), { cwd: folder, ...options });

  test("a task that was left alone is followed to its end, with its exit code", async () => {
    const left = await berthIn(emulator, ["down", "--detach"], { cwd: folder });
    expect(left.stderr).toContain("berth follow shows it");
    expect(await follow()).toMatchObject({
      code: 5,
      stdout: "the last line\n",
      stderr: expect.stringMatching(/^Following the CD task /) as string,
    });
  });

  test("a run that has ended says how", async () => {
    await ranUp({ exitCode: 5, outcome: "failed", error: "services.web: no capacity" });
    expect(await follow("1")).toMatchObject({
      code: 5,
      stdout: "up failed in 4 min 12 s, at 2026-03-04T05:10:19Z\nerror: services.web: no capacity\n",
    });
    expect((await follow()).stderr).toMatch(/no run of this stack goes on; the last one was up/);
    expect((await follow("2027")).stderr).toContain("there is no such run");
  });

  test("a run of somebody's machine is waited for; one that was killed is an error", async () => {
    const id = await ranUp({}, false);
    const lease = await new StackLeases(ofLeases()).take(shop, "up", () => undefined);
    // It ends while it is waited for.
    const over = { ...systemClock, sleep: () => endRun(records, shop, { ...begun, id }, ended) };
    expect(await follow("", withClock(over))).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("goes on elsewhere") as string,
      stdout: expect.stringMatching(/^up succeeded in 4 min 12 s/) as string,
    });
    await lease.free();
    await ranUp({}, false);
    const killed = await follow("1", withClock({ ...systemClock, sleep: () => Promise.resolve() }));
    expect(killed).toMatchObject({
      code: 5,
      stderr: expect.stringContaining("the run was killed") as string,
    });
  });
});

function withClock(clock: Clock): LauncherOptions {
  return {
    launcher: (made) => ({ ...made, cdDeps: (settings) => ({ ...made.cdDeps(settings), clock }) }),
  };
}

function ofLeases() {
  const note = (): void => undefined;
  return { store: records, owners: new LocalOwners(), clock: systemClock, version: "1", note };
}

const begun = { command: "up", version: "1", actor: "ann", started: "2026-03-04T05:06:07.000Z" };
const ended = { ended: "2026-03-04T05:10:19Z", outcome: "succeeded", exitCode: 0 } as const;
let runs = 0;

/** A run that is newer than the ones before. @returns its id */
async function ranUp(more: Partial<StackRun>, over = true): Promise<string> {
  const id = `20260304T050607000Z-${String((runs += 1)).padStart(8, "0")}`;
  await beginRun(records, shop, { ...begun, ...more, id });
  if (over) await endRun(records, shop, { ...begun, ...more, id }, { ...ended, ...more });
  return id;
}

test("history reads the runs of the bucket", async () => {
  await ranUp({ what: ["web: new, $9.01 a month"] });
  const { stdout, tasks: before } = await read("history");
  expect(stdout).toMatch(
    /^1 +2026-03-04 05:06Z +up +ann +succeeded in 4 min 12 s +web: new, \$9\.01 a month$/m,
  );
  expect(await tasks()).toBe(before);
});
