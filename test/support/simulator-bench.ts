/** A simulator engine in a directory of its own, and the few lines that every test of it would repeat. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/wiring/clock";
import { SimulatorEngine } from "../../src/simulator/engine/engine";
import { BerthError } from "../../src/errors";
import type { EngineEvent, EngineRun, Program, ProgramRequest } from "../../src/ports";
import type { SimulatedAws } from "../../src/simulator/cloud/aws";

export type RunOptions = Partial<Omit<ProgramRequest, "program">>;

export class SimulatorBench {
  readonly directory = mkdtempSync(join(tmpdir(), "berth-simulator-"));
  readonly events: EngineEvent[] = [];
  engine: SimulatorEngine;

  constructor(readonly stack = { project: "shop", stack: "dev" }) {
    this.engine = this.restart();
  }

  /** Another engine on the same files, as in another process. */
  restart(): SimulatorEngine {
    this.engine = new SimulatorEngine({
      stateDirectory: this.directory,
      region: "us-east-1",
      clock: systemClock,
    });
    return this.engine;
  }

  get cloud(): SimulatedAws {
    return this.engine.cloud(this.stack);
  }

  up(program: Program, options: RunOptions = {}): Promise<EngineRun> {
    return this.engine.up(this.request(program, options));
  }

  preview(program: Program, options: RunOptions = {}): Promise<EngineRun> {
    return this.engine.preview(this.request(program, options));
  }

  destroy(options: RunOptions = {}): Promise<EngineRun> {
    return this.engine.destroy(this.request(() => Promise.resolve({}), options));
  }

  refresh(options: RunOptions = {}): Promise<EngineRun> {
    return this.engine.refresh(this.request(() => Promise.resolve({}), options));
  }

  request(program: Program, options: RunOptions = {}): ProgramRequest {
    return {
      ...this.stack,
      program,
      signal: new AbortController().signal,
      onEvent: (event) => void this.events.push(event),
      ...options,
    };
  }

  /** The text of every file below the directory. */
  files(): ReadonlyMap<string, string> {
    const names = readdirSync(this.directory, { recursive: true }).map(String);
    const files = names.filter((name) => statSync(join(this.directory, name)).isFile());
    return new Map(files.sort().map((name) => [name, readFileSync(join(this.directory, name), "utf8")]));
  }

  /** `[type|id]` of what the cloud holds, sorted. */
  held(): readonly string[] {
    return this.cloud
      .list()
      .map(({ type, id }) => `${type}|${id}`)
      .sort();
  }

  /** `[type|id]` of what the state says the cloud holds, sorted. */
  recorded(): readonly string[] {
    const text = this.files().get(join(this.stack.project, `${this.stack.stack}.state.json`)) ?? "{}";
    const { resources = [] } = JSON.parse(text) as {
      resources?: readonly { type: string; id?: string; custom: boolean }[];
    };
    return resources
      .filter(({ type, custom }) => custom && !type.startsWith("pulumi:"))
      .map(({ type, id = "" }) => `${type}|${id}`)
      .sort();
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** `name: op` of each step but the stack's own. */
export function operations(run: EngineRun): Readonly<Record<string, string>> {
  return Object.fromEntries(
    run.steps.filter(({ type }) => type !== "pulumi:pulumi:Stack").map(({ name, op }) => [name, op]),
  );
}

/** The BerthError that a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<BerthError> {
  const error: unknown = await promise.then(
    () => new Error("it succeeded"),
    (reason: unknown) => reason,
  );
  if (error instanceof BerthError) return error;
  throw error;
}
