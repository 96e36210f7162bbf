/** The main job through the whole command, on the simulator: up, the same again, a change, a preview, down. */
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plan } from "../../src/app/plan";
import { endedBy } from "../../src/wiring/ending";
import type { Operation } from "../../src/ports";
import { cd, type Ran } from "../support/cd";

let folder: string;
let project: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "berth-deployment-"));
  project = join(folder, "todo");
  cpSync(join(__dirname, "../../examples/todo"), project, {
    recursive: true,
    filter: (source) => !source.includes("node_modules"),
  });
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function berth(...argv: readonly string[]): Promise<Ran> {
  return cd([...argv, "--simulate", "--json"], { env: { HOME: folder }, cwd: project });
}

const planFile = (): string => join(folder, "plan.json");

function plan(): Plan {
  return JSON.parse(readFileSync(planFile(), "utf8")) as Plan;
}

function named(operation: Operation): readonly string[] {
  return plan()
    .resources.filter(({ op }) => op === operation)
    .map(({ type, name }) => `${type.split(":").at(-1) ?? type} ${name}`);
}

test("up, the same again, a change of one service, down", async () => {
  const first = await berth("up");
  expect(first).toMatchObject({ code: 0 });
  expect(first.result).toMatchObject({
    command: "up",
    project: "todo",
    stack: "dev",
    engine: "simulator",
    outcome: "succeeded",
    changes: { update: 0, replace: 0, delete: 0, same: 0 },
    endpoints: {
      web: expect.stringMatching(/^https:\/\/d[0-9a-f]{13}\.cloudfront\.net$/) as string,
    },
    warnings: expect.arrayContaining([
      {
        path: "POSTGRES_PASSWORD",
        message:
          "secret still to be set: /berth/todo/dev/POSTGRES_PASSWORD (berth secret set POSTGRES_PASSWORD)",
      },
    ]) as unknown,
  });
  expect(first.result.builds.map(({ service, platform, cached }) => ({ service, platform, cached }))).toEqual(
    [
      { service: "web", platform: "linux/amd64", cached: false },
      { service: "worker", platform: "linux/amd64", cached: false },
    ],
  );

  const again = await berth("up");
  expect(again.result).toMatchObject({ outcome: "unchanged", endpoints: first.result.endpoints });
  expect(again.result.changes).toEqual({
    create: 0,
    update: 0,
    replace: 0,
    delete: 0,
    same: first.result.changes.create,
  });

  const forced = await berth("up", "--force");
  expect(forced.result).toMatchObject({ outcome: "unchanged", changes: again.result.changes });
  expect(forced.result.builds.map(({ cached }) => cached)).toEqual([true, true]);

  appendFileSync(join(project, "worker/main.go"), "\n// a change\n");
  const changed = await berth("up", "--plan", planFile());
  expect(changed.result).toMatchObject({
    outcome: "succeeded",
    changes: { create: 0, update: 1, replace: 1, delete: 0 },
  });
  expect([named("replace"), named("update")]).toEqual([["TaskDefinition worker"], ["Service worker"]]);
  expect(changed.result.builds.map(({ service, cached }) => [service, cached])).toEqual([
    ["web", true],
    ["worker", false],
  ]);

  const down = await berth("down");
  expect(down).toMatchObject({ code: 0 });
  expect(down.result.changes.delete).toBe(first.result.changes.create);
  expect((await berth("list")).result.outputs).toEqual({ stacks: [] });
  expect((await berth("outputs")).code).toBe(2);
});

test("preview shows what up would do, and writes nothing", async () => {
  const { code, result } = await berth("preview", "--plan", planFile());
  expect(code).toBe(0);
  const created = named("create");
  expect(result.changes).toMatchObject({ create: created.length, same: 0 });
  expect(existsSync(join(folder, ".berth"))).toBe(false);
  const up = await berth("up", "--plan", planFile());
  expect(up.code).toBe(0);
  expect([...named("create")].sort()).toEqual([...created].sort());
});

test("the plan names the image that up builds, before it is built", async () => {
  await berth("preview", "--plan", planFile());
  const digest = /kaniko-build:([0-9a-f]{64})/;
  const definition = plan().resources.find(
    ({ type, name }) => type.endsWith(":TaskDefinition") && name === "worker",
  );
  const [image] = digest.exec(JSON.stringify(definition?.inputs)) ?? [];
  const up = await berth("up");
  expect(up.result.builds.find(({ service }) => service === "worker")?.image).toContain(
    image ?? "no image in the plan",
  );
});

test("a target is a service with what it needs", async () => {
  const { code } = await berth("up", "--target", "worker", "--plan", planFile());
  expect(code).toBe(0);
  const made = named("create");
  expect(made).toContain("Service worker");
  expect(made).toContain("Instance db");
  expect((await berth("preview", "--plan", planFile())).code).toBe(0);
  const left = named("create");
  expect((await berth("up", "--target", "nobody")).result.error?.message).toContain(
    '"nobody" is neither a URN',
  );
  const gone = await berth("up", "--target", "urn:pulumi:dev::todo::berth:aws:ContainerService::nobody");
  expect(gone.code).toBe(2);
  expect(gone.result.error?.message).toContain("the stack has no urn:pulumi:dev::todo::");
  expect(left.length).toBeLessThan(made.length);
});

