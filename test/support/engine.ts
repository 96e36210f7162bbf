/** Pulumi's real engine in tests: on a temporary `file://` backend, with a simulated cloud attached as its `aws`. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/wiring/clock";
import { FileTexts } from "../../src/engine/lease/file-texts";
import { PulumiEngine } from "../../src/engine/pulumi/engine";
import type { PulumiEngineOptions } from "../../src/engine/pulumi/options";
import { makeLogger } from "../../src/log";
import type { EngineEvent, EngineRequest, EngineRun, Program } from "../../src/ports";
import type { SimulatedCloud } from "../../src/simulator/cloud/cloud";
import { serveAws } from "../../src/simulator/provider/provider";

const found = spawnSync("pulumi", ["version"]).status === 0;

/** `describe` where a `pulumi` CLI is on the PATH; elsewhere skipped, with the reason in the name. */
export const describeWithPulumi = (name: string, body: () => void): void => {
  if (found) describe(name, body);
  else describe.skip(`${name} (skipped: no pulumi on the PATH)`, body);
};

export const identity = { project: "shop", stack: "dev" } as const;

/** A real engine and everything around it. */
export interface EngineBench {
  readonly engine: PulumiEngine;
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What the engine was made with. */
  readonly options: PulumiEngineOptions;
  readonly events: EngineEvent[];
  /** An engine on the same backend with other options. */
  other(options: Partial<PulumiEngineOptions>): PulumiEngine;
  request(more?: Partial<EngineRequest>): EngineRequest;
  up(program: Program, more?: Partial<EngineRequest>): Promise<EngineRun>;
  preview(program: Program): Promise<EngineRun>;
  close(): void;
}

export async function engineBench(cloud: SimulatedCloud): Promise<EngineBench> {
  const directory = mkdtempSync(join(tmpdir(), "berth-engine-"));
  const served = await serveAws(cloud);
  const environment = {
    PATH: process.env["PATH"] ?? "",
    HOME: directory,
    PULUMI_DEBUG_PROVIDERS: served.debugProviders,
    PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
  };
  const options: PulumiEngineOptions = {
    backendUrl: `file://${directory}`,
    state: new FileTexts(directory),
    existing: () =>
      Promise.resolve({ tagged: () => Promise.resolve([]), child: () => Promise.resolve(undefined) }),
    tagsFollowWithin: 0,
    secretsProvider: "passphrase",
    passphrase: "correct horse",
    environment,
    clock: systemClock,
    log: makeLogger("silent"),
  };
  const engine = new PulumiEngine(options);
  const events: EngineEvent[] = [];
  const request = (more: Partial<EngineRequest> = {}): EngineRequest => ({
    ...identity,
    onEvent: (event) => events.push(event),
    signal: new AbortController().signal,
    ...more,
  });
  return {
    engine,
    directory,
    environment,
    options,
    events,
    other: (changed) => new PulumiEngine({ ...options, ...changed }),
    request,
    up: (program, more) => engine.up({ ...request(more), program }),
    preview: (program) => engine.preview({ ...request(), program }),
    close: () => {
      served.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
