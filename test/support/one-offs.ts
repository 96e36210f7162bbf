/** A project with one-off tasks through the whole command, on the simulator, with tasks that go as a script says. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OneOffRunner } from "../../src/tasks/one-offs";
import type { Deps } from "../../src/app/deps";
import { scaledClock, systemClock } from "../../src/wiring/clock";
import { SimulatorEngine } from "../../src/simulator/engine/engine";
import type { EngineEvent, OneOffProgress } from "../../src/ports";
import { SimulatedOneOffTasks } from "../../src/simulator/plays/one-off-tasks";
import type { ScriptedFailure, SimulatedTasksOptions } from "../../src/simulator/plays/tasks";
import { cd, type CdOptions, type Ran } from "./cd";

/** `web` waits for `migrate`, which waits for `db`; nobody waits for `report`. */
export const compose = (condition: string, required = true): string => `
name: shop
services:
  web:
    image: nginx:1.29
    ports: ["80:80"]
    depends_on:
      migrate: { condition: ${condition}, required: ${String(required)} }
  migrate:
    image: app:1
    command: ["migrate"]
    restart: "no"
    environment:
      DATABASE_URL: postgres://postgres:\${POSTGRES_PASSWORD}@db/postgres
    depends_on:
      db: { condition: service_healthy }
  report:
    image: app:1
    deploy: { mode: replicated-job }
  db:
    image: postgres:16
    x-postgres: true
    environment: [POSTGRES_PASSWORD]
`;

/** The same database with scripts of its first start, and a service that uses it. */
export const withScripts = `
name: shop
services:
  web:
    image: nginx:1.29
    environment:
      DATABASE_URL: postgres://postgres:\${POSTGRES_PASSWORD}@db/postgres
  db:
    image: postgres:16
    x-postgres: true
    environment: [POSTGRES_PASSWORD]
    volumes: ["./init:/docker-entrypoint-initdb.d:ro"]
`;

export interface Script {
  readonly failures?: Readonly<Record<string, ScriptedFailure>>;
  /** 1 takes as long as AWS. @default 0 */
  readonly latencyScale?: number;
  readonly onOneOff?: (progress: OneOffProgress) => void;
  readonly starts?: SimulatedTasksOptions["starts"];
}

/** A command that ran, with what began and ended in its course: `ecs Service web started`, `migrate succeeded`. */
export interface Followed extends Ran {
  readonly course: readonly string[];
  /** The lines of the course that are one-off tasks, sorted. */
  readonly tasks: readonly string[];
}

/** A folder of its own for the project and its state. */
export class OneOffBench {
  readonly #folder = mkdtempSync(join(tmpdir(), "berth-one-offs-"));
  readonly #project = join(this.#folder, "shop");

  constructor() {
    mkdirSync(this.#project);
    this.write(compose("service_completed_successfully"));
  }

  write(text: string): void {
    writeFileSync(join(this.#project, "compose.yaml"), text);
  }

  /** A script in the folder `init` of the project. */
  script(name: string, text: string): void {
    mkdirSync(join(this.#project, "init"), { recursive: true });
    writeFileSync(join(this.#project, "init", name), text);
  }

  async run(argv: readonly string[], script: Script = {}, signal?: AbortSignal): Promise<Followed> {
    const course: string[] = [];
    const options = { env: { HOME: this.#folder }, cwd: this.#project, deps: scripted(script, course) };
    const ran = await cd(
      [...argv, "--simulate", "--json"],
      signal === undefined ? options : { ...options, signal },
    );
    const tasks = course.filter((line) => /^(migrate|report) \w+$/.test(line)).sort();
    return { code: ran.code, stdout: ran.stdout, stderr: ran.stderr, result: ran.result, course, tasks };
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The real dependencies, with tasks that go as the script says, and everything that happens written down. */
function scripted(
  { failures = {}, starts = {}, latencyScale = 0, onOneOff }: Script,
  course: string[],
): NonNullable<CdOptions["deps"]> {
  return (real): Deps => ({
    ...real,
    progress: {
      ...real.progress,
      engine: (event: EngineEvent) => {
        if (event.kind === "resource") course.push(`${nameOf(event)} ${event.status}`);
        real.progress.engine(event);
      },
    },
    taskRunner: async () => {
      const engine = await real.engine();
      if (!(engine instanceof SimulatorEngine)) throw new Error("not the simulator");
      const clouds = () => engine.openClouds();
      const tasks = new SimulatedOneOffTasks({ clouds, clock: systemClock, latencyScale, failures, starts });
      const onProgress = (progress: OneOffProgress): void => {
        course.push(`${progress.service} ${progress.status}`);
        real.progress.oneOff(progress);
        onOneOff?.(progress);
      };
      return new OneOffRunner({ tasks, clock: scaledClock(latencyScale), onProgress });
    },
  });
}

/** `ecs Service web` of type `aws:ecs/service:Service`. */
function nameOf({ type, name }: { readonly type: string; readonly name: string }): string {
  const [, module = "", last = ""] = type.split(":");
  return `${module.split("/")[0] ?? ""} ${last} ${name}`;
}
