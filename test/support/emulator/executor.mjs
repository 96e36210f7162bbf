// Plays Kaniko's executor inside an emulated ECS task: takes its arguments, prints what it would do, and pushes a small
// image to the emulator's registry. What is to go wrong is told by the build argument OUTCOME:
// "fail" (exit 1 after 60 lines), "hang" (until it is stopped), "no-push" (exit 0 without an image), "oom" (exit 137).
import { createHash } from "node:crypto";
import { request } from "node:http";

const options = new Map();
const buildArgs = new Map();
for (const argument of process.argv.slice(2)) {
  const [, flag, value = "true"] = /^--([a-z-]+)(?:=(.*))?$/s.exec(argument) ?? [];
  if (flag === undefined) exit(2, `Error: unknown argument ${argument}`);
  if (flag === "build-arg") buildArgs.set(value.split("=", 1)[0], value.slice(value.indexOf("=") + 1));
  else options.set(flag, value);
}

function exit(code, message) {
  console.error(message);
  process.exit(code);
}

/** One call of the registry's HTTP API, addressed as ECR's, sent to the emulator. */
function call(method, host, path, body, type) {
  const endpoint = new URL(path, process.env.AWS_ENDPOINT_URL);
  const headers = { host, "content-type": type, "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request(endpoint, { method, headers }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

async function put(method, host, path, body, type) {
  const status = await call(method, host, path, body, type);
  if (status !== 201) exit(1, `error pushing image: ${method} ${path}: HTTP ${status}`);
}

async function push() {
  const [, host, name, tag] = /^([^/]+)\/(.+):([^:/]+)$/.exec(options.get("destination") ?? "") ?? [];
  if (tag === undefined) exit(1, "Error: no destination");
  const [os, architecture] = (options.get("custom-platform") ?? "linux/amd64").split("/");
  const config = JSON.stringify({ os, architecture, config: { Labels: Object.fromEntries(buildArgs) } });
  const digest = `sha256:${createHash("sha256").update(config).digest("hex")}`;
  await put("POST", host, `/v2/${name}/blobs/uploads/?digest=${digest}`, config, "application/octet-stream");
  const type = "application/vnd.oci.image.manifest.v1+json";
  const configType = "application/vnd.oci.image.config.v1+json";
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: type,
    config: { mediaType: configType, digest, size: Buffer.byteLength(config) },
    layers: [],
  });
  await put("PUT", host, `/v2/${name}/manifests/${tag}`, manifest, type);
}

console.log(`INFO[0000] Building from ${options.get("context")} ${options.get("context-sub-path") ?? "."}`);
console.log(`INFO[0000] Dockerfile ${options.get("dockerfile")}, cache ${options.get("cache-repo")}`);
const outcome = buildArgs.get("OUTCOME");
if (outcome === "hang") {
  console.log("INFO[0001] RUN sleep infinity");
  setInterval(() => undefined, 60_000);
} else if (outcome === "fail") {
  for (let line = 1; line <= 60; line += 1) console.log(`INFO[0001] npm ERR! line ${line}`);
  exit(1, "error building image: error building stage: failed to execute command: exit status 1");
} else if (outcome === "oom") {
  process.exit(137);
} else {
  if (outcome !== "no-push") await push();
  console.log(`INFO[0002] Pushed ${options.get("destination")}`);
}
