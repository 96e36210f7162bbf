import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FileTexts } from "../../../src/engine/lease/file-texts";
import { PulumiEngine } from "../../../src/engine/pulumi/engine";
import { describeWithPulumi, engineBench, identity, type EngineBench } from "../../support/engine";
import { failure, network, ops } from "../../support/engine-programs";
import { MemoryCloud } from "../../support/memory-cloud";

/** A lock as Pulumi writes it, of a run on another machine. */
function lock(directory: string): void {
  const locks = join(directory, ".pulumi/locks/organization/shop/dev");
  mkdirSync(locks, { recursive: true });
  const owner = { pid: 4711, username: "ada", hostname: "ci-7", timestamp: "2026-01-02T03:04:05.000000006Z" };
  writeFileSync(join(locks, "0b5d5a2e-1111-4222-8333-444455556666.json"), JSON.stringify(owner));
}

function without<T extends object, K extends keyof T>(whole: T, key: K): Omit<T, K> {
  return Object.fromEntries(Object.entries(whole).filter(([name]) => name !== key)) as Omit<T, K>;
}

describeWithPulumi("what PulumiEngine refuses, and how it ends", () => {
  let cloud: MemoryCloud;
  let bench: EngineBench;

  beforeEach(async () => {
    cloud = new MemoryCloud();
    bench = await engineBench(cloud);
  });
  afterEach(() => {
    bench.close();
  });

  test("a run that is aborted before it begins starts nothing", async () => {
    const error = await failure(bench.up(network(), { signal: AbortSignal.abort() }));
    expect(error.kind).toBe("cancelled");
    expect(await bench.engine.stateVersion(identity)).toBeUndefined();
  });

  test("a locked stack names who holds it since when, and cancel frees it", async () => {
    await bench.up(network());
    lock(bench.directory);
    const error = await failure(bench.up(network()));
    expect(error.kind).toBe("locked");
    expect(error.problems).toEqual([
      {
        path: "shop/dev",
        message: expect.stringMatching(/ada@ci-7 \(process 4711\) since 2026-01-02T03:04:05/) as string,
        hint: expect.stringContaining("berth-cd cancel") as string,
      },
    ]);
    expect(await bench.engine.cancel(identity)).toBe(true);
    expect(await bench.engine.cancel(identity)).toBe(false);
    expect(ops(await bench.up(network()))).toMatchObject({ net: "same" });
  });

  test("cancel of a stack that doesn't exist has nothing to break", async () => {
    expect(await bench.engine.cancel({ project: "shop", stack: "nope" })).toBe(false);
  });

  test("another passphrase, or none, is a usage error that says which variable", async () => {
    await bench.up(network());
    const cases = [
      { engine: bench.other({ passphrase: "wrong battery" }), message: /not the one of this stack's state/ },
      { engine: new PulumiEngine(without(bench.options, "passphrase")), message: /no passphrase is set/ },
    ];
    for (const { engine, message } of cases) {
      const error = await failure(engine.up({ ...bench.request(), program: network() }));
      expect(error.kind).toBe("usage");
      expect(error.problems[0]?.path).toBe("PULUMI_CONFIG_PASSPHRASE");
      expect(error.message).toMatch(message);
      expect(error.message).not.toContain("wrong battery");
    }
  });

  test("an unreachable backend is a usage error", async () => {
    writeFileSync(join(bench.directory, "a-file"), "");
    const engine = bench.other({ backendUrl: `file://${bench.directory}/a-file/below` });
    expect(await engine.list()).toEqual([]);
    const error = await failure(engine.up({ ...bench.request(), program: network() }));
    expect(error.kind).toBe("usage");
    expect(error.problems[0]?.path).toBe("PULUMI_BACKEND_URL");
  });

  test("the directory of a new backend is made by up, and by nothing before", async () => {
    const directory = join(bench.directory, "new/state");
    const engine = bench.other({ backendUrl: `file://${directory}`, state: new FileTexts(directory) });
    await engine.preview({ ...bench.request(), program: network() });
    expect(await engine.list()).toEqual([]);
    expect(existsSync(directory)).toBe(false);
    await engine.up({ ...bench.request(), program: network() });
    expect(await engine.list()).toMatchObject([identity]);
  });

  test("a missing plugin is a usage error", async () => {
    const detached = without(bench.environment, "PULUMI_DEBUG_PROVIDERS");
    const engine = bench.other({
      environment: { ...detached, PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" },
    });
    const error = await failure(engine.up({ ...bench.request(), program: network() }));
    expect(error.kind).toBe("usage");
    expect(error.message).toContain("pulumi-resource-aws");
  });

  test("a stack that doesn't exist has nothing to refresh or to destroy", async () => {
    expect(await bench.engine.destroy(bench.request())).toEqual({ steps: [], outputs: {} });
    expect(await bench.engine.refresh(bench.request())).toEqual({ steps: [], outputs: {} });
  });

  test("what is protected is neither dropped nor replaced by up, and goes with destroy", async () => {
    await bench.up(network({ protect: true }));
    const dropped = await failure(bench.up(network({ subnet: false })));
    expect(dropped.kind).toBe("deployment");
    expect(dropped.message).toContain("protect");
    const planned = await bench.preview(network({ protect: true }));
    expect(planned.steps.find((step) => step.name === "a")).toMatchObject({ op: "same", protect: true });
    expect(ops(await bench.engine.destroy(bench.request()))).toMatchObject({ net: "delete", a: "delete" });
    expect(cloud.resources.size).toBe(0);
  });

  test("a stack that holds resources is not removed", async () => {
    await bench.up(network());
    const error = await failure(bench.engine.remove(identity));
    expect(error.kind).toBe("deployment");
    expect(error.message).toContain("still has resources");
  });

  test("refresh takes what happened outside into the state", async () => {
    await bench.up(network());
    for (const [id, resource] of cloud.resources) if (resource.name === "a") cloud.resources.delete(id);
    const run = await bench.engine.refresh(bench.request());
    expect(ops(run)).toMatchObject({ net: "same", a: "delete" });
    expect(ops(await bench.up(network()))).toMatchObject({ net: "same", a: "create" });
    for (const [id, resource] of cloud.resources) if (resource.name === "a") cloud.resources.delete(id);
    const up = await bench.engine.up({ ...bench.request(), program: network(), refresh: true });
    expect(ops(up)).toMatchObject({ net: "same", a: "create" });
  });

  test("only targets are touched", async () => {
    const run = await bench.up(network(), { targets: ["urn:pulumi:dev::shop::aws:ec2/vpc:Vpc::net"] });
    expect(ops(run)).toMatchObject({ net: "create" });
    expect(cloud.resources.size).toBe(1);
  });
});
