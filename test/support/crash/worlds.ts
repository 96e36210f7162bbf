/** Worlds in which runs are killed, and the simulator's; those of the real engine stand in `real-worlds.ts`. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileTexts } from "../../../src/engine/lease/file-texts";
import type { TextStore } from "../../../src/ports";
import type { CloudData } from "../../../src/simulator/cloud/store";

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
  standing(): Promise<Standing>;
  /** Variables of a run of a further stack, which gets a cloud of its own. */
  forStack(): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

/** So much of AWS's latencies that a run has something in flight most of its time. */
export const latency = 0.003;

export const identity = { project: "crash", stack: "dev" } as const;

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

/** @param scale - how much of AWS's latencies its cloud has */
export function simulatorWorld(scale = latency): CrashWorld {
  const folder = mkdtempSync(join(tmpdir(), "berth-crash-"));
  const root = join(folder, ".berth/simulator");
  const file = (ending: string): string => join(root, identity.project, `${identity.stack}${ending}`);
  return {
    name: "simulator",
    folder,
    env: { HOME: folder, BERTH_SIMULATE_LATENCY: String(scale) },
    flags: ["--simulate"],
    standing: async () => {
      const state = readJson(file(".state.json")) as SimulatorState | undefined;
      return {
        state: namesOf(state?.resources ?? []),
        cloud: cloudOf(file(".cloud.json")),
        locks: await heldLeases(new FileTexts(root)),
        pending: state?.pending?.length ?? 0,
      };
    },
    // The simulator keeps one for each stack by itself.
    forStack: () => Promise.resolve({}),
    close: () => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

export interface StateResource {
  readonly type: string;
  readonly id?: string;
  readonly custom: boolean;
}

interface SimulatorState {
  readonly resources: readonly StateResource[];
  readonly pending?: readonly unknown[];
}

export function namesOf(resources: readonly StateResource[]): readonly string[] {
  return resources
    .filter(({ custom, type }) => custom && !type.startsWith("pulumi:"))
    .map(({ type, id = "" }) => `${type} ${id}`)
    .sort();
}

/** What exists. */
export function cloudOf(file: string): readonly string[] {
  const resources = (readJson(file) as CloudData | undefined)?.resources ?? [];
  return resources.map(({ type, id }) => `${type} ${id}`).sort();
}

function readJson(file: string): unknown {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

/** Leases that somebody holds, or whose traces were not cleared away. */
export async function heldLeases(records: TextStore): Promise<readonly string[]> {
  const held: string[] = [];
  for (const key of await records.list("leases")) {
    const lease = JSON.parse((await records.read(key)) ?? "{}") as {
      readonly holder?: object;
      readonly after?: readonly object[];
    };
    if (lease.holder !== undefined || (lease.after?.length ?? 0) > 0) held.push(key);
  }
  return held;
}

/**
 * What the cloud has and the state doesn't know (an orphan, or a double), and the other way round. Revisions of task
 * definitions are kept when they are replaced or their service goes, for `berth rollback`, until the stack goes.
 */
export function differences({ state, cloud }: Standing): readonly string[] {
  const orphans = without(cloud, state).filter((name) => !name.startsWith("aws:ecs/taskDefinition:"));
  const ghosts = without(state, cloud);
  return [
    ...(orphans.length === 0 ? [] : [`orphans: ${orphans.join(", ")}`]),
    ...(ghosts.length === 0 ? [] : [`in the state only: ${ghosts.join(", ")}`]),
  ];
}

function without(these: readonly string[], those: readonly string[]): readonly string[] {
  const left = [...those];
  return these.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
