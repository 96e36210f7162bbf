/** Builds and test stages that fail, played by the simulated AWS: the exit code, and what is deployed all the same. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { program, type Finished } from "../support/program";

const compose = `
name: shop
services:
  web:
    build: .
    x-test: { target: test }
    ports: ["80:8080"]
  proxy:
    image: nginx:1.29
`;
const dockerfile =
  "FROM node:24 AS base\nCOPY . .\nFROM base AS test\nRUN npm test\nFROM base\nCMD npm start\n";

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "berth-builds-"));
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function plant(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function up(
  faults: string,
  dockerfiles: Readonly<Record<string, string>> = { Dockerfile: dockerfile },
): Promise<Finished> {
  const project = join(home, "shop");
  mkdirSync(project, { recursive: true });
  for (const [name, text] of Object.entries({
    "compose.yaml": compose,
    "package.json": "{}",
    ...dockerfiles,
  }))
    plant(join(project, name), text);
  const plan = join(home, "plan.json");
  const env = { HOME: home, ...(faults === "" ? {} : { BERTH_SIMULATE_FAILURES: faults }) };
  return program("berth-cd", ["up", "--simulate", "--json", "--verbose", "--plan", plan, project], { env });
}

test("a test stage that fails ends with 4, and no service is deployed", async () => {
  const failed = await up("web=test");
  expect(failed.code).toBe(4);
  expect(failed.result).toMatchObject({ outcome: "failed", error: { kind: "build" } });
  expect(failed.stderr).toMatch(
    /error: services\.web\.build: the test stage test failed: the executor ended with exit code 1: .*\(linux\/amd64\)\n {4}executor .*\n {4}error building image/,
  );
  expect(failed.stderr).toContain("fix: the whole log is in the log group /berth/shop/dev/builds");
  expect(failed.stderr).not.toMatch(/created +ecs (TaskDefinition|Service) (web|proxy)/);
});

test("a build that fails ends with 4; put right, the next run builds it", async () => {
  const failed = await up("web=build");
  expect(failed.code).toBe(4);
  expect(failed.stderr).toMatch(/error: services\.web\.build: the executor ended with exit code 1/);
  const next = await up("");
  expect(next.code).toBe(0);
  expect(next.result).toMatchObject({ builds: [{ service: "web", cached: false }] });
  expect(readFileSync(join(home, "plan.json"), "utf8")).toMatch(/shop\/kaniko-build@sha256:[0-9a-f]{64}/);
  const again = await up("web=build");
  expect([again.code, again.result.outcome]).toEqual([0, "unchanged"]);
  expect(again.result).toMatchObject({ builds: [{ service: "web", cached: true }] });
});

test("without a Dockerfile the error offers one", async () => {
  const failed = await up("", {});
  expect(failed.code).toBe(3);
  expect(failed.stderr).toContain(
    "services.web.build: there is no Dockerfile: an image is built from a Dockerfile",
  );
  expect(failed.stderr).toContain("fix: the folder is plainly Node: x-build: auto at the service builds it");
});

test("a stage that the Dockerfile has not is told before anything is made", async () => {
  const failed = await up("", { Dockerfile: "FROM node:24\n" });
  expect(failed.code).toBe(3);
  expect(failed.stderr).toContain('services.web.x-test.target: Dockerfile has no stage "test"');
});

describe("a Dockerfile in the compose file, with contexts by name", () => {
  const project = (inline: string, more = ""): Readonly<Record<string, string>> => ({
    "assets/a.txt": "a",
    "Dockerfile.runtime": "FROM node:24\n",
    "compose.yaml": [
      "name: shop",
      "services:",
      "  web:",
      "    build:",
      "      dockerfile_inline: |",
      ...inline.split("\n").map((line) => `        ${line}`),
      "      additional_contexts: { assets: ./assets, base: 'service:runtime', cli: 'docker-image://aws-cli' }",
      `${more}    ports: ["80:8080"]`,
      "  runtime: { build: { context: ., dockerfile: Dockerfile.runtime } }",
    ].join("\n"),
  });

  test("is built, after the image that it takes", async () => {
    const done = await up("", project("FROM base\nCOPY --from=assets a.txt /\nCOPY --from=cli /a /a"));
    expect(done.stderr).toMatch(/built +image of runtime .*\n(?:.*\n)*.*building +image of web /);
    expect(done.code).toBe(0);
    expect(done.result).toMatchObject({
      builds: [
        { service: "runtime", cached: false },
        { service: "web", cached: false },
      ],
    });
    const [runtime, web] = (done.result["builds"] as readonly { readonly image: string }[]).map(
      ({ image }) => image,
    );
    const changed = await up("", {
      ...project("FROM base\nCOPY --from=assets a.txt /\nCOPY --from=cli /a /a"),
      "Dockerfile.runtime": "FROM node:26\n",
    });
    const images = (changed.result["builds"] as readonly { readonly image: string }[]).map(
      ({ image }) => image,
    );
    expect(images[0]).not.toBe(runtime);
    expect(images[1]).not.toBe(web);
  });

  test("fails where the image that it takes does, and is never started", async () => {
    const failed = await up("runtime=build", project("FROM base"));
    expect(failed.code).toBe(4);
    expect(failed.stderr).toContain("services.runtime.build: the executor ended with exit code 1");
    expect(failed.stderr).not.toMatch(/services\.web\.build:/);
  });

  test("is refused with every line that can't be built", async () => {
    const failed = await up(
      "",
      project(
        "FROM base\nRUN --mount=from=cli,target=/c x\nCOPY --parents a b\nONBUILD COPY --from=assets a b",
      ),
    );
    expect(failed.code).toBe(3);
    const told = failed.stderr.split("\n").filter((line) => line.includes("dockerfile_inline"));
    expect(told).toEqual([
      expect.stringContaining(
        "services.web.build: dockerfile_inline:2: the builder mounts nothing from an image",
      ),
      expect.stringContaining("dockerfile_inline:3: the builder has no COPY --parents"),
      expect.stringContaining("dockerfile_inline:4: an additional context in ONBUILD: assets"),
    ]);
  });

  test("is refused beside a Dockerfile of its own", async () => {
    const { "compose.yaml": text = "" } = project("FROM base");
    const failed = await up("", {
      "compose.yaml": text.replace("    build:\n", "    build:\n      dockerfile: Dockerfile\n"),
    });
    expect(failed.code).toBe(3);
    expect(failed.stderr).toContain("dockerfile and dockerfile_inline exclude each other");
  });
});