test("a project is told by BERTH_PROJECT where there is no archive", async () => {
  await berth("up");
  const options = { env: { HOME: folder, BERTH_PROJECT: "todo" }, cwd: folder };
  const outputs = await cd(["outputs", "--simulate", "--json"], options);
  expect(outputs.result.endpoints).toHaveProperty("web");
  expect((await cd(["destroy", "--simulate", "--json"], options)).result.changes.delete).toBeGreaterThan(50);
  expect((await cd(["refresh", "--simulate"], options)).code).toBe(0);
});

test("AWS's own deletion protection is told before anything is deleted", async () => {
  const env = { HOME: folder, BERTH_MODE: "high-availability" };
  const run = (...argv: readonly string[]) => cd([...argv, "--simulate", "--json"], { env, cwd: project });
  expect((await run("up")).code).toBe(0);
  const refused = await run("down");
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/x-berth\.albDeletionProtection[\s\S]*x-berth\.postgresDeletionProtection/);
  expect((await run("up")).result.outcome).toBe("unchanged");
  appendFileSync(
    join(project, "compose.yaml"),
    "x-berth: {albDeletionProtection: false, postgresDeletionProtection: false}\n",
  );
  expect((await run("up")).result.changes.update).toBe(2);
  expect((await run("down")).code).toBe(0);
});

test("secrets stand nowhere: output, plan, events, state, cloud", async () => {
  // The shell's value is the developer's own: the deployment takes the secret from Parameter Store all the same.
  const secret = "correct-horse-battery";
  const env = {
    HOME: folder,
    BERTH_EVENTS: join(folder, "events.ndjson"),
    LOG_LEVEL: "trace",
    POSTGRES_PASSWORD: secret,
    PULUMI_CONFIG_PASSPHRASE: secret,
  };
  const seen: string[] = [];
  for (const argv of [["preview"], ["up"], ["up", "--force"], ["outputs"], ["down"]]) {
    const options = ["up", "preview"].includes(argv[0] ?? "") ? ["--plan", planFile()] : [];
    const { code, stdout, stderr } = await cd([...argv, "--simulate", "--json", ...options], {
      env,
      cwd: project,
    });
    expect(code).toBe(0);
    seen.push(stdout, stderr, ...textsOf(folder));
  }
  expect(seen.filter((text) => text.includes(secret))).toEqual([]);
  expect(seen.join("\n")).toContain("[secret]");
});

/** Every file that the run left, the project's own apart. */
function textsOf(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(project))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}

test("the event stream tells the run line by line", async () => {
  const events = join(folder, "events.ndjson");
  await cd(["up", "--simulate"], { env: { HOME: folder, BERTH_EVENTS: events }, cwd: project });
  const kinds = readFileSync(events, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { kind: string }).kind);
  expect(new Set(kinds)).toEqual(new Set(["outline", "resource", "build", "service"]));
});

test("the page of a run stands beside its events, also of one that fails", async () => {
  const env = { HOME: folder, BERTH_EVENTS: join(folder, "runs", "first.ndjson") };
  const { result } = await cd(["up", "--simulate", "--json"], { env, cwd: project });
  const page = readFileSync(join(folder, "runs", "first.html"), "utf8");
  for (const url of Object.values(result.endpoints)) expect(page).toContain(`href="${url}"`);
  expect(page).toContain("rds Instance");
  expect(page).toMatch(/About \$\d+\.\d\d a month/);

  const failed = { ...env, BERTH_EVENTS: join(folder, "runs", "second.ndjson") };
  appendFileSync(join(project, "compose.yaml"), "nonsense: true\n");
  expect((await cd(["up", "--simulate"], { env: failed, cwd: project })).code).toBe(3);
  expect(readFileSync(join(folder, "runs", "second.html"), "utf8")).toContain("Error: project");
});

test("a page that can't be kept changes nothing of what the run came to", async () => {
  const events = join(folder, "events.ndjson");
  mkdirSync(join(folder, "events.html"));
  const { code, stderr } = await cd(["up", "--simulate"], {
    env: { HOME: folder, BERTH_EVENTS: events },
    cwd: project,
  });
  expect(code).toBe(0);
  expect(stderr).toMatch(/warning: .*BERTH_EVENTS: ".*events\.html": .*EISDIR/);
  expect(readFileSync(events, "utf8")).toContain('"kind":"service"');
});

test("a run that is told to end ends in order, with the signal's code", async () => {
  const abort = new AbortController();
  abort.abort(endedBy("SIGTERM"));
  const { code, result } = await cd(["up", "--simulate", "--json"], {
    env: { HOME: folder },
    cwd: project,
    signal: abort.signal,
  });
  expect(code).toBe(143);
  expect(result).toMatchObject({ outcome: "cancelled", error: { kind: "cancelled" } });
  expect((await berth("up")).code).toBe(0);
});
