/** Pulumi's real engine in tests: on a temporary `file://` backend, with a simulated cloud attached as its `aws`. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/clock";
import { PulumiEngine, type PulumiEngineOptions } from "../../src/engine/pulumi";
import { makeLogger } from "../../src/log";
import type { EngineEvent, EngineRequest, EngineRun, Program } from "../../src/ports";
import type { SimulatedCloud } from "../../src/simulator/cloud";
import { serveProvider, type ProviderOptions } from "../../src/simulator/provider";

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
  readonly events: EngineEvent[];
  /** An engine on the same backend with other options. */
  other(options: Partial<PulumiEngineOptions>): PulumiEngine;
  request(more?: Partial<EngineRequest>): EngineRequest;
  up(program: Program, more?: Partial<EngineRequest>): Promise<EngineRun>;
  preview(program: Program): Promise<EngineRun>;
  close(): void;
}

export async function engineBench(
  cloud: SimulatedCloud,
  provider: ProviderOptions = {},
): Promise<EngineBench> {
  const directory = mkdtempSync(join(tmpdir(), "berth-engine-"));
  const aws = await serveProvider(cloud, { version: "7.48.0" });
  const awsx = await serveProvider(cloud, { version: "3.9.0", ...provider });
  const environment = {
    PATH: process.env["PATH"] ?? "",
    HOME: directory,
    PULUMI_DEBUG_PROVIDERS: `aws:${aws.port},awsx:${awsx.port}`,
    PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
  };
  const options: PulumiEngineOptions = {
    backendUrl: `file://${directory}`,
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
    events,
    other: (changed) => new PulumiEngine({ ...options, ...changed }),
    request,
    up: (program, more) => engine.up({ ...request(more), program }),
    preview: (program) => engine.preview({ ...request(), program }),
    close: () => {
      aws.close();
      awsx.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
