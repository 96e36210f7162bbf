/** What a build has besides its context and its Dockerfile: labels, secrets, platforms, a test. */
import type { Architecture, Build, BuildSecret } from "../model/project";
import { readContent, type FilesContext } from "./files";
import { readRegistries, withServiceLogin } from "./registry";
import { isRecord, type Node } from "./node";

/** What may be between the commas of the builder's `--secret` flag. */
const secretId = /^[A-Za-z0-9_.-]{1,128}$/;

/** Bytes of a standard parameter (Systems Manager, Parameter tiers), from which ECS fills the task's variable. */
const largestSecret = 4096;

export function readBuildOptions(
  service: Node,
  context: FilesContext,
): Pick<Build, "labels" | "noCache" | "pull" | "registries" | "secrets" | "snapshots" | "test"> {
  const build = service.get("build");
  const labels = readLabels(build.get("labels"));
  const secrets = readSecrets(build.get("secrets"), context);
  const test = readTest(service);
  const own = readRegistries(build.get("x-registry-credentials"));
  const registries = withServiceLogin(service, own, context);
  const snapshots = readSnapshots(build.get("x-snapshots"));
  return {
    ...(snapshots === undefined ? {} : { snapshots }),
    ...(build.get("pull").boolean() === true ? { pull: true as const } : {}),
    ...(build.get("no_cache").boolean() === true ? { noCache: true as const } : {}),
    ...(labels.length === 0 ? {} : { labels: Object.fromEntries(labels) }),
    ...(secrets.length === 0 ? {} : { secrets }),
    ...(registries.length === 0 ? {} : { registries }),
    ...(test === undefined ? {} : { test }),
  };
}

function readLabels(labels: Node): readonly (readonly [string, string])[] {
  const read = labels.entries().flatMap(([name, value]): [string, string][] => {
    const text = value.present ? value.text("a label stays in the image: it is no place for secrets") : "";
    return text === undefined ? [] : [[name, text]];
  });
  return read.sort(byFirst);
}

function byFirst([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function readSecrets(list: Node, context: FilesContext): readonly BuildSecret[] {
  const byId = new Map<string, BuildSecret>();
  for (const mount of list.items()) {
    const secret = readSecret(mount, context);
    if (secret === undefined) continue;
    if (byId.has(secret.id)) mount.problem(`a second secret ${secret.id}`, "give it another target");
    byId.set(secret.id, secret);
  }
  return [...byId].sort(byFirst).map(([, secret]) => secret);
}

function readSecret(mount: Node, context: FilesContext): BuildSecret | undefined {
  if (!isRecord(mount.value)) {
    mount.problem("not a secret", "write the name, or a map with source and target");
    return undefined;
  }
  const source = mount.get("source").text();
  if (source === undefined) {
    if (!mount.get("source").present) mount.problem("it has no source", "name one of the project's secrets");
    return undefined;
  }
  const id = mount.get("target").text() ?? source;
  if (!secretId.test(id)) {
    mount.problem(
      `${JSON.stringify(id)} is no id of a build secret`,
      "letters, digits, and _ . -, as in RUN --mount=type=secret,id=npm_token",
    );
    return undefined;
  }
  const declared = context.root.get("secrets").get(source);
  const content = readContent(mount, declared, { ...context, kind: "secrets", source });
  if (content === undefined) return undefined;
  if (content.kind === "plain" && !fitsVariable(content.value, declared)) return undefined;
  return { id, content };
}

/** A build's secret is a variable of its task, filled from Parameter Store as it is there. */
function fitsVariable(text: string, node: Node): boolean {
  const inStore = "keep it in Parameter Store yourself: external: true";
  if (text === "") node.problem("an empty secret: Parameter Store cannot store one", "leave it out");
  else if (text.includes("{{")) node.refuse("Parameter Store accepts no value with {{ in it", inStore);
  else if (Buffer.byteLength(text) > largestSecret)
    node.refuse(`${Buffer.byteLength(text)} bytes: a build secret has ${largestSecret} at most`, inStore);
  else return true;
  return false;
}

/** `x-snapshots`: how the files that a step changes are found. */
function readSnapshots(node: Node): Build["snapshots"] {
  const text = node.text();
  if (text === undefined || text === "full") return undefined;
  if (text === "fast") return text;
  node.problem(`${JSON.stringify(text)} is no way to find changed files`, "full or fast");
  return undefined;
}

/** `x-test`, of the service or of its build: `{target: stage}`, or the stage alone. */
function readTest(service: Node): string | undefined {
  const own = service.get("x-test");
  const ofBuild = service.get("build").get("x-test");
  if (own.present && ofBuild.present) ofBuild.problem("the service has an x-test too", "keep one of them");
  const node = own.present ? own : ofBuild;
  if (!node.present) return undefined;
  const target = isRecord(node.value) ? node.get("target") : node;
  const stage = target.present ? target.text() : "";
  if (stage === "") node.problem("it names no stage of the Dockerfile", "x-test: {target: test}");
  return stage === "" ? undefined : stage;
}

/** The platforms to build for, where they are more than the service's own. */
export function readPlatforms(
  platforms: readonly (Architecture | undefined)[],
): readonly Architecture[] | undefined {
  const known = new Set(platforms.filter((each) => each !== undefined));
  return known.size < 2 ? undefined : [...known].sort();
}
