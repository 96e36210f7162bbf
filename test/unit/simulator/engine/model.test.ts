import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { Vpc } from "@pulumi/aws/ec2/vpc";
import fc from "fast-check";
import type { Program } from "../../../../src/ports";
import { operations, SimulatorBench } from "../../../support/simulator-bench";

/** A project in a few bits: which VPCs it has, their ranges, what stands in them, and whether AWS refuses one thing. */
interface Shape {
  readonly vpcs: readonly {
    readonly range: number;
    readonly subnets: number;
    readonly group: number;
    readonly tag: number;
  }[];
  readonly refused: boolean;
}

const shapes = fc.record<Shape>({
  vpcs: fc.array(
    fc.record({
      range: fc.integer({ min: 0, max: 2 }),
      subnets: fc.integer({ min: 0, max: 2 }),
      group: fc.integer({ min: 0, max: 2 }),
      tag: fc.integer({ min: 0, max: 1 }),
    }),
    { maxLength: 3 },
  ),
  refused: fc.oneof(
    { weight: 4, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
});

function programOf({ vpcs, refused }: Shape): Program {
  return () => {
    vpcs.forEach(({ range, subnets, group, tag }, n) => {
      const vpc = new Vpc(`v${n}`, { cidrBlock: `10.${range}.0.0/16`, tags: { tag: String(tag) } });
      for (let s = 0; s < subnets; s++) {
        new Subnet(`v${n}-${s}`, { vpcId: vpc.id, cidrBlock: `10.${range}.${s}.0/24` });
      }
      // 1 and 2: the description, which replaces, under a name of its own, which is in use.
      if (group > 0) new SecurityGroup(`v${n}-g`, { name: "g", description: `d${group}`, vpcId: vpc.id });
    });
    if (refused) new Vpc("refused", { cidrBlock: "10.0.0.0/8" });
    return Promise.resolve({});
  };
}

test("after any run, also one that failed, the cloud holds what the state says, and the next run ends right", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(shapes, { minLength: 1, maxLength: 4 }), async (sequence) => {
      const bench = new SimulatorBench();
      try {
        for (const shape of sequence) {
          const run = await bench.up(programOf(shape)).catch(() => undefined);
          expect(run === undefined).toBe(shape.refused);
          expect(bench.held()).toEqual(bench.recorded());
          bench.restart();
        }
        const last = { ...(sequence.at(-1) ?? { vpcs: [] }), refused: false };
        const foreseen = await bench.preview(programOf(last));
        const done = await bench.up(programOf(last));
        expect(operations(done)).toEqual(operations(foreseen));
        expect(bench.held()).toEqual(bench.recorded());
        const again = await bench.up(programOf(last));
        expect(again.steps.every(({ op }) => op === "same")).toBe(true);
        await bench.destroy();
        expect(bench.held()).toEqual([]);
        expect(bench.recorded()).toEqual([]);
      } finally {
        bench.remove();
      }
    }),
    { numRuns: 25 },
  );
});
