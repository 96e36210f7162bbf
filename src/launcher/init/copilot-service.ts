/** One manifest of Copilot as a service: each kind of workload, as far as its keys have a meaning here. */
import { posix } from "node:path";
import { definedOnly, isRecord, listOf, recordOf } from "../../defined";
import { coverageRows } from "../../interpret";
import { copilotSchedule } from "./copilot-schedule";
import type { Manifest } from "./manifest";
import type { InitService } from "./service";

export interface CopilotService {
  readonly service: InitService;
  readonly notes: readonly string[];
  /** Named volumes that it mounts. */
  readonly volumes: readonly string[];
}

/** Units of CPU in one vCPU, as ECS counts. */
const vcpu = 1024;

/** Reads, and takes, what has a meaning. @param name - of its folder */
export function copilotService(manifest: Manifest, name: string): CopilotService {
  const type = manifest.text("type") ?? "";
  manifest.take("name");
  const notes: string[] = [];
  if (type === "Static Site") return { service: staticSite(manifest, notes), notes, volumes: [] };
  const image = readImage(manifest, notes);
  const volumes = readVolumes(manifest, notes);
  const variables = readVariables(manifest, notes);
  const common = definedOnly({
    ...image,
    platform: manifest.text("platform"),
    command: wordsOf(manifest, "command"),
    entrypoint: wordsOf(manifest, "entrypoint"),
    ...readPorts(manifest, type, notes),
    ...readLife(manifest, type, notes),
    env_file: manifest.text("env_file"),
    environment: Object.keys(variables).length === 0 ? undefined : variables,
    healthcheck: readHealthcheck(manifest),
    volumes: volumes.length === 0 ? undefined : volumes.map(({ text }) => text),
    deploy: readDeploy(manifest),
    "x-autoscaling": readScaling(manifest),
  });
  // What Berth does anyway: a shell in a task, names that resolve, tasks in private subnets.
  for (const path of ["exec", "network.connect", "http.redirect_to_https"]) manifest.take(path);
  if (manifest.text("network.vpc.placement") === "public")
    notes.push("network.vpc.placement public: tasks run in private subnets");
  const environments = manifest.entries("environments").map(([environment]) => environment);
  if (environments.length > 0)
    notes.push(
      `not carried over: environments.${environments.join(", environments.")}; write what differs into compose.ENVIRONMENT.yaml, for berth up -f compose.yaml -f compose.ENVIRONMENT.yaml --stack ENVIRONMENT`,
    );
  if (!known.has(type))
    notes.push(
      `${type === "" ? "no type" : type} is no workload of Copilot that is known: taken for a backend`,
    );
  return {
    service: common,
    notes: notes.map((note) => note.replaceAll("NAME", name)),
    volumes: volumes.map(({ volume }) => volume),
  };
}

const known = new Set([
  "Load Balanced Web Service",
  "Request-Driven Web Service",
  "Backend Service",
  "Worker Service",
  "Scheduled Job",
]);

function readImage(manifest: Manifest, notes: string[]): Pick<InitService, "build" | "image"> {
  const location = manifest.text("image.location");
  if (location !== undefined) {
    if (manifest.text("image.credentials") !== undefined)
      notes.push(
        "image.credentials: berth secret set REGISTRY_LOGIN (user:password), and x-registry-credentials: REGISTRY_LOGIN",
      );
    return { image: location };
  }
  const short = manifest.take("image.build");
  const dockerfile = typeof short === "string" ? short : undefined;
  if (typeof short !== "string" && short !== undefined && short !== null) {
    const { dockerfile: file, context, target, args } = short as Record<string, unknown>;
    const path = typeof file === "string" ? file : "Dockerfile";
    const folder = typeof context === "string" ? context : posix.dirname(path);
    return {
      build: buildOf(folder, path, {
        ...(target === undefined ? {} : { target }),
        ...(args === undefined ? {} : { args }),
      }),
    };
  }
  return { build: buildOf(posix.dirname(dockerfile ?? "Dockerfile"), dockerfile ?? "Dockerfile", {}) };
}

