/**
 * Programs that throw, each run by the real engine in this process; prints what became of each as JSON. A process of
 * its own, because jest counts every unhandled rejection as a failure, however well it is handled.
 */
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { Vpc } from "@pulumi/aws/ec2/vpc";
import { BerthError } from "../../../src/errors";
import type { Program } from "../../../src/ports";
import { engineBench, type EngineBench } from "../../support/engine";
import { network, ops } from "../../support/engine-programs";
import { MemoryCloud } from "../../support/memory-cloud";
import { keptLog, lookingProgram } from "../../support/stack-traces";

function rejectingApply(error: Error): Program {
  return () => {
    const net = new Vpc("net", { cidrBlock: "10.0.0.0/16", tags: { tag: "one" } });
    const image = net.id.apply(() => Promise.reject(error));
    new Subnet("a", { vpcId: net.id, cidrBlock: image }, { parent: net });
    return Promise.resolve({});
  };
}

const programs: Readonly<Record<string, Program>> = {
  throwsBerthError: () =>
    Promise.reject(new BerthError("project", { path: "services.api", message: "too large" })),
  throwsError: () => Promise.reject(new Error("out of cheese")),
  rejectsWithBerthError: rejectingApply(new BerthError("build", "no space left")),
  rejectsWithError: rejectingApply(new Error("the build of api failed")),
};

/** What stack traces there are while a program runs that throws at its end, and the limit afterwards. */
async function stackTraces(bench: EngineBench, level: string): Promise<unknown> {
  const { log, messages } = keptLog(level);
  const { program, seen } = lookingProgram(() => Promise.reject(new TypeError("x is undefined")));
  Error.stackTraceLimit = 17;
  await bench
    .other({ log })
    .up({ ...bench.request(), program })
    .catch(() => undefined);
  return { ...seen, after: Error.stackTraceLimit, logged: messages.filter((text) => /\n +at /.test(text)) };
}

async function main(): Promise<void> {
  const bench = await engineBench(new MemoryCloud());
  const found: Record<string, unknown> = {};
  for (const [name, program] of Object.entries(programs)) {
    found[name] = await bench.up(program).then(
      () => "succeeded",
      (error: unknown) =>
        error instanceof BerthError ? { kind: error.kind, problems: error.problems } : String(error),
    );
  }
  for (const level of ["warn", "debug"]) found[`stack traces at ${level}`] = await stackTraces(bench, level);
  found["afterwards"] = ops(await bench.up(network()));
  bench.close();
  process.stdout.write(JSON.stringify(found));
}

void main();
