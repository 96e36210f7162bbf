/** The program of a project on the simulator: what comes up, stays, changes alone and goes. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectProgram } from "../../../stacks/project";
import { systemClock } from "../../../src/wiring/clock";
import { SimulatorEngine } from "../../../src/simulator/engine/engine";
import type { EngineRequest, EngineRun, Operation } from "../../../src/ports";
import type { Project } from "../../../src/model/project";
import { modeSettings } from "../../../src/modes/modes";
import { containerOf, programArgs, projectOf, todo } from "../../support/projects";

const request: EngineRequest = {
  project: "todo",
  stack: "dev",
  onEvent: () => undefined,
  signal: new AbortController().signal,
};

let directory: string;
let engine: SimulatorEngine;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "berth-project-"));
  engine = new SimulatorEngine({ stateDirectory: directory, region: "us-east-1", clock: systemClock });
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function up(project: Project, own: Parameters<typeof programArgs>[1] = {}): Promise<EngineRun> {
  return engine.up({ ...request, program: projectProgram(programArgs(project, own)) });
}

function operations(run: EngineRun): readonly Operation[] {
  return [...new Set(run.steps.map(({ op }) => op))];
}

/** Type and name of what is not the same. */
function changes(run: EngineRun): readonly string[] {
  return run.steps
    .filter(({ op }) => op !== "same")
    .map(({ op, type, name }) => `${op} ${type.split(":").at(-1) ?? ""} ${name}`)
    .sort();
}

test.each([
  ["affordable", undefined],
  ["balanced", "example.com"],
  ["high-availability", "example.com"],
] as const)(
  "mode %s, domain %s: comes up as previewed, then has nothing to change, then goes",
  async (mode, domain) => {
    const settings = { postgresDeletionProtection: false, albDeletionProtection: false };
    const own = { mode: modeSettings(mode, settings), ...(domain === undefined ? {} : { domain }) };
    const planned = await engine.preview({ ...request, program: projectProgram(programArgs(todo(), own)) });
    const made = await up(todo(), own);
    const names = (run: EngineRun): string[] => run.steps.map(({ urn }) => urn).sort();
    expect(operations(made)).toEqual(["create"]);
    expect(names(planned)).toEqual(names(made));
    expect(operations(await up(todo(), own))).toEqual(["same"]);
    expect(operations(await engine.destroy(request))).toEqual(["delete"]);
    // The app's own steps deregister the revisions; the engine alone keeps them.
    const left = engine.cloud(request).list();
    expect(left.filter(({ type }) => type !== "aws:ecs/taskDefinition:TaskDefinition")).toEqual([]);
  },
);

test("the code of one service changes that service alone", async () => {
  await up(todo());
  const worker = { tag: "another", platforms: [{ architecture: "ARM64", digest: "another" }] } as const;
  const changed = await up(todo(), { images: { ...programArgs(todo()).images, worker } });
  expect(changes(changed)).toEqual(["replace TaskDefinition worker", "update Service worker"]);
});

test("a setting of a health check updates in place", async () => {
  const healthcheck = {
    command: ["CMD", "ok"],
    interval: 30,
    timeout: 5,
    retries: 3,
    startPeriod: 0,
    path: "/",
  };
  const at = (path: string): Project => projectOf([containerOf({ healthcheck: { ...healthcheck, path } })]);
  await up(at("/"));
  expect(changes(await up(at("/up")))).toEqual(["update TargetGroup web"]);
});

test("a service on another port gets another target group before the old one goes", async () => {
  const port = { protocol: "tcp", mode: "ingress", appProtocol: "http" } as const;
  await up(projectOf([containerOf({ ports: [{ ...port, target: 8080 }] })]));
  const moved = changes(await up(projectOf([containerOf({ ports: [{ ...port, target: 9090 }] })])));
  expect(moved).toEqual(expect.arrayContaining(["replace TargetGroup web", "update ListenerRule web"]));
});

test("a new service leaves the others as they are", async () => {
  const services = [containerOf()];
  await up(projectOf(services), { domain: "example.com" });
  const grown = await up(projectOf([...services, containerOf({ name: "admin" })]), { domain: "example.com" });
  const touched = grown.steps.filter(({ op }) => op === "update" || op === "replace" || op === "delete");
  // One more image is pushed, so more are kept.
  expect(touched.map(({ op, type, name }) => `${op} ${type} ${name}`)).toEqual([
    "replace aws:ecr/lifecyclePolicy:LifecyclePolicy todo/kaniko-build",
  ]);
});

test("a database keeps its user; one whose service left the file stays, and the run fails", async () => {
  await up(todo());
  const renamed = todo().services.map((service) =>
    service.kind === "postgres" ? { ...service, username: "other" } : service,
  );
  // The use-case refuses it before any engine runs (app/data-loss); the program by itself touches nothing.
  expect(changes(await up(projectOf(renamed)))).not.toContain("replace Instance db");
  await expect(up(projectOf([containerOf()]))).rejects.toThrow(/protected/);
  const databases = engine.cloud(request).all("aws:rds/instance:Instance");
  expect(databases.map(({ outputs }) => outputs["username"])).toEqual(["todo"]);
});
