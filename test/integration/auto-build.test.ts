/** `x-build: auto`: folders without a Dockerfile are planned, as a folder and packed for the CD task. */
import { createWriteStream, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { prepare } from "../../src/app/prepare";
import { withProjectRoot } from "../../src/app/place/project-root";
import type { Plan } from "../../src/app/plan";
import { packDirectory } from "../../src/archive";
import { realDeps } from "../../src/cli/adapters";
import { readSettings } from "../../src/settings/settings";
import { systemClock } from "../../src/wiring/clock";
import { Ending } from "../../src/wiring/ending";
import { Workspace } from "../support/archives";
import { cd } from "../support/cd";
import { smallProjects } from "../support/small-projects";

const workspace = new Workspace();
const env = { HOME: workspace.path };
afterAll(() => {
  workspace.remove();
});

/** A project with a service for each small program. */
function plantAll(): string {
  const services = Object.keys(smallProjects).map((name) =>
    [`  ${name}:`, `    build: ./${name}`, "    x-build: auto", "    restart: always"].join("\n"),
  );
  const files = Object.entries(smallProjects).flatMap(([name, own]) =>
    Object.entries(own).map(([path, text]): [string, string] => [`${name}/${path}`, text]),
  );
  return workspace.plant({
    "compose.yaml": `name: many\nservices:\n${services.join("\n")}\n`,
    ...Object.fromEntries(files),
  });
}

async function planOf(location: string): Promise<Plan> {
  const file = join(workspace.path, "plan.json");
  const { code, stderr } = await cd(["preview", "--simulate", "--json", "--plan", file, location], { env });
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
  return JSON.parse(readFileSync(file, "utf8")) as Plan;
}

async function prepared(folder: string): Promise<Awaited<ReturnType<typeof prepare>>> {
  const settings = withProjectRoot(readSettings(["preview", "--simulate", folder], env, folder), false);
  const output = { stdout: () => undefined, stderr: () => undefined };
  return prepare(settings, realDeps(settings, output, new Ending(systemClock)));
}

test("small programs of eighteen kinds plan, and as the packed project does", async () => {
  const folder = plantAll();
  const { archive, project, images } = await prepared(folder);
  expect(Object.keys(images).sort()).toEqual(Object.keys(smallProjects).sort());
  const builds = project.services.flatMap((service) =>
    service.kind === "container" && service.image.kind === "build" ? [service.image.build] : [],
  );
  const packed = join(workspace.path, "many.tar.gz");
  await pipeline(
    packDirectory(archive.location, { files: archive.usedPaths(), builds }),
    createWriteStream(packed),
  );
  expect((await planOf(packed)).resources).toEqual((await planOf(folder)).resources);
  const web = builds.find(({ context }) => context === "node-npm");
  expect(web === undefined ? [] : archive.contextFiles(web)).toEqual([
    "package-lock.json",
    "package.json",
    "server.ts",
  ]);
});

describe("x-build", () => {
  const node = { "package.json": '{"scripts":{"start":"node a.js"}}', "package-lock.json": "{}", "a.js": "" };

  test("alone builds the project's folder, on the port that is published", async () => {
    const folder = workspace.plant({
      "compose.yaml": 'services: {web: {x-build: auto, ports: ["80:4000"]}}\n',
      ...node,
    });
    const { project } = await prepared(folder);
    const [web] = project.services;
    const image = web?.kind === "container" ? web.image : undefined;
    expect(image).toMatchObject({
      kind: "build",
      build: { context: ".", dockerfile: { writtenFor: "Node 24 with npm" } },
    });
    expect(JSON.stringify(image)).toContain("EXPOSE 4000");
  });

  test("another digest comes of a lockfile that is there now, and of another version", async () => {
    const folder = workspace.plant({
      "compose.yaml": "services: {web: {build: ., x-build: auto}}\n",
      ...node,
    });
    const tag = async (): Promise<string | undefined> => (await prepared(folder)).images["web"]?.tag;
    const first = await tag();
    expect(await tag()).toBe(first);
    writeFileSync(join(folder, ".nvmrc"), "22\n");
    const second = await tag();
    expect(second).not.toBe(first);
    rmSync(join(folder, "package-lock.json"));
    expect(await tag()).not.toBe(second);
    // What the written ignore file leaves out is no part of it.
    mkdirSync(join(folder, "node_modules"));
    const before = await tag();
    writeFileSync(join(folder, "node_modules/x.js"), "1");
    expect(await tag()).toBe(before);
  });

  test("a Dockerfile that is there is built, with a warning", async () => {
    const folder = workspace.plant({
      "compose.yaml": "services: {web: {build: ., x-build: auto}}\n",
      Dockerfile: "FROM nginx\n",
      ...node,
    });
    const { warnings } = await prepared(folder);
    expect(warnings).toContainEqual(
      expect.objectContaining({
        path: "services.web.x-build",
        message: "Dockerfile is there and is built: x-build is of no effect",
      }),
    );
  });

  test.each<[string, Readonly<Record<string, string>>, string, string]>([
    ["{web: {build: ., x-build: yes}}", node, "services.web.x-build", "is no way to build"],
    ["{web: {build: ., x-build: {auto: true, port: 3}}}", node, "services.web.x-build.port", "has no key"],
    [
      "{web: {build: {context: ., dockerfile: a.Dockerfile}, x-build: auto}}",
      node,
      "services.web.build.dockerfile",
      "keep one of them",
    ],
    [
      "{web: {build: ., x-build: auto}}",
      { "a.txt": "" },
      "services.web.x-build",
      "plainly of none of these: Go, Rust",
    ],
    [
      "{web: {build: ., x-build: auto}}",
      { "package.json": "{}" },
      "services.web.x-build",
      'add a start script to it ("start": "node server.js")',
    ],
    [
      "{web: {build: ., x-build: auto}}",
      { "go.mod": "module x\n" },
      "services.web.x-build",
      "GO_PACKAGE: ./PATH",
    ],
  ])("%s is told with a fix", async (services, files, path, message) => {
    const folder = workspace.plant({ "compose.yaml": `services: ${services}\n`, ...files });
    const { code, stderr } = await cd(["preview", "--simulate", folder], { env });
    expect(code).toBe(3);
    expect(stderr).toContain(path);
    expect(stderr).toContain(message);
  });

  test("is offered where a folder of a known kind has no Dockerfile", async () => {
    const folder = workspace.plant({ "compose.yaml": "services: {web: {build: .}}\n", ...node });
    const { code, stderr } = await cd(["preview", "--simulate", folder], { env });
    expect(code).toBe(3);
    expect(stderr.replace(/\s+/g, " ")).toContain(
      "there is no Dockerfile: an image is built from a Dockerfile fix: the folder is plainly Node 24 with npm: x-build: auto at the service builds it from one that Berth writes, and berth init writes such a one into a folder",
    );
  });
});
