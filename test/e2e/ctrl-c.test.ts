/** `berth up` in a terminal: Ctrl-C asks, and does what is answered. */
import { cpSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { AwsClients } from "../../src/aws/clients";
import { Workspace } from "../support/archives";
import { startEmulator, type Emulator } from "../support/emulator";
import { clientsOf } from "../support/emulator/clients";
import { builtProgram, program } from "../support/program";
import { keys, TerminalProgram } from "../support/terminal";

let emulator: Emulator;
let clients: AwsClients;
let workspace: Workspace;
let project: string;
let homeOfTasks: string;
const screens: TerminalProgram[] = [];

beforeAll(async () => {
  workspace = new Workspace();
  homeOfTasks = join(workspace.path, "tasks");
  mkdirSync(homeOfTasks);
  const task = join(__dirname, "../support/emulator/cd-task.mjs");
  emulator = await startEmulator({
    programs: {
      "berth-cd:1": [process.execPath, task, join(__dirname, "../../dist/berth-cd.js"), homeOfTasks],
    },
  });
  clients = clientsOf(emulator);
  project = join(workspace.path, "hello");
  cpSync(join(__dirname, "../../examples/hello"), project, { recursive: true });
  const made = await program("berth", ["bootstrap", "--image", "berth-cd:1"], { env: env() });
  expect([made.code, made.stderr]).toEqual([0, expect.stringContaining("The account is ready") as string]);
});

afterAll(async () => {
  for (const screen of screens) await screen.close();
  await clients.close();
  await emulator.stop();
  workspace.remove();
});

function env(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { ...emulator.env, HOME: workspace.path, ...more };
}

/** `berth up` on its way. @param latency - of the simulated AWS; at 1 it is as slow as AWS, and no test waits for it */
async function upOf(stack: string, latency: string): Promise<TerminalProgram> {
  const screen = new TerminalProgram([process.execPath, builtProgram("berth"), "up", "--yes"], {
    cwd: project,
    env: env({ BERTH_STACK: stack, BERTH_SIMULATE_LATENCY: latency }),
  });
  screens.push(screen);
  await screen.shows(/\w+ +creating/);
  screen.type(keys.ctrlC);
  await screen.shows(/\? The CD task goes on\. What now\?\n❯ leave it running\n {2}cancel it/);
  return screen;
}

/** The newest record of the stack's lease. */
function leaseOf(stack: string): object {
  const folder = join(homeOfTasks, ".berth/simulator/leases/hello", stack);
  const newest = Math.max(...readdirSync(folder).map((name) => Number.parseInt(name)));
  return JSON.parse(readFileSync(join(folder, `${newest}.json`), "utf8")) as object;
}

/** What ECS says of the task that the screen names. */
async function stateOf(screen: TerminalProgram): Promise<string | undefined> {
  const [, id = ""] = /Started the CD task (\S+)/.exec(screen.text) ?? [];
  const { tasks } = await (await clients.ecs()).describeTasks({ cluster: "berth-cd", tasks: [id] });
  return tasks?.[0]?.lastStatus;
}

test("cancel: the run ends in order and frees the stack, and the exit code is the task's", async () => {
  const screen = await upOf("cancelled", "0.15");
  screen.type(keys.down);
  await screen.shows(/❯ cancel it/);
  screen.type(keys.enter);
  await screen.shows(/Cancelling: the run ends in order.*\n/);
  expect(await screen.ended).toBe(143);
  expect(screen.text).toMatch(/The run was ended by SIGTERM\n[\s\S]*Cancelled after/);
  expect(leaseOf("cancelled")).not.toHaveProperty("holder");
  expect(await stateOf(screen)).toBe("STOPPED");
});

test("leave: at once, and the task goes on", async () => {
  const screen = await upOf("left", "1");
  screen.type(keys.enter);
  expect(await screen.ended).toBe(0);
  expect(screen.text).toMatch(
    /The CD task \S+ goes on by itself; berth follow comes back to it, berth cancel ends it\n$/,
  );
  expect(leaseOf("left")).toHaveProperty("holder.command", "up");
  expect(await stateOf(screen)).toBe("RUNNING");
});

test("a second Ctrl-C at the question leaves", async () => {
  const screen = await upOf("twice", "1");
  screen.type(keys.ctrlC);
  expect(await screen.ended).toBe(0);
  expect(screen.text).toMatch(/goes on by itself; berth follow comes back to it, berth cancel ends it\n$/);
  expect(leaseOf("twice")).toHaveProperty("holder.command", "up");
  expect(await stateOf(screen)).toBe("RUNNING");
});

test("a task that ends under the question takes it away, and what it wrote is shown", async () => {
  const screen = await upOf("ended", "0.02");
  expect(await screen.ended).toBe(0);
  expect(screen.text).toMatch(/The deployment succeeded in .*\nPage of this run: s3:.*\nweb +https:\S+\n$/);
});
