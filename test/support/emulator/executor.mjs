// Plays Kaniko's executor inside an emulated ECS task: takes its arguments, prints what it would do, and pushes a small
// image to the emulator's registry. What is to go wrong is told by the build argument OUTCOME:
// "fail" (exit 1 after 60 lines), "hang" (until it is stopped), "no-push" (exit 0 without an image), "oom" (exit 137),
// "test" (a run for a test stage alone fails). What RUN would do with the context, it does not; that the context is
// there and has the Dockerfile it looks at.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { request } from "node:http";
import { posix } from "node:path";

const options = new Map();
const buildArgs = new Map();
const labels = new Map();
for (const argument of process.argv.slice(2)) {
  const [, flag, value = "true"] = /^--([a-z-]+)(?:=(.*))?$/s.exec(argument) ?? [];
  if (flag === undefined) exit(2, `Error: unknown argument ${argument}`);
  if (flag === "build-arg") buildArgs.set(value.split("=", 1)[0], value.slice(value.indexOf("=") + 1));
  else if (flag === "label") labels.set(value.split("=", 1)[0], value.slice(value.indexOf("=") + 1));
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
  const config = JSON.stringify({ os, architecture, config: { Labels: Object.fromEntries(labels) } });
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

/** One line of the executor's own, as logrus writes text. */
function log(message, level = "info") {
  console.log(`time="2026-01-02T03:04:05Z" level=${level} msg=${JSON.stringify(message)}`);
}

/** The context as the emulator's S3 has it. */
function download(context) {
  const { pathname, host } = new URL(context.replace("s3:", "http:"));
  const endpoint = new URL(`/${host}${pathname}`, process.env.AWS_ENDPOINT_URL);
  return new Promise((resolve, reject) => {
    const sent = request(endpoint, (response) => {
      const pieces = [];
      response.on("data", (piece) => pieces.push(piece));
      response.on("end", () => resolve({ status: response.statusCode, body: Buffer.concat(pieces) }));
    });
    sent.on("error", reject);
    sent.end();
  });
}

const { status, body } = await download(options.get("context"));
if (status !== 200) exit(1, `error resolving source context: HTTP ${status}`);
const files = execFileSync("tar", ["-tzf", "-"], { input: body, encoding: "utf8" }).trim().split("\n");
const dockerfile = posix.join(options.get("context-sub-path") ?? "", options.get("dockerfile"));
if (!files.includes(dockerfile)) exit(1, "error resolving dockerfile path: please provide a valid path");
log(`The context has ${files.join(" ")}`);
const text = execFileSync("tar", ["-xzOf", "-", dockerfile], { input: body, encoding: "utf8" });
log(`The Dockerfile begins with ${text.split("\n")[0]}`);

const outcome = buildArgs.get("OUTCOME");
const tests = options.has("no-push");
log("Using caching version of cmd: COPY . .");
log("COPY . .");
log("RUN npm ci");
if (outcome === "hang") {
  setInterval(() => undefined, 60_000);
} else if (outcome === "fail" || (outcome === "test" && tests)) {
  for (let line = 1; line <= 60; line += 1) console.log(`npm ERR! line ${line}`);
  exit(1, "error building image: error building stage: failed to execute command: exit status 1");
} else if (outcome === "oom") {
  process.exit(137);
} else {
  log("Taking snapshot of files...");
  if (outcome !== "no-push" && !tests) await push();
  log(
    tests
      ? "Skipping push to container registry due to --no-push flag"
      : `Pushed ${options.get("destination")}`,
  );
}