/** Copilot's Dockerfile is seen from the workspace, Compose's from the context. */
function buildOf(
  folder: string,
  dockerfile: string,
  more: Readonly<Record<string, unknown>>,
): NonNullable<InitService["build"]> {
  const context = folder === "." || folder.startsWith("./") ? folder : `./${folder}`;
  const file = posix.relative(posix.normalize(folder), posix.normalize(dockerfile));
  if (file === "Dockerfile" && Object.keys(more).length === 0) return context;
  return { context, ...(file === "Dockerfile" ? {} : { dockerfile: file }), ...more };
}

function wordsOf(manifest: Manifest, path: string): string | readonly string[] | undefined {
  const value = manifest.take(path);
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.map(String) : undefined;
}

function readPorts(manifest: Manifest, type: string, notes: string[]): Partial<InitService> {
  const port = manifest.text("image.port");
  const path = manifest.text("http.path");
  const aliases = readAliases(manifest);
  const healthcheck = manifest.text("http.healthcheck") ?? manifest.text("http.healthcheck.path");
  if (healthcheck !== undefined)
    notes.push(
      `http.healthcheck ${healthcheck}: write healthcheck: {test: "curl -f http://localhost:${port ?? "PORT"}${healthcheck}"} where the image has curl; the load balancer takes path and port from it`,
    );
  if (port === undefined) return {};
  if (!/Web Service$/.test(type)) return { expose: [port] };
  const version = manifest.text("http.version");
  return definedOnly({
    ports: [port],
    "x-path": path === undefined || path === "/" ? undefined : `/${path.replace(/^\/+/, "")}`,
    "x-domains": aliases.length === 0 ? undefined : aliases,
    "x-sticky": manifest.flag("http.stickiness") ? true : undefined,
    ...(version === "grpc" || version === "http2"
      ? { ports: [{ target: Number(port), app_protocol: version }] as unknown as readonly string[] }
      : {}),
  });
}

function readAliases(manifest: Manifest): readonly string[] {
  const value = manifest.take("http.alias");
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((alias) => {
    if (typeof alias === "string") return [alias];
    const named = recordOf(alias)["name"];
    return typeof named === "string" ? [named] : [];
  });
}

/** A job runs to its end, everything else on and on. */
function readLife(manifest: Manifest, type: string, notes: string[]): Partial<InitService> {
  if (type !== "Scheduled Job") return type === "Worker Service" ? { restart: "always" } : {};
  const schedule = copilotSchedule(manifest.text("on.schedule") ?? "");
  const [timeout, retries] = [manifest.text("timeout"), manifest.number("retries")];
  const hasSchedules = coverageRows().some(({ key }) => key === "services.*.x-schedule");
  if (hasSchedules && schedule !== undefined)
    return { "x-schedule": definedOnly({ ...schedule, timeout, retries }), restart: "no" };
  const words = schedule === undefined ? "its schedule" : JSON.stringify(schedule);
  notes.push(
    `not carried over: on.schedule (${words}): the task runs in every berth up that has something to do`,
  );
  return { restart: "no" };
}

/** Variables as they are, secrets by their names. */
function readVariables(manifest: Manifest, notes: string[]): Record<string, string | null> {
  const variables: Record<string, string | null> = {};
  for (const [name, value] of manifest.entries("variables")) {
    if (["string", "number", "boolean"].includes(typeof value))
      variables[name] = String(value).replaceAll("$", "$$$$");
    else notes.push(`not carried over: variables.${name}`);
  }
  for (const [name, value] of manifest.entries("secrets")) {
    variables[name] = null;
    const from = typeof value === "string" ? value : JSON.stringify(value);
    notes.push(`secrets.${name}: berth secret set ${name}, with the value of ${from}`);
  }
  return variables;
}

