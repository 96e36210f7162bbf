import { settlePending } from "../../../../src/simulator/engine/pending";
import type { StateResource } from "../../../../src/simulator/state/state";
import { SimulatedAws } from "../../../../src/simulator/cloud/aws";
import { make, urnOf } from "../../../support/simulated-world";

const vpc = "aws:ec2/vpc:Vpc";

function stateOf(type: string, name: string, id: string | undefined, inputs: object = {}): StateResource {
  return {
    ...{
      urn: urnOf(type, name),
      type,
      ...(id === undefined ? {} : { id }),
      custom: true,
      inputs: { ...inputs },
    },
    ...{ outputs: {}, dependencies: [], propertyDependencies: {}, protect: false, retainOnDelete: false },
  };
}

test("of a replacement that was cut off, the half goes that can be made again without being the same thing", async () => {
  const cloud = new SimulatedAws({ region: "us-east-1" });
  const group = "aws:cloudwatch/logGroup:LogGroup";
  const settled = async (type: string, before: object, after: object) => {
    const old = stateOf(type, "one", await make(cloud, type, "one", { ...before }), before);
    const id = await make(cloud, type, "one", { ...after });
    const pending = { op: "creating", resource: stateOf(type, "one", undefined, after) } as const;
    const { state } = await settlePending(
      ...([
        {
          version: 1,
          project: "shop",
          salt: "salt",
          stack: "dev",
          resources: [old],
          outputs: {},
          pending: [pending],
        },
        cloud,
      ] as const),
    );
    return state.resources.map((one) => [one.id === id ? "new" : "old", one.delete === true]);
  };
  expect(await settled(group, { name: "a" }, { name: "b" })).toEqual([
    ["new", false],
    ["old", true],
  ]);
  expect(await settled(vpc, { cidrBlock: "10.0.0.0/16" }, { cidrBlock: "10.1.0.0/16" })).toEqual([
    ["old", false],
    ["new", true],
  ]);
});

test("what the cloud refuses to delete stays in the state, told with the reason, and the rest is settled", async () => {
  const cloud = new SimulatedAws({ region: "us-east-1" });
  const entry = async (name: string): Promise<StateResource> =>
    stateOf(vpc, name, await make(cloud, vpc, name, { cidrBlock: "10.0.0.0/16" }));
  const [held, free] = [await entry("held"), await entry("free")];
  await make(cloud, "aws:ec2/subnet:Subnet", "in-it", {
    vpcId: held.id,
    cidrBlock: "10.0.0.0/24",
    availabilityZone: "us-east-1a",
  });
  const { state, notes } = await settlePending(
    {
      version: 1,
      project: "shop",
      salt: "salt",
      stack: "dev",
      resources: [held, free],
      outputs: {},
      pending: [held, free].map((resource) => ({ op: "deleting", resource })),
    },
    cloud,
  );
  expect(state.pending).toBeUndefined();
  expect(state.resources).toEqual([held]);
  expect(notes).toEqual([
    expect.stringMatching(/held was being deleted: it stays: .*DependencyViolation/),
    expect.stringMatching(/free was being deleted: it is deleted now/),
  ]);
});
