/** An unchanged project ends before any task starts: its record is the one that a run in the account leaves. */
import { appendFileSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepare } from "../../../src/app/prepare";
import { writeRecord } from "../../../src/app/stack/run-records";
import { addCost, keepView } from "../../../src/app/stack/views";
import type { AwsClients } from "../../../src/aws/clients";
import type { TextStore } from "../../../src/ports";
import { startEmulator, type Emulator } from "../../support/emulator";
import { clientsOf } from "../../support/emulator/clients";
import { berth, type LauncherRun } from "../../support/launcher";
import { MemoryTexts } from "../../support/memory-texts";

const todo = join(__dirname, "../../../examples/todo");
const bucket = "berth-cd-bucket-123456789012-us-east-1";
const stack = { project: "todo", stack: "dev" };
let emulator: Emulator;
let clients: AwsClients;

beforeAll(async () => {
  emulator = await startEmulator({ programs: {} });
  clients = clientsOf(emulator);
  const made = await berth(["bootstrap", "--image", "berth-cd:1"], { env: emulator.env });
  expect(made.code).toBe(0);
});

afterAll(async () => {
  await clients.close();
  await emulator.stop();
});

/** What lies beside the state. */
const store = new MemoryTexts();

/** @param remember - leaves the record that a successful run of this very project would leave */
function up(argv: readonly string[], remember = false, command = "up"): Promise<LauncherRun> {
  return berth([command, ...argv, todo], {
    env: emulator.env,
    launcher: (made) => ({
      ...made,
      cdDeps: (settings) => {
        const versions = [{ name: "POSTGRES_PASSWORD", version: "1@then" }];
        const deps = {
          ...made.cdDeps(settings),
          secrets: () => Promise.resolve({ versions: () => Promise.resolve(versions) }),
          stateVersion: () => Promise.resolve("state-1"),
        };
        const records = async (): Promise<TextStore> => {
          if (remember) {
            const { fingerprint } = await prepare(settings, {
              ...deps,
              records: () => Promise.resolve(store),
            });
            const outputs = { endpoints: { web: "http://todo.example" } };
            const record = { fingerprint, stateVersion: "state-1", resourceCount: 42, outputs };
            await writeRecord(store, stack, record);
            await keepView(store, stack, "state-1", engine, 0);
            await addCost(store, stack, cost);
          }
          return store;
        };
        return { ...deps, records };
      },
    }),
  });
}

/** What a run leaves for those who only read. */
const engine = {
  outputs: () => Promise.resolve({}),
  resources: () => Promise.resolve([]),
};
const cost = {
  total: 12.34,
  unknown: [],
  region: "us-east-1",
  prices: { region: "us-east-1", asOf: "2026-01-01" },
  components: [{ service: "web", usd: 12.34 }],
};

async function keys(): Promise<readonly string[]> {
  const { Contents = [] } = await (await clients.s3()).listObjectsV2({ Bucket: bucket });
  return Contents.map(({ Key = "" }) => Key);
}

test("it ends with the URLs; nothing is uploaded, no task is started", async () => {
  const first = await up([], true);
  expect([first.code, first.stderr]).toEqual([0, expect.stringContaining("Nothing to change") as string]);
  expect(first.stdout).toMatch(/^web +http:\/\/todo\.example$/m);
  expect(await keys()).toEqual([]);
  const { taskArns } = await (await clients.ecs()).listTasks({ cluster: "berth-cd" });
  expect(taskArns).toEqual([]);
});

test("--json says unchanged", async () => {
  const { code, stdout } = await up(["--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    ...stack,
    outcome: "unchanged",
    changes: { same: 42, create: 0 },
    endpoints: { web: "http://todo.example" },
  });
});

test("preview says the same without a task, as text and as JSON", async () => {
  const { code, stdout } = await up([], true, "preview");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^web +\$12\.34$/m);
  expect(stdout).toMatch(
    /^Nothing to change in 0 s: 42 resources unchanged\nweb {2}http:\/\/todo\.example\n$/m,
  );
  const result = JSON.parse((await up(["--json"], false, "preview")).stdout) as object;
  expect(result).toMatchObject({ command: "preview", outcome: "unchanged", changes: { same: 42 } });
  const { taskArns } = await (await clients.ecs()).listTasks({ cluster: "berth-cd" });
  expect(taskArns).toEqual([]);
});

test("preview says why it starts a task", async () => {
  const { stderr } = await up(["--refresh"], false, "preview");
  expect(stderr).toContain("A CD task makes the preview: the command line asks for a run\n");
});

test("an archive whose files are the same is not packed again; one with another file is", async () => {
  const home = mkdtempSync(join(tmpdir(), "berth-packed-"));
  const project = join(home, "todo");
  cpSync(todo, project, { recursive: true });
  appendFileSync(join(project, "web/Dockerfile"), "# one\n");
  const deploy = async (): Promise<string> => {
    const env = { ...emulator.env, HOME: home, BERTH_PROJECT: "packed", BERTH_STACK: "packed" };
    const versions = [{ name: "POSTGRES_PASSWORD", version: "1@then" }];
    const secrets = () => Promise.resolve({ versions: () => Promise.resolve(versions) });
    const ran = await berth(["up", "--detach", project], { env, deps: (real) => ({ ...real, secrets }) });
    expect([ran.code, ran.stderr]).toEqual([0, ran.stderr]);
    return ran.stderr;
  };
  try {
    expect(await deploy()).toContain("Uploading the project");
    const once = await keys();
    expect(await deploy()).toContain("The archive is there already, and is not packed again");
    expect(await keys()).toEqual(once);
    appendFileSync(join(project, "web/Dockerfile"), "# another\n");
    expect(await deploy()).toContain("Uploading the project");
    expect(await keys()).toHaveLength(once.length + 1);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

test.each([["--force"], ["--refresh"], ["--target=web"]])(
  "%s starts the task all the same",
  async (option) => {
    const { stderr } = await up([option, "--detach"]);
    expect(stderr).toContain("Started the CD task");
  },
);
