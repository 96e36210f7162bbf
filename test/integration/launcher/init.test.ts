/** `berth init`: from a folder to a compose file that deploys. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { parse } from "yaml";
import { recipeFor } from "../../../src/autobuild";
import { composeSchema } from "../../../src/json-schema";
import { diskFolder } from "../../../src/launcher/init/from-folder";
import { copilotSchedule } from "../../../src/launcher/init/copilot-schedule";
import { Workspace } from "../../support/archives";
import { cd } from "../../support/cd";
import { expectGolden } from "../../support/golden";
import { berth } from "../../support/launcher";
import { smallProjects } from "../../support/small-projects";

const workspace = new Workspace();
const env = { HOME: workspace.path };
const isValid = new Ajv2020({ strict: false }).compile(composeSchema());
afterAll(() => {
  workspace.remove();
});

interface Written {
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly name: string;
}

function compose(folder: string): Written {
  const file = parse(readFileSync(join(folder, "compose.yaml"), "utf8")) as Written;
  expect([isValid(file), isValid.errors]).toEqual([true, null]);
  return file;
}

async function plans(folder: string): Promise<void> {
  const { code, stderr } = await cd(["preview", "--simulate", "--json", folder], { env });
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
}

test("two commands from an empty folder with a program to its preview", async () => {
  const folder = workspace.plant(smallProjects["node-npm"] ?? {}, "shop");
  const { code, stdout, stderr } = await berth(["init"], { env, cwd: folder });
  expect([code, stdout]).toEqual([0, "wrote compose.yaml\nwrote Dockerfile\nwrote .dockerignore\n"]);
  expect(stderr).toBe(
    ".: Node 24 with npm\n\nNext:\n  berth preview --simulate   what it makes on AWS and what that costs, without an account\n  berth up                   deploys it\n",
  );
  expect(readFileSync(join(folder, "compose.yaml"), "utf8")).toMatch(
    /^# yaml-language-server: \$schema=https:\/\/unpkg\.com\/\S+\/compose-schema\.json\n\nname: shop\nservices:\n {2}web:\n {4}build: \.\n {4}ports:\n {6}- "3000"\n$/,
  );
  expect(readFileSync(join(folder, "Dockerfile"), "utf8")).toBe(recipeFor(diskFolder(folder))?.dockerfile);
  await plans(folder);
});

test.each(Object.keys(smallProjects))("what is written for %s plans", async (name) => {
  const folder = workspace.plant(smallProjects[name] ?? {}, `init-${name}`);
  const { code } = await berth(["init", "--database", "postgres", "--build", "auto"], { env, cwd: folder });
  expect(code).toBe(0);
  expect(existsSync(join(folder, "Dockerfile"))).toBe(false);
  const { services } = compose(folder);
  expect(services["web"]).toMatchObject({ build: ".", "x-build": "auto", depends_on: { db: {} } });
  expect(services["db"]).toMatchObject({ "x-postgres": true });
  await plans(folder);
});

test("at a terminal two questions are asked", async () => {
  const folder = workspace.plant(smallProjects["go"] ?? {}, "asked");
  const { code, stderr, questions } = await berth(["init"], { env, cwd: folder, answers: ["mysql", "auto"] });
  expect([code, questions]).toEqual([0, ["A database beside it?", "How is the image built?"]]);
  expect(compose(folder).services["db"]).toMatchObject({ "x-mysql": true });
  expect(stderr).toContain("berth secret set MYSQL_PASSWORD\n");
  await plans(folder);
});

test("several programs are services of their own, and a Dockerfile that is there is built", async () => {
  const files = Object.entries({
    api: smallProjects["fastapi"] ?? {},
    site: smallProjects["vite"] ?? {},
  }).flatMap(([name, own]) => Object.entries(own).map(([path, text]) => [`${name}/${path}`, text] as const));
  const folder = workspace.plant({
    ...Object.fromEntries(files),
    "worker/Dockerfile": "FROM alpine\nEXPOSE 9000\n",
    "docs/index.html": "",
  });
  const { code, stderr } = await berth(["init", "--name", "Big Shop"], { env, cwd: folder });
  expect(code).toBe(0);
  const { name, services } = compose(folder);
  expect(name).toBe("bigshop");
  expect(services).toMatchObject({
    api: { build: "./api" },
    site: { build: "./site" },
    worker: { build: "./worker", ports: ["9000"] },
  });
  expect(readFileSync(join(folder, "worker/Dockerfile"), "utf8")).toContain("alpine");
  expect(stderr).toContain("worker: its own Dockerfile is built");
  expect(existsSync(join(folder, "api/Dockerfile"))).toBe(true);
  await plans(folder);
});

test.each<[string, Readonly<Record<string, string>>, readonly string[], RegExp]>([
  [
    "a compose file that is there",
    { "docker-compose.yml": "" },
    [],
    /^error: docker-compose\.yml: the folder has a compose file already\n {2}fix: berth preview/,
  ],
  [
    "no program",
    { "a.txt": "" },
    [],
    /has a Dockerfile or is plainly one of Go, Rust.*\n {2}fix: go to the program's folder/,
  ],
  [
    "a program without a start",
    { "package.json": "{}" },
    [],
    /^error: \.: package\.json says nothing of what starts the program\n {2}fix: add a start script/,
  ],
  [
    "a port that is none",
    { "index.html": "" },
    ["--port", "x"],
    /^error: --port: "x" is no port\n {2}fix: a whole number/,
  ],
  ["a folder that isn't there", {}, ["nowhere"], /nowhere: there is no such folder\n {2}fix:/],
  [
    "no manifests",
    {},
    ["--from", "copilot"],
    /^error: copilot: there is no copilot\/NAME\/manifest\.yml\n {2}fix:/,
  ],
  [
    "a manifest that is no YAML",
    { "copilot/web/manifest.yml": "a: [\n" },
    ["--from", "copilot"],
    /^error: copilot\/web\/manifest\.yml:\d+: invalid YAML/,
  ],
])("%s: told with a fix, and nothing is written", async (_what, files, words, expected) => {
  const folder = workspace.plant(files);
  const { code, stderr } = await berth(["init", ...words], { env, cwd: folder });
  expect([code, stderr]).toEqual([2, expect.stringMatching(expected) as string]);
  expect(existsSync(join(folder, "compose.yaml"))).toBe(false);
});

test("files that are there stay as they are", async () => {
  const folder = workspace.plant({ "index.html": "", ".dockerignore": "own\n" });
  const { stdout, stderr } = await berth(["init"], { env, cwd: folder });
  expect(stdout).toBe("wrote compose.yaml\nwrote Dockerfile\n");
  expect(stderr).toContain(".dockerignore is there already and stays as it is\n");
  expect(readFileSync(join(folder, ".dockerignore"), "utf8")).toBe("own\n");
});

describe("from Copilot", () => {
  const manifests = {
    "copilot/.workspace": "application: bookshop\n",
    "copilot/frontend/manifest.yml": `name: frontend
type: Load Balanced Web Service
http:
  path: '/'
  alias: shop.example.com
  healthcheck: {path: /health, interval: 10s}
  stickiness: true
  deregistration_delay: 20s
image: {build: ./frontend/Dockerfile, port: 8080}
cpu: 256
memory: 512
count: {range: 1-5, cpu_percentage: 70, spot: 3}
exec: true
network: {connect: true}
variables: {LOG: info, PRICE: "$5"}
secrets: {TOKEN: /copilot/bookshop/test/secrets/TOKEN}
environments: {prod: {count: 3}}
`,
    "copilot/frontend/addons/db.yml": "",
    "copilot/api/manifest.yml": `name: api
type: Backend Service
image:
  build: {dockerfile: ./api/prod.Dockerfile, context: ./api, args: {A: b}}
  port: 9000
  healthcheck: {command: ["CMD-SHELL", "curl -f http://localhost:9000/"], interval: 10s, retries: 2}
platform: linux/arm64
count: 2
storage: {volumes: {data: {path: /data, read_only: false, efs: true}}}
`,
    "copilot/worker/manifest.yml": `name: worker
type: Worker Service
image: {location: httpd}
command: ["sleep", "1"]
subscribe: {topics: [{name: orders, service: api}]}
sidecars: {nginx: {port: 80}}
`,
    "copilot/report/manifest.yml": `name: report
type: Scheduled Job
image: {build: report/Dockerfile}
on: {schedule: "@daily"}
retries: 2
timeout: 10m
`,
    "copilot/site/manifest.yml": `name: site
type: Static Site
http: {alias: www.example.com}
files: [{source: public}, {source: more}]
`,
    "frontend/Dockerfile": "FROM nginx\n",
    "api/prod.Dockerfile": "FROM nginx\n",
    "report/Dockerfile": "FROM nginx\n",
    "public/index.html": "",
  };

  test("each kind of workload is a service, and what doesn't map is listed", async () => {
    const folder = workspace.plant(manifests);
    const { code, stderr } = await berth(["init", "--from", "copilot"], { env, cwd: folder });
    expect(code).toBe(0);
    const { name, services } = compose(folder);
    expect(name).toBe("bookshop");
    expect(services).toMatchObject({
      frontend: {
        build: "./frontend",
        ports: ["8080"],
        "x-domains": ["shop.example.com"],
        "x-sticky": true,
        environment: { LOG: "info", PRICE: "$$5", TOKEN: null },
        deploy: { resources: { limits: { cpus: "0.25", memory: "512M" } } },
        "x-autoscaling": { min: 1, max: 5, cpu: 70 },
      },
      api: {
        build: { context: "./api", dockerfile: "prod.Dockerfile", args: { A: "b" } },
        expose: ["9000"],
        platform: "linux/arm64",
        deploy: { replicas: 2 },
        healthcheck: { test: ["CMD-SHELL", "curl -f http://localhost:9000/"], retries: 2 },
        volumes: ["data:/data"],
      },
      worker: { image: "httpd", command: ["sleep", "1"], restart: "always" },
      report: { build: "./report", restart: "no" },
      site: { "x-static": "./public", "x-domains": ["www.example.com"] },
    });
    // What becomes of a schedule depends on whether schedules are honoured.
    const lines = stderr.split("\n").filter((line) => !line.startsWith("report:"));
    expectGolden(join(__dirname, "golden/init-from-copilot.txt"), lines.join("\n"));
    await plans(folder);
  });

  test("of a static site's files what a folder can't say is listed", async () => {
    const folder = workspace.plant({
      "copilot/site/manifest.yml": `name: site
type: Static Site
http: {alias: [{name: www.example.com}], certificate: "arn:aws:acm:us-east-1:123456789012:certificate/1"}
files:
  - {source: ./dist, destination: assets, recursive: false, exclude: "*", reinclude: ["*.txt"]}
  - {source: about.html}
environments: {prod: {files: [{source: blob}]}}
`,
      "dist/index.html": "",
    });
    const { code, stderr } = await berth(["init", "--from", "copilot"], { env, cwd: folder });
    expect(code).toBe(0);
    expect(compose(folder).services).toEqual({
      site: { "x-static": "./dist", "x-domains": ["www.example.com"] },
    });
    for (const words of [
      "files beyond ./dist: about.html; have the build put them into that folder",
      "files.destination: all of ./dist is published at /",
      "files.exclude",
      "files.reinclude",
      "files.recursive: the folders below ./dist are published too",
      "http.certificate: Berth makes the certificate",
      "environments.prod",
    ])
      expect(stderr).toContain(words);
    await plans(folder);
  });

  test.each<[string, unknown]>([
    ["@daily", { cron: "0 0 * * *" }],
    ["@every 1h30m", { every: "1h30m" }],
    ["rate(5 minutes)", { every: "5m" }],
    ["cron(0 9 * * ? *)", { cron: "0 9 * * *" }],
    ["0 9 * * 1", { cron: "0 9 * * 1" }],
    ["none", undefined],
  ])("the schedule %s", (text, expected) => {
    expect(copilotSchedule(text)).toEqual(expected);
  });
});
