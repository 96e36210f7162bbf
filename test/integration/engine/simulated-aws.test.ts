import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Vpc } from "@pulumi/aws/ec2/vpc";
import type { Program } from "../../../src/ports";
import { bundle, runProgram } from "../../support/bundle";
import { describeWithPulumi, engineBench, type EngineBench } from "../../support/engine";
import { failure, network, ops } from "../../support/engine-programs";
import { MemoryCloud } from "../../support/memory-cloud";

/** Starts the simulated AWS as a process of its own; resolves with its one line. */
async function start(
  script: string,
  ...args: readonly string[]
): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const [text] = (await once(child.stdout, "data")) as [Buffer];
  // Endpoints of services that the engine does not ask follow.
  const [line = ""] = text.toString().split("\n");
  return { child, line };
}

async function stop(child: ChildProcess): Promise<number | null> {
  const ended = once(child, "exit") as Promise<[number | null]>;
  child.kill("SIGTERM");
  return (await ended)[0];
}

describeWithPulumi("the simulated AWS as a program of its own", () => {
  let script: string;
  let bench: EngineBench;
  let directory: string;

  beforeAll(async () => {
    script = await bundle(join(__dirname, "../../../src/simulator/main.ts"));
    bench = await engineBench(new MemoryCloud());
    directory = mkdtempSync(join(tmpdir(), "berth-cloud-"));
  });
  afterAll(() => {
    bench.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const engineAt = (line: string) => {
    const ports = line.trim().replace("PULUMI_DEBUG_PROVIDERS=", "");
    return bench.other({ environment: { ...bench.environment, PULUMI_DEBUG_PROVIDERS: ports } });
  };

  test("serves the real engine, keeps its cloud in a file without secrets, and ends on SIGTERM", async () => {
    const file = join(directory, "cloud.json");
    const first = await start(script, "--cloud", file);
    expect(first.line).toMatch(/^PULUMI_DEBUG_PROVIDERS=aws:\d+,awsx:\d+$/);
    const program: Program = async () => {
      const outputs = await network()();
      new Vpc("other", { cidrBlock: "10.9.0.0/16", tags: { key: pulumi.secret("hunter2-hunter2") } });
      return outputs;
    };
    const made = await engineAt(first.line).up({ ...bench.request(), program });
    expect(ops(made)).toMatchObject({ net: "create", a: "create", other: "create" });
    expect(made.outputs["arn"]).toMatch(/^arn:aws:ec2:us-east-1:\d{12}:vpc\/vpc-[0-9a-f]{17}$/);
    expect(await stop(first.child)).toBe(0);
    expect(readFileSync(file, "utf8")).not.toContain("hunter2");

    const second = await start(script, "--cloud", file);
    const engine = engineAt(second.line);
    const again = await engine.up({ ...bench.request(), program, refresh: true });
    expect(new Set(again.steps.map((step) => step.op))).toEqual(new Set(["same"]));
    const refused = await failure(
      engine.preview({ ...bench.request(), program: network({ range: "10.0.0.0/30" }) }),
    );
    expect(refused).toMatchObject({ kind: "deployment" });
    await engine.destroy(bench.request());
    expect(await stop(second.child)).toBe(0);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ resources: [] });
  });

  test("a component that is refused, by awsx or by AWS, fails its run and leaves the process serving", async () => {
    const { child, line } = await start(script);
    const { stdout, stderr } = await runProgram(join(__dirname, "refused-components.ts"), line.trim());
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      "10.0.0.0/28": { kind: "deployment", message: expect.stringContaining("/26") as string },
      "10.0.0.0/8": { kind: "deployment", message: expect.stringContaining("10.0.0.0/8") as string },
      "10.0.0.0/16": "previewed",
    });
    expect(child.exitCode).toBeNull();
    expect(await stop(child)).toBe(0);
  });

  test("says what is wrong with its options", async () => {
    const child = spawn(process.execPath, [script, "--nonsense"], { stdio: ["ignore", "ignore", "pipe"] });
    const said: string[] = [];
    child.stderr.on("data", (data: Buffer) => said.push(data.toString()));
    const [code] = (await once(child, "close")) as [number];
    expect(code).toBe(2);
    expect(said.join("")).toContain("--nonsense");
  });
});