function readHealthcheck(manifest: Manifest): Readonly<Record<string, unknown>> | undefined {
  const command = wordsOf(manifest, "image.healthcheck.command");
  const own = definedOnly({
    test: command,
    interval: manifest.text("image.healthcheck.interval"),
    timeout: manifest.text("image.healthcheck.timeout"),
    retries: manifest.number("image.healthcheck.retries"),
    start_period: manifest.text("image.healthcheck.start_period"),
  });
  return command === undefined ? undefined : own;
}

function readVolumes(
  manifest: Manifest,
  notes: string[],
): readonly { readonly volume: string; readonly text: string }[] {
  return manifest.entries("storage.volumes").flatMap(([volume, value]) => {
    const { path, efs, read_only: readOnly } = recordOf(value);
    if (typeof path !== "string") return [];
    if (typeof efs === "object" && efs !== null)
      notes.push(
        `storage.volumes.${volume}.efs: for the existing file system write volumes: {${volume}: {external: true, name: fs-…}}`,
      );
    return [{ volume, text: `${volume}:${path}${readOnly === false ? "" : ":ro"}` }];
  });
}

function readDeploy(manifest: Manifest): Readonly<Record<string, unknown>> | undefined {
  const [cpu, memory] = [manifest.number("cpu"), manifest.number("memory")];
  const replicas = manifest.number("count");
  const limits = definedOnly({
    cpus: cpu === undefined ? undefined : String(cpu / vcpu),
    memory: memory === undefined ? undefined : `${memory}M`,
  });
  const deploy = definedOnly({
    replicas,
    resources: Object.keys(limits).length === 0 ? undefined : { limits },
  });
  return Object.keys(deploy).length === 0 ? undefined : deploy;
}

function readScaling(manifest: Manifest): Readonly<Record<string, unknown>> | undefined {
  const range = manifest.text("count.range");
  const [, first, last] = /^(\d+)-(\d+)$/.exec(range ?? "") ?? [];
  const [min, max] = [first ?? manifest.text("count.range.min"), last ?? manifest.text("count.range.max")];
  if (max === undefined) return undefined;
  return definedOnly({
    min: min === undefined ? undefined : Number(min),
    max: Number(max),
    cpu: manifest.number("count.cpu_percentage"),
    memory: manifest.number("count.memory_percentage"),
    requests: manifest.number("count.requests"),
  });
}

/**
 * A folder that is served as it is. Copilot copies any number of folders and files below each other; a site here is one folder.
 */
function staticSite(manifest: Manifest, notes: string[]): InitService {
  const files = manifest.take("files");
  const entries = listOf(files).filter(isRecord);
  const sources = entries.flatMap(({ source }) => (typeof source === "string" ? [source] : []));
  const [source = "."] = sources;
  if (sources.length > 1)
    notes.push(
      `not carried over: files beyond ${source}: ${sources.slice(1).join(", ")}; have the build put them into that folder`,
    );
  const whole = posix.normalize(source) === ".";
  if (whole)
    notes.push(
      "files: a site is a folder of the project, not all of it: write the one that has index.html to x-static",
    );
  const [first = {}] = entries;
  for (const key of ["destination", "exclude", "reinclude"])
    if (first[key] !== undefined && first[key] !== ".")
      notes.push(
        `not carried over: files.${key}: all of ${source} is published at /, but for names that begin with a dot`,
      );
  if (first["recursive"] === false)
    notes.push(`not carried over: files.recursive: the folders below ${source} are published too`);
  if (manifest.text("http.certificate") !== undefined)
    notes.push("http.certificate: Berth makes the certificate of x-domains itself, in us-east-1");
  const aliases = readAliases(manifest);
  return {
    "x-static": whole || source.startsWith("./") ? source : `./${source}`,
    ...(aliases.length === 0 ? {} : { "x-domains": aliases }),
  };
}
