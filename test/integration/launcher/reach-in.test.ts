/** `berth exec` and `berth run` on a stack of the emulator, whose tasks are processes of this machine. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { AwsClients } from "../../../src/aws/clients";
import { startEmulator, type Emulator } from "../../support/emulator";
import { clientsOf } from "../../support/emulator/clients";
import { berthIn } from "../../support/emulator/launcher";
import { Shop, shopPrograms } from "../../support/emulator/shop";
import type { LauncherOptions } from "../../support/launcher";

const stack = { project: "shop", stack: "dev" };
let emulator: Emulator;
let clients: AwsClients;
let shop: Shop;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "berth-exec-"));
  emulator = await startEmulator({ programs: shopPrograms });
  clients = clientsOf(emulator);
  shop = await new Shop(clients, stack).open();
  await shop.serve("web", [], { exec: true });
  await shop.serve("closed");
  await shop.serve("frozen", [], { container: { readonlyRootFilesystem: true } });
  const ready = async () => (await run(["ps", "--json"])).stdout.match(/"running":1/g)?.length === 3;
  while (!(await ready())) await wait(200);
});

afterAll(async () => {
  await clients.close();
  await emulator.stop();
  rmSync(folder, { recursive: true, force: true });
});

function run(argv: readonly string[], options: LauncherOptions = {}) {
  return berthIn(emulator, argv, { ...options, env: { BERTH_PROJECT: "shop", ...options.env } });
}

/** Plays the plugin: writes down how it was called. @returns its PATH, and what it wrote */
function plugin(exitCode: number) {
  const path = join(folder, "session-manager-plugin");
  const notes = join(folder, "called.json");
  writeFileSync(
    path,
    `#!${process.execPath}
     if (process.argv[2] === "--version") { console.log("1.2.553.0"); process.exit(0); }
     require("node:fs").writeFileSync(${JSON.stringify(notes)}, JSON.stringify({
       argv: process.argv.slice(2), session: JSON.parse(process.env.AWS_SSM_START_SESSION_RESPONSE) }));
     process.exit(${exitCode});`,
  );
  chmodSync(path, 0o755);
  const called = () =>
    JSON.parse(readFileSync(notes, "utf8")) as { argv: string[]; session: Record<string, string> };
  return { env: { PATH: `${folder}:${process.env["PATH"] ?? ""}` }, called };
}

test("exec attaches the plugin to a command in the youngest task, and passes its exit code on", async () => {
  const { env, called } = plugin(0);
  expect(await run(["exec", "web", "ls", "-l"], { env })).toMatchObject({ code: 0, stderr: "" });
  const { argv, session } = called();
  expect(argv).toEqual([
    "AWS_SSM_START_SESSION_RESPONSE",
    "us-east-1",
    "StartSession",
    "",
    expect.stringMatching(/^\{"Target":"ecs:shop-dev-cluster_[0-9a-f-]+_.+"\}$/) as string,
    emulator.url,
  ]);
  expect(Object.keys(session).sort()).toEqual(["SessionId", "StreamUrl", "TokenValue"]);
  const failed = await run(["exec", "web"], { env: plugin(9).env });
  expect(failed).toMatchObject({ code: 9, stderr: "session-manager-plugin ended with exit code 9\n" });
});

test.each<[string[], RegExp]>([
  [["exec", "closed"], /closed: the stack opens no shells .*\n {2}fix: write x-berth: \{execEnabled: true\}/],
  [["exec", "frozen"], /frozen: its file system is read-only.*\n {2}fix: berth run frozen sh/],
  [["exec", "wev"], /wev: no such service runs\n {2}fix: did you mean web\?/],
  [["exec", "--task", "zz", "web"], /--task: no running task of web begins with zz\n {2}fix: these run: /],
  [["exec", "-p", "other", "web"], /nothing runs of the stack "dev" of project "other"/],
  [["exec"], /missing required argument 'SERVICE'/],
  [["run", "wev"], /wev: no such service runs\n {2}fix: did you mean web\?/],
  [["run", "-e", "=x", "web"], /--env: "=x" has no name\n {2}fix: -e NAME=value/],
])("%j is refused, and says what to do", async (argv, message) => {
  const { env } = plugin(0);
  expect(await run(argv, { env })).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(message) as string,
  });
});

test("without the plugin, exec says how to get it and opens no session", async () => {
  const ran = await run(["exec", "web"], { env: { PATH: "/nowhere" } });
  expect(ran).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/plugin .*is not installed\n {2}fix: /) as string,
  });
});

test("run starts a task with the service's definition, shows its log and passes its exit code on", async () => {
  const argv = ["run", "--rm", "-e", "NAME=val=ue", "-e", "LOCAL", "-e", "NOWHERE", "web"];
  const steps = ["env:GREETING", "env:NAME", "env:LOCAL", "say:done", "exit:3"];
  const ran = await run([...argv, ...steps], { env: { LOCAL: "mine" } });
  expect(ran.code).toBe(3);
  expect(ran.stdout).toBe("GREETING=hello\nNAME=val=ue\nLOCAL=mine\ndone\n");
  expect(ran.stderr).toMatch(/^web\/[0-9a-f-]{8}: ended with exit code 3$/m);
  expect((await run(["run", "web", "say:well"])).code).toBe(0);
});

test("run of a one-off task takes its place from the task definition", async () => {
  const ecs = await clients.ecs();
  const arn = await shop.define("migrate", ["say:migrated", "exit:0"]);
  const old = await run(["run", "migrate"]);
  expect(old).toMatchObject({ code: 2, stderr: expect.stringMatching(/berth up makes it again/) as string });
  const tags = [
    { key: "berth:subnets", value: "subnet-1 subnet-2" },
    { key: "berth:security-groups", value: "sg-1 sg-2" },
  ];
  await ecs.tagResource({ resourceArn: arn, tags });
  expect(await run(["run", "migrate"])).toMatchObject({ code: 0, stdout: "migrated\n" });
});

test("run --detach prints the task and leaves it", async () => {
  const ran = await run(["run", "-d", "web", "say:alone", "wait"]);
  const id = ran.stdout.trim();
  expect(ran).toMatchObject({ code: 0, stderr: "berth logs web --follow shows what it writes\n" });
  const ecs = await clients.ecs();
  const { tasks = [] } = await ecs.describeTasks({ cluster: shop.cluster, tasks: [id] });
  expect(tasks).toMatchObject([{ desiredStatus: "RUNNING" }]);
});

test("Ctrl-C stops the task, whose last words are still shown, and ends with 130", async () => {
  let interrupt: (() => void) | undefined;
  let written = "";
  const running = run(["run", "web", "say:working", "wait"], {
    launcher: (made) => ({
      ...made,
      terminal: { ...made.terminal, out: (text) => (written += text) },
      onInterrupt: (handler) => {
        interrupt = handler;
        return () => undefined;
      },
    }),
  });
  while (!written.includes("working")) await wait(100);
  interrupt?.();
  const ran = await running;
  expect(ran.code).toBe(130);
  expect(ran.stderr).toMatch(/stopping the task; a second Ctrl-C leaves it running/);
  const ecs = await clients.ecs();
  // What goes on: a task of each service, and the one that was left to itself.
  const { taskArns = [] } = await ecs.listTasks({ cluster: shop.cluster, desiredStatus: "RUNNING" });
  expect(taskArns).toHaveLength(4);
});
