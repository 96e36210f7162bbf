/** A program of its own, run by a test: an apply rejects, and the process has to live on and to end by itself. */
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { systemClock } from "../../src/wiring/clock";
import { SimulatorEngine } from "../../src/simulator/engine/engine";
import { BerthError } from "../../src/errors";
import type { Program } from "../../src/ports";

const stack = { project: "shop", stack: "dev" };

async function main(directory: string): Promise<void> {
  const engine = new SimulatorEngine({ stateDirectory: directory, region: "us-east-1", clock: systemClock });
  const run = (program: Program) =>
    engine.up({ ...stack, program, signal: new AbortController().signal, onEvent: () => undefined });
  const error: unknown = await run(() => {
    const logs = new LogGroup("logs");
    const image = logs.arn.apply(() => Promise.reject<string>(new Error("the build failed")));
    new LogGroup("dependent", { name: image });
    return Promise.resolve({ image });
  }).catch((reason: unknown) => reason);
  const after = await run(() => {
    new LogGroup("logs");
    new LogGroup("dependent");
    return Promise.resolve({});
  });
  const { kind, problems } = error instanceof BerthError ? error : { kind: "none", problems: [] };
  const second = after.steps.find(({ name }) => name === "dependent")?.op;
  process.stdout.write(JSON.stringify({ kind, problems, second }));
}

void main(process.argv[2] ?? "");
