/** `berth connect` on a stack of the emulator, whose plugin forwards to whatever the test listens with. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AwsClients } from "../../../src/aws/clients";
import { stackResourceName } from "../../../src/model/naming";
import { startEmulator, type Emulator } from "../../support/emulator";
import { clientsOf } from "../../support/emulator/clients";
import { berthIn } from "../../support/emulator/launcher";
import { Shop, shopPrograms } from "../../support/emulator/shop";
import type { Launcher } from "../../../src/launcher/core/launcher";
import type { LauncherOptions } from "../../support/launcher";

const stack = { project: "shop", stack: "dev" };
const image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/berth-cd-ecrpublic/docker/library/busybox:stable";
let emulator: Emulator;
let clients: AwsClients;
let shop: Shop;
let folder: string;
/** What plays the database at the other end. */
let server: Server;

const compose = `
name: shop
services:
  web: { image: shop/app:1, ports: ["80:8080"], environment: [DATABASE_URL=postgres://shop:hidden00@db/shop] }
  db:
    image: postgres:17
    x-postgres: true
    environment: { POSTGRES_USER: shop, POSTGRES_PASSWORD: "hid#den00" }
`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "berth-connect-"));
  writeFileSync(join(folder, "compose.yaml"), compose);
  server = createServer((socket) => socket.end("I am the database\n"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  emulator = await startEmulator({ programs: { ...shopPrograms, [image]: ["sleep"] } });
  clients = clientsOf(emulator);
  const made = await berthIn(emulator, ["bootstrap", "--image", "berth-cd:1"]);
  expect(made).toMatchObject({ code: 0 });
  shop = await new Shop(clients, stack).open();
  await shop.serve("web");
  await shop.serve("portless", [], { container: { portMappings: [] }, desired: 1 });
  await shop.serve("asleep", [], { desired: 0 });
  const ready = async () => (await run(["ps", "--json"])).stdout.match(/"running":1/g)?.length === 2;
  while (!(await ready())) await new Promise((resolve) => setTimeout(resolve, 200));
  const ec2 = await clients.ec2();
  for (const name of ["app", "db-clients", "stopped-clients"].map(groupName))
    await ec2.createSecurityGroup({
      GroupName: name,
      Description: name,
      TagSpecifications: [{ ResourceType: "security-group", Tags: tags("db") }],
    });
  await database("db", "available");
  await database("stopped", "stopped");
  await database("lost", "available");
});

