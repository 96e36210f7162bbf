/** The built `berth` as a process, against an emulator: Ctrl-C, exit codes, and where a secret's value is seen. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { ChildProcess } from "node:child_process";
import type { AwsClients } from "../../src/aws/clients";
import { startEmulator, type Emulator } from "../support/emulator";
import { clientsOf } from "../support/emulator/clients";
import { Shop } from "../support/emulator/shop";
import { program } from "../support/program";

const todo = join(__dirname, "../../examples/todo");
let emulator: Emulator;
let clients: AwsClients;
let home: string;

beforeAll(async () => {
  emulator = await startEmulator();
  clients = clientsOf(emulator);
  home = mkdtempSync(join(tmpdir(), "berth-looking-"));
});

afterAll(async () => {
  await clients.close();
  await emulator.stop();
  rmSync(home, { recursive: true, force: true });
});

function run(name: string, argv: readonly string[], started?: (child: ChildProcess) => void) {
  const env = { ...emulator.env, HOME: home, BERTH_PROJECT: "todo" };
  return program(name, argv, { cwd: todo, env, ...(started === undefined ? {} : { started }) });
}

test("logs --follow ends on Ctrl-C with 130, and without a word", async () => {
  const shop = await new Shop(clients, { project: "todo", stack: "dev" }).open();
  await shop.write("web/web/1f3a", [[Date.now(), "a request"]]);
  const ran = await run("berth", ["logs", "--follow", "--no-log-prefix"], (child) => {
    child.stdout?.once("data", () => child.kill("SIGINT"));
  });
  expect(ran).toMatchObject({ code: 130, stdout: "a request\n", stderr: "" });
});

test("logs --follow ends when nobody reads it any more, with 141 and without a word", async () => {
  const shop = await new Shop(clients, { project: "todo", stack: "unread" }).open();
  await shop.write("web/web/1f3a", [[Date.now(), "a request"]]);
  const end = { seen: false };
  const ran = run("berth", ["logs", "--follow", "--stack", "unread"], (child) => {
    child.stdout?.once("data", () => child.stdout?.destroy());
  }).finally(() => (end.seen = true));
  for (let line = 1; !end.seen; line += 1) {
    await shop.write("web/web/1f3a", [[Date.now(), `request ${line}`]]);
    await wait(200);
  }
  expect(await ran).toMatchObject({ code: 141, stderr: "" });
});

test("a run of berth-cd goes on when nobody reads it any more", async () => {
  const ran = await run("berth-cd", ["up", "--simulate", "-f", "compose.yaml"], (child) => {
    child.stdout?.destroy();
    child.stderr?.once("data", () => child.stderr?.destroy());
  });
  expect(ran.code).toBe(0);
  const again = await run("berth-cd", ["up", "--simulate", "--json"]);
  expect(again.result).toMatchObject({ outcome: "unchanged" });
});

test.each([
  [
    "no compose file",
    ["ps"],
    {},
    2,
    /neither \S+ nor a folder above it has a compose file\n {2}fix: .*-p NAME/,
  ],
  ["no region", ["ps", "-p", "todo"], { AWS_REGION: "" }, 2, /no AWS region is set\n {2}fix: set AWS_REGION/],
  [
    "no credentials",
    ["up", join(__dirname, "../../examples/todo")],
    { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" },
    2,
    /no AWS credentials were found: .*\n {2}fix: set AWS_PROFILE/,
  ],
  [
    "nobody at the endpoint",
    ["ls"],
    { AWS_ENDPOINT_URL: "http://127.0.0.1:9" },
    5,
    /the endpoint can't be reached: .*\n {2}fix: check the network, the region, AWS_ENDPOINT_URL and HTTPS_PROXY/,
  ],
  ["another region", ["down", "-p", "todo"], { AWS_REGION: "eu-west-1" }, 2, /fix: run berth bootstrap once/],
] as const)("%s: told with what to do", async (_what, argv, env, code, told) => {
  const all = { ...emulator.env, HOME: home, ...env };
  const ran = await program("berth", argv, { cwd: home, env: all });
  expect([ran.code, ran.stdout, ran.stderr]).toEqual([code, "", expect.stringMatching(told) as string]);
});

test("a secret's value, once set, is written nowhere: not by the programs, not into a plan, not beside a state", async () => {
  const value = "correct-horse-battery";
  const ssm = await clients.ssm();
  const Name = "/berth/todo/dev/POSTGRES_PASSWORD";
  await ssm.putParameter({ Name, Value: value, Type: "SecureString" });
  const plan = join(home, "plan.json");
  const runs = [
    await run("berth", ["secret", "ls", "--json"]),
    await run("berth", ["secret", "get", "POSTGRES_PASSWORD"]),
    await run("berth", ["doctor", "--json"]),
    await run("berth", ["config"]),
    await run("berth-cd", ["up", "--simulate", "--json", "--plan", plan]),
  ];
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 2, 0, 0]);
  const said = runs.flatMap(({ stdout, stderr }) => [stdout, stderr]);
  const written = filesUnder(home).map((file) => readFileSync(file, "utf8"));
  expect(written.length).toBeGreaterThan(1);
  expect([...said, ...written].filter((text) => text.includes(value))).toEqual([]);
  expect((await run("berth", ["secret", "get", "POSTGRES_PASSWORD", "--reveal"])).stdout).toBe(`${value}\n`);
});

function filesUnder(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
  return names.filter((name) => statSync(name).isFile());
}
