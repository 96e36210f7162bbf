import { settlePending } from "../../../../src/simulator/engine/pending";
import type { StateResource } from "../../../../src/simulator/engine/state";
import { SimulatedAws } from "../../../../src/simulator/cloud/aws";
import { make, urnOf } from "../../../support/simulated-world";

const vpc = "aws:ec2/vpc:Vpc";

test("what the cloud refuses to delete stays in the state, told with the reason, and the rest is settled", async () => {
  const cloud = new SimulatedAws({ region: "us-east-1" });
  const entry = async (name: string): Promise<StateResource> => ({
    urn: urnOf(vpc, name),
    type: vpc,
    id: await make(cloud, vpc, name, { cidrBlock: "10.0.0.0/16" }),
    custom: true,
    inputs: {},
    outputs: {},
    dependencies: [],
    propertyDependencies: {},
    protect: false,
    retainOnDelete: false,
  });
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
