import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Bucket } from "@pulumi/aws/s3/bucket";
import { Vpc } from "@pulumi/aws/ec2/vpc";
import type { Program, TextStore } from "../../../src/ports";
import { describeWithPulumi, engineBench, identity, type EngineBench } from "../../support/engine";
import { failure, network, ops, urn } from "../../support/engine-programs";
import { MemoryCloud } from "../../support/memory-cloud";

function filesBelow(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describeWithPulumi("PulumiEngine", () => {
  let cloud: MemoryCloud;
  let bench: EngineBench;
  const state = (): string => join(bench.directory, ".pulumi");

  beforeEach(async () => {
    cloud = new MemoryCloud();
    bench = await engineBench(cloud);
  });
  afterEach(() => {
    bench.close();
  });

  test("brings a stack up, then finds nothing to change, then changes it, then destroys and removes it", async () => {
    expect(await bench.engine.stateVersion(identity)).toBeUndefined();
    expect(await bench.engine.outputs(identity)).toBeUndefined();
    expect(await bench.engine.list()).toEqual([]);

    const first = await bench.up(network());
    expect(ops(first)).toEqual({ "shop-dev": "create", net: "create", a: "create" });
    expect(first.outputs).toEqual({ arn: "arn:aws:test:::net-1", range: "10.0.0.0/16" });
    expect(first.steps.find((step) => step.name === "a")).toEqual({
      urn: urn.a,
      type: "aws:ec2/subnet:Subnet",
      name: "a",
      op: "create",
      parent: urn.net,
      inputs: { vpcId: "net-1", cidrBlock: "10.0.1.0/24" },
      dependsOn: [urn.net],
      protect: false,
    });

    const version = await bench.engine.stateVersion(identity);
    expect(version).toBeDefined();
    const second = await bench.up(network());
    expect(ops(second)).toEqual({ "shop-dev": "same", net: "same", a: "same" });
    expect(second.outputs).toEqual(first.outputs);
    expect(second.steps.find((step) => step.name === "a")?.dependsOn).toEqual([urn.net]);

    const changed = await bench.up(network({ tag: "two" }));
    expect(changed.steps.find((step) => step.name === "net")).toMatchObject({ op: "update", diff: ["tags"] });
    expect(await bench.engine.stateVersion(identity)).not.toBe(version);
    expect(await bench.engine.outputs(identity)).toEqual(first.outputs);
    expect(await bench.engine.list()).toEqual([
      { ...identity, lastUpdate: expect.any(String) as string, resourceCount: 4 },
    ]);

    const gone = await bench.engine.destroy(bench.request());
    expect(ops(gone)).toEqual({ "shop-dev": "delete", net: "delete", a: "delete" });
    expect(gone.steps.map((step) => step.name).indexOf("a")).toBeLessThan(
      gone.steps.map((step) => step.name).indexOf("net"),
    );
    expect(gone.steps.find((step) => step.name === "a")?.dependsOn).toEqual([urn.net]);
    expect(cloud.resources.size).toBe(0);
    await bench.engine.remove(identity);
    expect(await bench.engine.stateVersion(identity)).toBeUndefined();
    await bench.engine.remove(identity);
  });

  test("replaces what can't change in place, once in the steps and once in the events", async () => {
    await bench.up(network());
    bench.events.length = 0;
    const run = await bench.up(network({ range: "10.1.0.0/16" }));
    expect(run.steps.filter((step) => step.name === "net")).toEqual([
      expect.objectContaining({
        op: "replace",
        diff: ["cidrBlock"],
        inputs: { cidrBlock: "10.1.0.0/16", tags: { tag: "one" } },
      }),
    ]);
    const told = bench.events.flatMap((event) =>
      event.kind === "resource" && event.name === "net" ? [`${event.op} ${event.status}`] : [],
    );
    expect(told).toEqual(["replace started", "replace done"]);
  });

  test("replaces by deleting first where the name is taken", async () => {
    const store =
      (bucket: string): Program =>
      () => {
        new Bucket("store", { bucket });
        return Promise.resolve({});
      };
    await bench.up(store("one"));
    bench.events.length = 0;
    const run = await bench.up(store("two"));
    expect(ops(run)).toEqual({ "shop-dev": "same", store: "replace" });
    expect(run.steps.find((step) => step.name === "store")?.inputs).toEqual({ bucket: "two" });
    const told = bench.events.flatMap((event) =>
      event.kind === "resource" && event.name === "store" ? [`${event.op} ${event.status}`] : [],
    );
    expect(told).toEqual(["replace started", "replace done"]);
  });

  test("deletes what the program no longer declares", async () => {
    await bench.up(network());
    const run = await bench.up(network({ subnet: false }));
    expect(ops(run)).toEqual({ "shop-dev": "same", net: "same", a: "delete" });
    expect(run.steps.find((step) => step.name === "a")?.dependsOn).toEqual([urn.net]);
  });

  test("previews a stack that doesn't exist, and writes nothing", async () => {
    const run = await bench.preview(network());
    expect(ops(run)).toEqual({ "shop-dev": "create", net: "create", a: "create" });
    expect(run.outputs).toEqual({ arn: "[unknown]", range: "10.0.0.0/16" });
    expect(run.steps.find((step) => step.name === "a")).toMatchObject({
      inputs: { vpcId: "[unknown]" },
      dependsOn: [urn.net],
      parent: urn.net,
    });
    expect(run.steps.find((step) => step.name === "net")?.parent).toBe(urn.stack);
    expect(cloud.resources.size).toBe(0);
    expect(filesBelow(state())).toEqual([]);
  });

  test("starts the CLI once for the first preview, and once for the first up", async () => {
    const calls = join(bench.directory, "calls");
    const folder = join(bench.directory, "bin");
    mkdirSync(folder);
    const path = bench.environment["PATH"] ?? "";
    const script = `#!/bin/sh\necho "$1" >> "${calls}"\nPATH="${path}" exec pulumi "$@"\n`;
    writeFileSync(join(folder, "pulumi"), script, { mode: 0o755 });
    const engine = bench.other({ environment: { ...bench.environment, PATH: `${folder}:${path}` } });
    const request = { ...bench.request(), program: network() };
    await engine.preview(request);
    expect(ops(await engine.up(request))).toEqual({ "shop-dev": "create", net: "create", a: "create" });
    expect(readFileSync(calls, "utf8").trim().split("\n")).toEqual(["preview", "up"]);
  });

  test("reads the state before and after a run that releases nothing, and no more often", async () => {
    await bench.up(network());
    const { state: texts } = bench.options;
    const read = jest.fn((key: string) => texts.read(key));
    const counted: TextStore = Object.assign(Object.create(texts) as TextStore, { read });
    const run = await bench.other({ state: counted }).up({ ...bench.request(), program: network() });
    expect(ops(run)).toEqual({ "shop-dev": "same", net: "same", a: "same" });
    expect(read).toHaveBeenCalledTimes(2);
  });

  test("leaves no stack where its first run could not begin", async () => {
    const engine = bench.other({ secretsProvider: "nothing://known" });
    const error = await failure(engine.up({ ...bench.request(), program: network() }));
    expect(error).toMatchObject({ kind: "usage", problems: [{ path: "BERTH_SECRETS_PROVIDER" }] });
    expect(await engine.stateVersion(identity)).toBeUndefined();
  });

  test("previews changes of an existing stack, and leaves its state alone", async () => {
    await bench.up(network());
    const version = await bench.engine.stateVersion(identity);
    const run = await bench.preview(network({ tag: "two", subnet: false }));
    expect(ops(run)).toEqual({ "shop-dev": "same", net: "update", a: "delete" });
    expect(run.steps.find((step) => step.name === "a")?.dependsOn).toEqual([urn.net]);
    expect(await bench.engine.stateVersion(identity)).toBe(version);
  });

  test("keeps secrets out of events, steps, outputs and clear-text state", async () => {
    const password = "hunter2-hunter2";
    const program: Program = () => {
      const net = new Vpc("net", { cidrBlock: "10.0.0.0/16", tags: { key: pulumi.secret(password) } });
      return Promise.resolve({ tags: net.tags, password: pulumi.secret(password) });
    };
    const preview = await bench.preview(program);
    const run = await bench.up(program);
    expect(run.outputs).toEqual({ tags: "[secret]", password: "[secret]" });
    expect(run.steps.find((step) => step.name === "net")?.inputs["tags"]).toEqual({ key: "[secret]" });
    expect(await bench.engine.outputs(identity)).toEqual(run.outputs);
    expect(JSON.stringify([preview, run, bench.events])).not.toContain(password);
    for (const file of filesBelow(state())) expect(readFileSync(file, "utf8")).not.toContain(password);
    // The cloud got a seal in its place, and knows a change of it.
    expect(JSON.stringify([...cloud.resources.values()])).not.toContain(password);
    expect(ops(await bench.up(program))).toEqual({ "shop-dev": "same", net: "same" });
  });

  test("tells which resource failed, keeps what stands, and goes on from there", async () => {
    cloud.scripts.set("a", () => {
      throw new Error("InvalidSubnet.Range: no such range");
    });
    const error = await failure(bench.up(network()));
    expect(error.kind).toBe("deployment");
    expect(error.problems).toEqual([
      { path: urn.a, message: expect.stringContaining("InvalidSubnet.Range: no such range") as string },
    ]);
    expect(bench.events).toContainEqual(
      expect.objectContaining({ kind: "resource", status: "failed", op: "create", urn: urn.a }),
    );
    cloud.scripts.clear();
    expect(ops(await bench.up(network()))).toEqual({ "shop-dev": "same", net: "same", a: "create" });
    expect(cloud.resources.size).toBe(2);
  });

  test("tells what AWS refuses before anything is made", async () => {
    const error = await failure(bench.preview(network({ range: "nonsense" })));
    expect(error.kind).toBe("deployment");
    expect(error.problems).toEqual([
      { path: urn.net, message: expect.stringContaining("not a range") as string },
    ]);
  });
});
