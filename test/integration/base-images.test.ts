/** Newer base images: asked for by `build.pull`, `up --build` and a setting, remembered else. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plan } from "../../src/app/plan";
import type { ImageConfigs } from "../../src/ports";
import { cd } from "../support/cd";

let home: string;
let project: string;
/** What the registry says of `node:22`; without it, it does not answer. */
let now: string | undefined;
let asked: string[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "berth-bases-"));
  project = join(home, "shop");
  asked = [];
  now = digestOf("1");
  plant("");
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const digestOf = (sign: string) => `sha256:${sign.repeat(64)}`;

function plant(build: string, top = ""): void {
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, "Dockerfile"), "FROM node:22\nCMD node\n");
  writeFileSync(
    join(project, "compose.yaml"),
    `${top}services:\n  web:\n    ports: ["80:80"]\n    build:\n      context: .\n${build}`,
  );
}

const images: ImageConfigs = {
  holds: () => Promise.resolve(undefined),
  read: () => Promise.resolve({ configs: new Map(), unread: [] }),
  digests: (requests) => {
    asked.push(...requests.map(({ reference }) => reference));
    if (now !== undefined) return Promise.resolve({ digests: new Map([["node:22", now]]), unread: [] });
    return Promise.resolve({ digests: new Map(), unread: [{ reference: "node:22", why: "it is away" }] });
  },
};

async function run(...words: readonly string[]) {
  asked.length = 0;
  const planFile = join(home, "plan.json");
  const argv = [
    ...words,
    "--simulate",
    "--json",
    ...(words[0] === "preview" ? ["--plan", planFile] : []),
    project,
  ];
  const { code, stderr, result } = await cd(argv, {
    env: { HOME: home, PULUMI_BACKEND_URL: `file://${home}`, BERTH_SIMULATOR_LATENCY: "0" },
    deps: (real) => ({ ...real, images: () => Promise.resolve(images) }),
  });
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
  return { result, outcome: result.outcome, built: result.builds.length, plan: () => planOf(planFile) };
}

const planOf = (file: string) => JSON.parse(readFileSync(file, "utf8")) as Plan;

test("nobody asks: no registry is asked, and nothing is remembered", async () => {
  expect((await run("up")).built).toBe(1);
  expect((await run("preview")).plan().bases).toBeUndefined();
  expect(asked).toEqual([]);
  now = digestOf("2");
  expect((await run("up")).outcome).toBe("unchanged");
});

test("up --build builds again where a base has moved, and that stays without it", async () => {
  await run("up");
  expect((await run("up", "--build")).built).toBe(1);
  expect(asked).toEqual(["node:22"]);
  expect((await run("up", "--build")).outcome).toBe("unchanged");
  expect((await run("up")).outcome).toBe("unchanged");
  expect(asked).toEqual([]);
  now = digestOf("2");
  const { plan } = await run("preview", "--build");
  expect(plan().bases).toEqual({ web: { "node:22": digestOf("2") } });
  expect((await run("up")).outcome).toBe("unchanged");
  expect((await run("up", "--build")).outcome).toBe("succeeded");
});

test.each([
  ["build.pull", "      pull: true\n", ""],
  ["the setting", "", "x-berth: {baseImages: newer}\n"],
])("%s asks in each run", async (_, build, top) => {
  plant(build, top);
  await run("up");
  expect(asked).toEqual(["node:22"]);
  expect((await run("up")).outcome).toBe("unchanged");
  now = digestOf("2");
  expect((await run("up")).outcome).toBe("succeeded");
});

test("a registry that does not answer changes nothing, and that is said", async () => {
  plant("      pull: true\n");
  await run("up");
  now = undefined;
  const { outcome, result } = await run("up");
  expect(outcome).toBe("unchanged");
  expect(result.warnings.map(({ message }) => message)).toContain(
    "whether there are newer base images could not be asked, so those of the last build stay: node:22 (it is away)",
  );
});

test("down forgets the digests", async () => {
  plant("      pull: true\n");
  await run("up");
  await run("down");
  plant("");
  await run("up");
  expect((await run("preview")).plan().bases).toBeUndefined();
});

test("the build's role may read the repositories of ECR that its Dockerfile names, and no others", async () => {
  const repository = (name: string) => `210987654321.dkr.ecr.eu-west-1.amazonaws.com/${name}`;
  writeFileSync(
    join(project, "Dockerfile"),
    `FROM ${repository("a/tools")}@${digestOf("1")} AS tools\nFROM ${repository("a/base")}:1\nCOPY --from=tools /x /x\n`,
  );
  await run("up");
  const state = readdirSync(home, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".json"))
    .map((file) => readFileSync(join(home, file), "utf8"))
    .join("\n");
  const named = [...state.matchAll(/arn:aws:ecr:eu-west-1:210987654321:repository\/([\w/*-]+)/g)];
  expect([...new Set(named.map(([, name]) => name))]).toEqual(["a/base", "a/tools"]);
});
