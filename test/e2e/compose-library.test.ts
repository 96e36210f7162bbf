/** The loader as the library that package.json exports: it loads by itself, and its types need nothing else of Berth. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "../..");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "berth-compose-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function node(script: string): unknown {
  const env = { ...process.env, NODE_PATH: "" };
  return JSON.parse(execFileSync(process.execPath, ["-e", script], { cwd: root, env, encoding: "utf8" }));
}

test("the package's export loads a project and tells every problem with its place", () => {
  writeFileSync(
    join(folder, "compose.yaml"),
    "services:\n  web:\n    image: nginx\n    ports: ['8080:80']\n",
  );
  const found = node(`
    const { loadCompose, BerthError } = require("@berth-cd/berth/compose");
    const { readFileSync } = require("node:fs");
    const options = { directoryName: "Shop 1", environment: {}, unset: "empty" };
    const of = (text) => ({ read: (path) => (path === "compose.yaml" ? text : undefined) });
    const good = loadCompose(of(readFileSync(${JSON.stringify(join(folder, "compose.yaml"))}, "utf8")), options);
    let problems;
    try {
      loadCompose(of("services:\\n  web: {imagee: nginx, ports: [x]}\\n"), options);
    } catch (error) {
      problems = error instanceof BerthError && error.problems.map(({ path, location }) => [path, location.line]);
    }
    console.log(JSON.stringify({ name: good.canonical.name, ports: good.canonical.services.web.ports, problems }));
  `);
  expect(found).toEqual({
    name: "shop1",
    ports: [{ mode: "ingress", protocol: "tcp", published: "8080", target: 80 }],
    problems: [
      ["services.web.imagee", 2],
      ["services.web.ports[0]", 2],
    ],
  });
});

test("the loader's bundle holds neither Pulumi nor the AWS SDK", () => {
  const bundle = readFileSync(join(root, "dist/compose.js"), "utf8");
  expect(bundle).not.toMatch(/@pulumi\/|@aws-sdk\//);
  expect(bundle.length).toBeLessThan(1_000_000);
});

test("its declarations compile in a project of somebody else", () => {
  const bin = join(root, "node_modules/typescript/bin/tsc");
  execFileSync(
    process.execPath,
    [bin, "--project", "tsconfig.compose.json", "--outDir", join(folder, "types")],
    {
      cwd: root,
    },
  );
  writeFileSync(
    join(folder, "use.ts"),
    `import { loadCompose, type LoadedProject } from "./types/compose/index";
const loaded: LoadedProject = loadCompose({ read: () => undefined }, { directoryName: "x", environment: {}, unset: "empty" });
export const image: string | undefined = loaded.canonical.services["web"]?.image;
`,
  );
  const typeRoots = ["--types", "node", "--typeRoots", join(root, "node_modules/@types")];
  const options = ["--noEmit", "--strict", "--module", "preserve", ...typeRoots];
  execFileSync(process.execPath, [bin, ...options, join(folder, "use.ts")], {
    cwd: folder,
    encoding: "utf8",
  });
});
