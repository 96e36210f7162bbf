// npm run newer-executor [-- --registry URL --write]: the newest release of the executor's image in its registry, by the digest of
// its index, which has to hold both platforms. Its program is taken out of the image and run through the suite (root on
// Linux; scripts/executor.mjs). With --write the reference that builds run is written once the suite has passed.
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { childEnvironment, root } from "./setup.mjs";

const { values } = parseArgs({
  options: {
    registry: { type: "string", default: "https://ghcr.io" },
    // Where the reference is.
    file: { type: "string", default: join(root, "src", "model", "executor-image.ts") },
    // What is run with the executor in BERTH_TEST_KANIKO.
    suite: { type: "string", default: join(root, "scripts", "executor.mjs") },
    write: { type: "boolean", default: false },
    // Looks, and runs nothing.
    look: { type: "boolean", default: false },
  },
});
const repository = "osscontainertools/kaniko";
const accept = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

let token;

/** One call of the registry's API (OCI Distribution Specification), with the token that it asks for. */
async function ask(path) {
  const url = new URL(path, values.registry);
  const headers = { accept, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  const response = await fetch(url, { headers });
  if (response.status === 401 && token === undefined) {
    const challenge = response.headers.get("www-authenticate") ?? "";
    const field = (name) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? "";
    const service = new URLSearchParams({
      service: field("service"),
      scope: `repository:${repository}:pull`,
    });
    const given = await (await fetch(`${field("realm")}?${service}`)).json();
    token = given.token ?? given.access_token;
    return ask(path);
  }
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
  return response;
}

/** Every tag; the list comes in pages. */
async function tags() {
  const found = [];
  for (let next = `/v2/${repository}/tags/list?n=1000`; next !== undefined;) {
    const response = await ask(next);
    found.push(...((await response.json()).tags ?? []));
    next = /<([^>]+)>;\s*rel="?next/.exec(response.headers.get("link") ?? "")?.[1];
  }
  return found;
}

/** The variant with a shell, by which the executor is started (src/components/images/closed-executor.ts). */
const variant = "debug";

/** Releases alone, in that variant, the newest first. */
function releases(all) {
  const parts = (tag) => tag.slice(1).split(/[.-]/).slice(0, 3).map(Number);
  return all
    .filter((tag) => new RegExp(`^v\\d+\\.\\d+\\.\\d+-${variant}$`).test(tag))
    .sort((a, b) => {
      const [x, y] = [parts(a), parts(b)];
      const at = x.findIndex((part, index) => part !== y[index]);
      return at < 0 ? 0 : y[at] - x[at];
    });
}

async function manifest(reference) {
  const response = await ask(`/v2/${repository}/manifests/${reference}`);
  return { digest: response.headers.get("docker-content-digest"), body: await response.json() };
}

/** The executor, tini and the shell, as they lie in an image. */
async function unpack(digest, folder) {
  const { body } = await manifest(digest);
  const unpacked = join(folder, "image");
  mkdirSync(unpacked);
  for (const layer of body.layers) {
    const blob = Buffer.from(await (await ask(`/v2/${repository}/blobs/${layer.digest}`)).arrayBuffer());
    execFileSync("tar", ["-xzf", "-", "--no-same-owner", "-C", unpacked], { input: blob });
  }
  for (const name of ["executor", "tini"]) copyFileSync(join(unpacked, "kaniko", name), join(folder, name));
  copyFileSync(join(unpacked, "busybox", "sh"), join(folder, "busybox"));
  return join(folder, "executor");
}

const text = readFileSync(values.file, "utf8");
const [, pinned = ""] = /"(ghcr\.io\/osscontainertools\/kaniko:[^"]+)"/.exec(text) ?? [];
const [newest] = releases(await tags());
if (newest === undefined) throw new Error("the registry has no release");
const { digest, body } = await manifest(newest);
const platforms = (body.manifests ?? []).filter(({ platform }) => platform?.os === "linux");
for (const architecture of ["amd64", "arm64"])
  if (!platforms.some(({ platform }) => platform.architecture === architecture))
    throw new Error(`${newest} has nothing for linux/${architecture}`);
const reference = `ghcr.io/${repository}:${newest}@${digest}`;
console.log(`runs now: ${pinned}\nnewest:   ${reference}`);
if (pinned !== reference && !values.look) {
  const own = process.arch === "x64" ? "amd64" : process.arch;
  const image = platforms.find(({ platform }) => platform.architecture === own);
  const folder = mkdtempSync(join(tmpdir(), "berth-newer-"));
  try {
    const executor = await unpack(image.digest, folder);
    const { status } = spawnSync("node", [values.suite], {
      stdio: "inherit",
      env: childEnvironment({ BERTH_TEST_KANIKO: executor }),
    });
    if (status !== 0) process.exitCode = status ?? 1;
    else if (values.write) writeFileSync(values.file, text.replace(`"${pinned}"`, `"${reference}"`));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
