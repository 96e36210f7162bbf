/** What holds data: kept by an `up` that would replace or drop it, gone with a destroy, which means it. */
import { Vpc } from "@pulumi/aws/ec2/vpc";
import type { Program } from "../../../src/ports";
import { describeWithPulumi, engineBench, type EngineBench } from "../../support/engine";
import { failure, ops } from "../../support/engine-programs";
import { MemoryCloud } from "../../support/memory-cloud";

const empty: Program = () => Promise.resolve({});

function guarded(range = "10.0.0.0/16"): Program {
  return () => {
    new Vpc("data", { cidrBlock: range }, { protect: true });
    new Vpc("other", { cidrBlock: "10.1.0.0/16" });
    return Promise.resolve({});
  };
}

describeWithPulumi("protected resources on the real engine", () => {
  let cloud: MemoryCloud;
  let bench: EngineBench;
  beforeEach(async () => {
    cloud = new MemoryCloud();
    bench = await engineBench(cloud);
    await bench.up(guarded());
  });
  afterEach(() => {
    bench.close();
  });

  test.each([
    ["replaces", guarded("10.2.0.0/16")],
    ["drops", empty],
  ])("a preview and an up that %s one fail, and it stays", async (_, program) => {
    for (const run of [() => bench.preview(program), () => bench.up(program)]) {
      const hint = expect.stringContaining("--allow-data-loss") as string;
      expect(await failure(run())).toMatchObject({
        kind: "deployment",
        problems: [{ message: expect.stringMatching(/data.*: it is protected$/s) as string, hint }],
      });
    }
    expect([...cloud.resources.values()].map(({ name }) => name)).toContain("data");
  });

  test("a destroy takes all of them", async () => {
    expect(ops(await bench.engine.destroy(bench.request()))).toMatchObject({
      data: "delete",
      other: "delete",
    });
    expect(cloud.resources.size).toBe(0);
  });

  test("a destroy of one resource leaves the others protected", async () => {
    const other = "urn:pulumi:dev::shop::aws:ec2/vpc:Vpc::other";
    await bench.engine.destroy(bench.request({ targets: [other] }));
    expect([...cloud.resources.values()].map(({ name }) => name)).toEqual(["data"]);
    expect(await failure(bench.up(empty))).toMatchObject({ kind: "deployment" });
  });
});
