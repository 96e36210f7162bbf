/** `up --no-build`: what is built keeps the image of the last success, and nothing is built. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CloudData } from "../../src/simulator/cloud/store";
import { textOf } from "../../src/simulator/cloud/values";
import { cd, type Ran } from "../support/cd";

let home: string;
let project: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "berth-no-build-"));
  project = join(home, "shop");
  mkdirSync(project);
  write("1");
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const web = { build: ".", ports: ["80:80"] };

/** @param content - of the file that the image has */
function write(content: string, services: object = { web }): void {
  writeFileSync(join(project, "Dockerfile"), "FROM node:22\nCOPY content .\nCMD node\n");
  writeFileSync(join(project, "content"), content);
  writeFileSync(join(project, "compose.yaml"), JSON.stringify({ services }));
}

async function run(...words: readonly string[]): Promise<Ran> {
  return cd([...words.slice(0, 1), "--simulate", "--json", ...words.slice(1), project], {
    env: { HOME: home, PULUMI_BACKEND_URL: `file://${home}`, BERTH_SIMULATOR_LATENCY: "0" },
  });
}

async function up(...words: readonly string[]): Promise<Ran["result"]> {
  const ran = await run("up", ...words);
  expect([ran.code, ran.code === 0 ? "" : ran.stderr]).toEqual([0, ""]);
  return ran.result;
}

function cloud(): CloudData {
  return JSON.parse(readFileSync(join(home, "simulator/shop/dev.cloud.json"), "utf8")) as CloudData;
}

/** What the service's task definition names. */
function image(): string {
  const { resources } = cloud();
  const service = resources.find(({ type }) => type === "aws:ecs/service:Service");
  const definition = resources.find(({ id }) => id === service?.outputs["taskDefinition"]);
  const containers = JSON.parse(textOf(definition?.outputs["containerDefinitions"]) || "[]") as readonly {
    readonly name: string;
    readonly image: string;
  }[];
  return containers.find(({ name }) => name === "web")?.image ?? "";
}

test("the image of the last success stays, whatever the files are, and the next up builds again", async () => {
  await up();
  const [first, images] = [image(), cloud().images.length];
  write("2");
  expect((await up("--no-build")).outcome).toBe("unchanged");
  // Something else of the service changes: that is deployed, with the image that it had.
  write("2", { web: { ...web, environment: { A: "b" } } });
  const preview = await run("preview", "--no-build");
  expect([preview.code, preview.result.changes.replace]).toEqual([0, 1]);
  expect((await up("--no-build")).outcome).toBe("succeeded");
  expect([image(), cloud().images.length]).toEqual([first, images]);
  // Neither context nor Dockerfile is asked for: "Don't build an image".
  rmSync(join(project, "Dockerfile"));
  expect((await up("--no-build")).outcome).toBe("unchanged");
  write("2", { web: { ...web, environment: { A: "b" } } });
  expect((await up()).builds).toHaveLength(1);
  expect(image()).not.toBe(first);
});

test("a service that was never built is an error that says what builds it", async () => {
  const none = await run("up", "--no-build");
  expect([none.code, none.result.error]).toMatchObject([2, { kind: "usage" }]);
  expect(none.stderr).toContain(
    "services.web.build: --no-build builds nothing, and no deployment that succeeded has built its image\n  fix: berth up web, without --no-build, builds it",
  );
  await up();
  write("1", { web, worker: { build: "." }, job: { build: "." } });
  const { code, stderr } = await run("up", "--no-build");
  expect([code, stderr.match(/services\.\w+\.build/g)]).toEqual([
    2,
    ["services.job.build", "services.worker.build"],
  ]);
});

test("an image of another platform is none", async () => {
  await up();
  write("1", { web: { ...web, platform: "linux/arm64" } });
  const { code, stderr } = await run("up", "--no-build");
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining(
      "services.web.build: --no-build builds nothing, and its image is for linux/amd64, not for linux/arm64",
    ),
  ]);
});

test("--build and --no-build contradict each other", async () => {
  const { code, stderr } = await run("up", "--build", "--no-build");
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/'--no-build' cannot be used with option '--build'/),
  ]);
});
