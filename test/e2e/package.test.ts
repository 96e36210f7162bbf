/** The package that npm publishes: packed, installed into an empty folder without a network, and run from there. */
import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const root = join(__dirname, "../..");
const run = promisify(execFile);
/** npm of the Node that runs the tests, or of the machine. */
const env = {
  ...process.env,
  PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`,
  NODE_PATH: "",
};

let home: string;
let packed: { readonly filename: string; readonly size: number; readonly files: readonly { path: string }[] };

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "berth-package-"));
  // The build is the tests' own; its types are checked elsewhere.
  const { stdout } = await run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", home], {
    cwd: root,
    env,
  });
  [packed = { filename: "", size: 0, files: [] }] = JSON.parse(stdout) as (typeof packed)[];
  mkdirSync(join(home, "empty"));
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", join(home, packed.filename)], {
    cwd: join(home, "empty"),
    env,
  });
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

const npx = (...words: readonly string[]): Promise<{ stdout: string; stderr: string }> =>
  run("npx", ["--no-install", ...words], {
    cwd: join(home, "empty"),
    env: { ...env, HOME: home, CI: "true" },
  });

test("it is small, and brings nothing with it", () => {
  expect(packed.size).toBeLessThan(4_000_000);
  expect(packed.files.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      "dist/berth.js",
      "dist/berth-cd.js",
      "dist/compose-schema.json",
      "LICENSE",
      "README.md",
    ]),
  );
  expect(packed.files.filter(({ path }) => /^(src|test|scripts)\/|simulated-aws/.test(path))).toEqual([]);
  const installed = readdirSync(join(home, "empty/node_modules")).filter((name) => !name.startsWith("."));
  expect(installed).toEqual(["@berth-cd"]);
});

test("it has the licences of what is bundled", () => {
  const text = readFileSync(
    join(home, "empty/node_modules/@berth-cd/berth/dist/THIRD-PARTY-LICENSES.txt"),
    "utf8",
  );
  for (const name of ["@pulumi/pulumi", "@aws-sdk/client-ecs", "zod", "commander", "yaml"])
    expect(text).toMatch(new RegExp(`^${name} \\d`, "m"));
  // What serializes functions for Pulumi is left out (`scripts/build/leave-out.mjs`).
  expect(text).not.toContain("arborist");
});

test("npx runs it by the package's name, and both programs by their own", async () => {
  expect((await npx("@berth-cd/berth", "version")).stdout).toMatch(/^berth \d+\.\d+\.\d+/);
  expect((await npx("berth", "--help")).stdout).toContain("Usage: berth");
  expect((await npx("berth-cd", "version")).stdout).toMatch(/^berth-cd \d+\.\d+\.\d+/);
});

test("it previews a project of its own", async () => {
  writeFileSync(join(home, "empty/compose.yaml"), "services: {web: {image: nginx, ports: ['80']}}\n");
  const { stdout } = await npx("berth-cd", "preview", "--simulate", "--json");
  expect(JSON.parse(stdout)).toMatchObject({ outcome: "succeeded", project: "empty" });
});

test("its schema is the one that the loader reads by", () => {
  const path = join(home, "empty/node_modules/@berth-cd/berth/dist/compose-schema.json");
  const schema = JSON.parse(readFileSync(path, "utf8")) as { properties: Record<string, unknown> };
  expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(["services", "x-berth"]));
});

test.each(["berth", "berth-cd"])("%s of an old Node says which it needs, in one line", (program) => {
  const old = join(home, "old-node.cjs");
  writeFileSync(
    old,
    'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.20.1" } });\n',
  );
  const path = join(home, `empty/node_modules/@berth-cd/berth/dist/${program}.js`);
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--require", old, path, "version"], {
    encoding: "utf8",
  });
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(
    new RegExp(
      `^error: ${program} needs Node 22 or later, and this is 18\\.20\\.1 \\([^\\n]+\\): [^\\n]+\\n$`,
    ),
  );
});
