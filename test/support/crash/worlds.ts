/** The two worlds in which runs are killed: the simulator, and the real engine with the simulated AWS behind it. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CloudData } from "../../../src/simulator/cloud-store";
import { startSimulatedAws } from "../simulated-aws";

/** What stands at one moment. */
export interface Standing {
  /** `type id` of each resource that the state says exists, sorted; twice where it says so twice. */
  readonly state: readonly string[];
  /** The same of the cloud. */
  readonly cloud: readonly string[];
  /** Files that hold up a run. */
  readonly locks: readonly string[];
  /** Operations that a run has left open. */
  readonly pending: number;
}

export interface CrashWorld {
  readonly name: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** What every command line of this world has. */
  readonly flags: readonly string[];
  standing(): Standing;
  close(): Promise<void>;
}

/** So much of AWS's latencies that a run has something in flight most of its time. */
const latency = 0.003;

const identity = { project: "crash", stack: "dev" } as const;

const service = "image: nginx:1.29";
const web = (message: string): string => `  web:
    ${service}
    ports: ["80:80"]
    environment: {MESSAGE: "${message}"}
`;

/** Protected against all but a destroy: they stand in every variant. */
const cache = "  cache:\n    image: redis:7\n    x-redis: true\n";
const files = `  files:\n    ${service}\n    volumes: ["data:/data"]\n`;

/** Projects that follow each other: something new, something changed, something replaced, something gone. */
export const variants: readonly string[] = [
  `${web("one")}  worker:\n    ${service}\n    depends_on: [cache]\n${cache}${files}`,
  `${web("two")}  worker:\n    ${service}\n    expose: ["9000"]\n${cache}${files}`,
  `${web("two")}  api:\n    ${service}\n    ports: ["8080:80"]\n    depends_on: [cache]\n${cache}${files}`,
];

/** Writes one of the variants as the project of the world. */
export function writeVariant(world: CrashWorld, index: number): void {
  mkdirSync(join(world.folder, "project"), { recursive: true });
  writeFileSync(
    join(world.folder, "project/compose.yaml"),
    `name: crash\nservices:\n${variants[index] ?? ""}volumes: { data: {} }\n`,
  );
}

export function simulatorWorld(): CrashWorld {
  const folder = mkdtempSync(join(tmpdir(), "berth-crash-"));
  const root = join(folder, ".berth/simulator");
  const file = (ending: string): string => join(root, identity.project, `${identity.stack}${ending}`);
  return {
    name: "simulator",
    folder,
    env: { HOME: folder, BERTH_SIMULATE_LATENCY: String(latency) },
    flags: ["--simulate"],
    standing: () => {
      const state = readJson(file(".state.json")) as SimulatorState | undefined;
      return {
        state: namesOf(state?.resources ?? []),
        cloud: cloudOf(file(".cloud.json")),
        locks: heldLeases(root),
        pending: state?.pending?.length ?? 0,
      };
    },
    close: () => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

/** The real engine, where there is a `pulumi` on the PATH. */
export async function realEngineWorld(): Promise<CrashWorld> {
  const folder = mkdtempSync(join(tmpdir(), "berth-crash-"));
  const cloud = join(folder, "cloud.json");
  const aws = await startSimulatedAws(cloud, { latency });
  const root = join(folder, "state");
  return {
    name: "real engine",
    folder,
    env: {
      ...aws.env,
      HOME: folder,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      PULUMI_BACKEND_URL: `file://${root}`,
      PULUMI_CONFIG_PASSPHRASE: "correct horse battery staple",
      PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
    },
    flags: [],
    standing: () => {
      const stacks = join(root, ".pulumi/stacks", identity.project, `${identity.stack}.json`);
      const latest = (readJson(stacks) as Checkpoint | undefined)?.checkpoint.latest;
      return {
        state: namesOf(latest?.resources ?? []),
        cloud: cloudOf(cloud),
        locks: [...heldLeases(root), ...filesBelow(join(root, ".pulumi/locks"))],
        pending: latest?.pending_operations?.length ?? 0,
      };
    },
    close: async () => {
      await aws.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface StateResource {
  readonly type: string;
  readonly id?: string;
  readonly custom: boolean;
}

interface SimulatorState {
  readonly resources: readonly StateResource[];
  readonly pending?: readonly unknown[];
}

interface Checkpoint {
  readonly checkpoint: {
    readonly latest?: {
      readonly resources?: readonly StateResource[];
      readonly pending_operations?: readonly unknown[];
    } | null;
  };
}

function namesOf(resources: readonly StateResource[]): readonly string[] {
  return resources
    .filter(({ custom, type }) => custom && !type.startsWith("pulumi:"))
    .map(({ type, id = "" }) => `${type} ${id}`)
    .sort();
}

function cloudOf(file: string): readonly string[] {
  return ((readJson(file) as CloudData | undefined)?.resources ?? [])
    .map(({ type, id }) => `${type} ${id}`)
    .sort();
}

function readJson(file: string): unknown {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Leases that somebody holds, or whose traces were not cleared away. */
function heldLeases(root: string): readonly string[] {
  return filesBelow(join(root, "leases")).filter((file) => {
    const lease = readJson(file) as
      { readonly holder?: object; readonly after: readonly object[] } | undefined;
    return lease?.holder !== undefined || (lease?.after.length ?? 0) > 0;
  });
}