afterAll(async () => {
  server.close();
  await clients.close();
  await emulator.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** As the program names it. */
function groupName(suffix: string): string {
  return stackResourceName(stack, "securityGroup", suffix);
}

function tags(service: string) {
  return Object.entries({ "berth:project": "shop", "berth:stack": "dev", "berth:service": service }).map(
    ([Key, Value]) => ({ Key, Value }),
  );
}

async function database(service: string, status: string): Promise<void> {
  const rds = await clients.rds();
  await rds.createDBInstance({
    DBInstanceIdentifier: `shop-dev-${service}`,
    Engine: "postgres",
    DBInstanceClass: "db.t4g.micro",
    AllocatedStorage: 20,
    DBName: "shop",
    MasterUsername: "shop",
    MasterUserPassword: "hidden00",
    Tags: [...tags(service), { Key: "emulator:status", Value: status }],
  });
}

/** Looks at the task more often than a person's command does. */
function impatient(made: Launcher): Launcher {
  const { clock } = made;
  return {
    ...made,
    clock: {
      now: () => clock.now(),
      sleep: (time, signal) => clock.sleep(time === 2_000 ? 100 : time, signal),
    },
  };
}

function run(argv: readonly string[], options: LauncherOptions = {}) {
  const launcher = (made: Launcher) => impatient(options.launcher?.(made) ?? made);
  return berthIn(emulator, argv, { cwd: folder, ...options, launcher });
}

/**
 * Plays the plugin: writes down how it was called, and forwards the port to {@link server}. `mute` opens none.
 *
 * @returns its PATH, and how it was called
 */
function plugin(mute = "") {
  const notes = join(folder, "called.json");
  const path = join(folder, "session-manager-plugin");
  const { port } = server.address() as { port: number };
  writeFileSync(
    path,
    `#!${process.execPath}
     const net = require("node:net");
     if (process.argv[2] === "--version") { console.log("1.2.553.0"); process.exit(0); }
     const request = JSON.parse(process.argv[6]);
     require("node:fs").writeFileSync(${JSON.stringify(notes)}, JSON.stringify({ argv: process.argv.slice(2), request }));
     if (${JSON.stringify(mute)} !== "") { console.log(${JSON.stringify(mute)}); process.exit(1); }
     net.createServer((socket) => socket.pipe(net.connect(${port}, "127.0.0.1")).pipe(socket))
       .listen(Number(request.Parameters.localPortNumber[0]), "localhost", () => {
         console.log("\\nPort opened for sessionId x.\\nWaiting for connections...\\n");
       });`,
  );
  chmodSync(path, 0o755);
  const called = () =>
    JSON.parse(readFileSync(notes, "utf8")) as {
      argv: string[];
      request: { Target: string; DocumentName: string; Parameters: Record<string, string[]> };
    };
  return { env: { PATH: `${folder}:${process.env["PATH"] ?? ""}` }, called };
}

/** Programs that play a client: it says its arguments, its variables, and what the other end of the tunnel says. */
function client(name: string): void {
  const path = join(folder, name);
  writeFileSync(
    path,
    `#!${process.execPath}
     const net = require("node:net");
     const kept = Object.entries(process.env).filter(([name]) => /^(PG|MYSQL|DATABASE|REDIS)/.test(name)).sort();
     let heard = "";
     const note = () => require("node:fs").writeFileSync(${JSON.stringify(join(folder, "client.json"))},
       JSON.stringify({ argv: process.argv.slice(2), variables: Object.fromEntries(kept), heard }));
     const socket = net.connect(Number(process.env.PGPORT), "localhost");
     socket.on("data", (data) => { heard += data; }).on("close", () => { note(); process.exit(7); });`,
  );
  chmodSync(path, 0o755);
}

/** Runs until the URL is out, then presses Ctrl-C. */
async function untilOpen(argv: readonly string[], env: Readonly<Record<string, string>>) {
  let interrupt: (() => void) | undefined;
  return run(argv, {
    env,
    launcher: (made) => ({
      ...made,
      terminal: {
        ...made.terminal,
        err: (text) => {
          made.terminal.err(text);
          if (text.startsWith("the tunnel is open")) setTimeout(() => interrupt?.(), 50);
        },
      },
      onInterrupt: (handler) => {
        interrupt = handler;
        return () => undefined;
      },
    }),
  });
}

async function runningTunnels(): Promise<number> {
  const ecs = await clients.ecs();
  const { taskArns = [] } = await ecs.listTasks({
    cluster: shop.cluster,
    desiredStatus: "RUNNING",
    family: "berth-cd-connect",
  });
  return taskArns.length;
}

test("a tunnel is opened through a task of its own, its URL printed without the password, and all of it stopped", async () => {
  const { env, called } = plugin();
  const ran = await untilOpen(["connect", "db", "--port", "15439"], env);
  expect(ran).toMatchObject({
    code: 130,
    stdout: "postgresql://shop:***@localhost:15439/shop?sslmode=require\n",
  });
  const { request, argv } = called();
  expect(request).toMatchObject({
    Target: expect.stringMatching(/^ecs:shop-dev-cluster_[0-9a-f-]+_.+/) as string,
    DocumentName: "AWS-StartPortForwardingSessionToRemoteHost",
    Parameters: { portNumber: [expect.stringMatching(/^\d+$/) as string], localPortNumber: ["15439"] },
  });
  expect(argv[0]).toBe("AWS_SSM_START_SESSION_RESPONSE");
  expect(await runningTunnels()).toBe(0);
  const ecs = await clients.ecs();
  const id = request.Target.split("_")[1] ?? "";
  const { tasks = [] } = await ecs.describeTasks({ cluster: shop.cluster, tasks: [id], include: ["TAGS"] });
  expect(tasks[0]).toMatchObject({ enableExecuteCommand: true, stoppedReason: "berth connect has ended" });
  expect(tasks[0]?.tags).toContainEqual({ key: "berth:tunnel", value: "db" });
});

test("the password is printed where that is asked for", async () => {
  const { env } = plugin();
  const ran = await untilOpen(["connect", "db", "--port", "15440", "--show-password"], env);
  expect(ran.stdout).toBe("postgresql://shop:hid%23den00@localhost:15440/shop?sslmode=require\n");
  const crossAccount = await run(["connect", "-p", "shop", "--show-password", "db"], { env, cwd: tmpdir() });
  expect(crossAccount).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/is in the compose file/) as string,
  });
});

test("a client runs over it, with the variables that it reads, and its exit code is passed on", async () => {
  const { env } = plugin();
  client("psql");
  const ran = await run(["connect", "db", "--", "psql", "-c", "SELECT 1"], { env });
  expect(ran).toMatchObject({ code: 7, stdout: "" });
  const told = JSON.parse(readFileSync(join(folder, "client.json"), "utf8")) as {
    argv: string[];
    variables: Record<string, string>;
    heard: string;
  };
  expect(told.argv).toEqual(["-c", "SELECT 1"]);
  expect(told.variables).toMatchObject({
    PGHOST: "localhost",
    PGUSER: "shop",
    PGDATABASE: "shop",
    PGPASSWORD: "hid#den00",
    PGSSLMODE: "require",
  });
  expect(told.heard).toBe("I am the database\n");
  expect(ran.stderr).not.toContain("hid");
  expect(await runningTunnels()).toBe(0);
  const none = await run(["connect", "db", "no-such-client"], { env });
  expect(none).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/no such program on this machine/) as string,
  });
});

