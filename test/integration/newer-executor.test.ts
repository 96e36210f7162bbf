/** `npm run newer-executor`: the newest release of a registry on this machine, which is looked at and written down. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { ImageRegistry } from "../executor/registry";
import { Workspace } from "../support/archives";
import { rawTar } from "../support/tar";

const script = join(__dirname, "../../scripts/newer-executor.mjs");
const repository = "osscontainertools/kaniko";
const workspace = new Workspace();
let registry: ImageRegistry;

beforeAll(async () => {
  registry = await ImageRegistry.start();
});
afterAll(async () => {
  await registry.stop();
  workspace.remove();
});

/** A release of an executor that is a script. @returns the digest of its index */
function release(tag: string, architectures: readonly string[]): string {
  const type = "application/vnd.oci.image.manifest.v1+json";
  const manifests = architectures.map((architecture) => {
    const layer = rawTar([
      { name: "kaniko/executor", mode: 0o755, content: `#!/bin/sh\necho ${tag}\n` },
      { name: "kaniko/tini", mode: 0o755, content: "" },
      { name: "busybox/sh", mode: 0o755, content: "" },
    ]);
    const layers = [registry.putBlob("application/vnd.oci.image.layer.v1.tar+gzip", gzipSync(layer))];
    const body = Buffer.from(JSON.stringify({ schemaVersion: 2, layers, note: architecture }));
    return {
      ...registry.putManifest(repository, `${tag}-${architecture}`, type, body),
      platform: { os: "linux", architecture },
    };
  });
  const index = "application/vnd.oci.image.index.v1+json";
  return registry.putManifest(repository, tag, index, Buffer.from(JSON.stringify({ manifests }))).digest;
}

async function look(...more: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("node", [
    script,
    "--registry",
    `http://${registry.host}`,
    ...more,
  ]);
  return stdout;
}

test("the newest release is that of the highest version, by the digest of its index", async () => {
  release("v1.28.5-debug", ["amd64", "arm64"]);
  release("v1.9.9-debug", ["amd64", "arm64"]);
  release("v1.30.0", ["amd64", "arm64"]);
  release("v1.30.0-slim", ["amd64", "arm64"]);
  const digest = release("v1.29.10-debug", ["amd64", "arm64"]);
  expect(await look("--look")).toContain(`newest:   ghcr.io/${repository}:v1.29.10-debug@${digest}\n`);
});

test("one that is pinned is run through nothing, and stays", async () => {
  const digest = release("v1.31.0-debug", ["amd64", "arm64"]);
  const file = workspace.write(`x = "ghcr.io/${repository}:v1.31.0-debug@${digest}";\n`, "pinned.ts");
  await look("--file", file, "--write");
  expect(readFileSync(file, "utf8")).toBe(`x = "ghcr.io/${repository}:v1.31.0-debug@${digest}";\n`);
});

test.each([
  ["takes is", 0],
  ["refuses is not", 1],
])("one that the suite %s written", async (_what, code) => {
  const tag = `v1.32.${code}-debug`;
  const digest = release(tag, ["amd64", "arm64"]);
  const before = `x = "ghcr.io/${repository}:v1.28.5";\n`;
  const file = workspace.write(before, `before-${code}.ts`);
  const suite = workspace.write(
    [
      'import { execFileSync } from "node:child_process";',
      'import { statSync } from "node:fs";',
      'const executor = process.env["BERTH_TEST_KANIKO"];',
      'for (const name of ["tini", "busybox"]) statSync(executor.replace(/executor$/, name));',
      `process.exit(execFileSync(executor, { encoding: "utf8" }).trim() === "${tag}" ? ${code} : 9);`,
    ].join("\n"),
    `suite-${code}.mjs`,
  );
  const run = look("--file", file, "--suite", suite, "--write");
  if (code === 0) await run;
  else await expect(run).rejects.toMatchObject({ code });
  expect(readFileSync(file, "utf8")).toBe(
    code === 0 ? `x = "ghcr.io/${repository}:${tag}@${digest}";\n` : before,
  );
});

test("a release without one of the platforms is an error", async () => {
  release("v1.33.0-debug", ["amd64"]);
  await expect(look("--look")).rejects.toThrow("v1.33.0-debug has nothing for linux/arm64");
});
