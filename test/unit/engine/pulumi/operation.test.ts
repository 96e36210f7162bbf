/** One operation of the CLI, without a CLI: what comes of a run that is told to end. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BerthError } from "../../../../src/errors";
import { parseCheckpoint } from "../../../../src/engine/pulumi/checkpoint";
import type { PulumiCli } from "../../../../src/engine/pulumi/cli";
import { operateOn, type Operate } from "../../../../src/engine/pulumi/operation";
import { makeLogger } from "../../../../src/log";
import { systemClock } from "../../../../src/wiring/clock";
import { MemoryTexts } from "../../../support/memory-texts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "berth-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** A CLI that answers every command at once. */
const cli = {
  command: "pulumi",
  version: null,
  run: () => Promise.resolve({ stdout: "", stderr: "", code: 0 }),
  hastenedBy: () => cli,
} as unknown as PulumiCli;

function operated(operate: Operate, signal: AbortSignal) {
  const backendUrl = `file://${directory}`;
  const before = parseCheckpoint(
    JSON.stringify({ version: 3, checkpoint: { stack: "dev", latest: { manifest: {}, resources: [] } } }),
  );
  const request = { project: "shop", stack: "dev", onEvent: () => undefined, signal };
  const context = { cli, environment: { PULUMI_BACKEND_URL: backendUrl }, secretsProvider: "passphrase" };
  const ports = { clock: systemClock, log: makeLogger("silent"), backendUrl, state: new MemoryTexts() };
  return operateOn({ request, context, directory, before }, undefined, operate, ports);
}

test("an operation that ends well is done", async () => {
  const recorder = await operated(() => Promise.resolve(), new AbortController().signal);
  expect(recorder.problems()).toEqual([]);
});

test("a CLI that ends well after it was interrupted has not done what it was to do", async () => {
  const controller = new AbortController();
  const reason = new BerthError("cancelled", "SIGTERM");
  const interrupted = operated(() => {
    controller.abort(reason);
    return Promise.resolve();
  }, controller.signal);
  await expect(interrupted).rejects.toBe(reason);
});