test("a client that is given no password is run, and a warning says what to do", async () => {
  const { env } = plugin();
  client("psql");
  const crossAccount = (more: Readonly<Record<string, string>> = {}) =>
    run(["connect", "-p", "shop", "db", "--", "psql"], { env: { ...env, ...more }, cwd: tmpdir() });
  const passwordGiven = (): string | undefined =>
    (JSON.parse(readFileSync(join(folder, "client.json"), "utf8")) as { variables: Record<string, string> })
      .variables["PGPASSWORD"];
  const ran = await crossAccount();
  expect(ran).toMatchObject({
    code: 7,
    stderr: expect.stringMatching(
      /^warning: .*that of db is in the compose file.*\(-f FILE\), or set PGPASSWORD$/m,
    ) as string,
  });
  expect(passwordGiven()).toBeUndefined();
  const own = await crossAccount({ PGPASSWORD: "own" });
  expect(own.code).toBe(7);
  expect(own.stderr).not.toContain("warning:");
  expect(passwordGiven()).toBe("own");
});

test("a container service is reached at its own port, under its name in the network", async () => {
  const { env, called } = plugin();
  const ran = await untilOpen(["connect", "web"], env);
  const { Parameters } = called().request;
  expect(Parameters["host"]).toEqual(["web.shop.internal"]);
  expect(Parameters["portNumber"]).toEqual(["8080"]);
  expect(ran.stdout).toBe(`localhost:${Parameters["localPortNumber"]?.[0] ?? ""}\n`);
});

test.each<[string[], number, RegExp]>([
  [["connect", "dbb"], 2, /dbb: no such store or service runs\n {2}fix: did you mean db\?/],
  [["connect", "stopped"], 2, /stopped: it is stopped, and lets nobody in\n {2}fix: berth start stopped/],
  [["connect", "lost"], 2, /lost: the stack's network or the groups .* can't be found\n {2}fix: berth up/],
  [["connect", "portless"], 2, /portless: its container has no TCP port\n {2}fix: add the port under expose/],
  [["connect", "asleep"], 2, /asleep: no task of it runs \(0 of 0\)\n {2}fix: berth start asleep/],
  [["connect", "--port", "99999", "db"], 2, /--port: "99999" is no port/],
  [["connect", "-p", "other", "db"], 2, /nothing runs of the stack "dev" of project "other"/],
])("%j is refused, and says what to do", async (argv, code, message) => {
  const { env } = plugin();
  expect(await run(argv, { env })).toMatchObject({ code, stderr: expect.stringMatching(message) as string });
  expect(await runningTunnels()).toBe(0);
});

test("a port that is in use is named", async () => {
  const busy = createServer();
  await new Promise<void>((resolve) => busy.listen({ host: "localhost", port: 0 }, resolve));
  const { port } = busy.address() as { port: number };
  const ran = await run(["connect", "--port", String(port), "db"], { env: plugin().env });
  busy.close();
  expect(ran).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/of this machine is in use/) as string,
  });
});

test("a plugin that is missing or opens no port is told, and no task is left", async () => {
  const missing = await run(["connect", "db"], { env: { ...emulator.env, PATH: "/nowhere" } });
  expect(missing).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/plugin .*is not installed\n {2}fix: /) as string,
  });
  const mute = await run(["connect", "db"], { env: plugin("An error occurred: no route").env });
  expect(mute).toMatchObject({
    code: 5,
    stderr: expect.stringMatching(/it opened no port: An error occurred: no route/) as string,
  });
  expect(await runningTunnels()).toBe(0);
});

test("an agent that does not run is told with what it needs, and its task is stopped", async () => {
  const { env } = plugin();
  const ecs = await clients.ecs();
  const cluster = `arn:aws:ecs:us-east-1:123456789012:cluster/${shop.cluster}`;
  await ecs.tagResource({ resourceArn: cluster, tags: [{ key: "emulator:agent", value: "STOPPED" }] });
  const silent = await run(["connect", "db"], { env });
  await ecs.untagResource({ resourceArn: cluster, tagKeys: ["emulator:agent"] });
  expect(silent).toMatchObject({
    code: 5,
    stderr: expect.stringMatching(/the agent in the task of the tunnel does not run/) as string,
  });
  expect(await runningTunnels()).toBe(0);
});
