import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { Vpc } from "@pulumi/awsx/ec2/vpc";
import type { EngineRun, Program } from "../../../src/ports";
import { SimulatedAws } from "../../../src/simulator/cloud/aws";
import { describeWithPulumi, engineBench, type EngineBench } from "../../support/engine";

const awsxNetwork: Program = () => {
  const net = new Vpc("net", {
    cidrBlock: "10.0.0.0/16",
    availabilityZoneNames: ["us-east-1a", "us-east-1b"],
    subnetStrategy: "Auto",
    natGateways: { strategy: "Single" },
  });
  new SecurityGroup("web", { vpcId: net.vpcId, description: "web" });
  return Promise.resolve({ vpcId: net.vpcId, publicSubnetIds: net.publicSubnetIds });
};

/** How many resources of each type; with their operation. */
function counts(run: EngineRun): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const { op, type } of run.steps) found[`${op} ${type}`] = (found[`${op} ${type}`] ?? 0) + 1;
  return found;
}

/** EMULATOR's third chapter: the children of two zones with a single NAT gateway. */
const children = {
  "awsx:ec2:Vpc": 1,
  "aws:ec2/vpc:Vpc": 1,
  "aws:ec2/internetGateway:InternetGateway": 1,
  "aws:ec2/subnet:Subnet": 4,
  "aws:ec2/routeTable:RouteTable": 4,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": 4,
  "aws:ec2/route:Route": 4,
  "aws:ec2/eip:Eip": 1,
  "aws:ec2/natGateway:NatGateway": 1,
  "aws:ec2/securityGroup:SecurityGroup": 1,
  "pulumi:pulumi:Stack": 1,
};

const all = (op: string): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(children).map(([type, count]) => [`${op} ${type}`, count]));

describeWithPulumi("awsx.ec2.Vpc on the real engine, by the simulated awsx", () => {
  let bench: EngineBench;

  beforeEach(async () => {
    bench = await engineBench(new SimulatedAws({ region: "us-east-1" }));
  });
  afterEach(() => {
    bench.close();
  });

  test("its children are what AWS will bill, made, left alone and destroyed", async () => {
    const planned = await bench.preview(awsxNetwork);
    expect(counts(planned)).toEqual(all("create"));
    expect(planned.outputs).toMatchObject({ vpcId: "[unknown]" });
    const made = await bench.up(awsxNetwork);
    expect(counts(made)).toEqual(all("create"));
    expect(made.outputs["vpcId"]).toMatch(/^vpc-/);
    expect(made.outputs["publicSubnetIds"]).toHaveLength(2);
    const group = made.steps.find((step) => step.name === "web");
    expect(group?.inputs["vpcId"]).toBe(made.outputs["vpcId"]);
    expect(group?.dependsOn.map((urn) => urn.split("::")[2]?.split("$").at(-1))).toEqual(
      expect.arrayContaining(["awsx:ec2:Vpc", "aws:ec2/vpc:Vpc"]),
    );
    expect(counts(await bench.up(awsxNetwork))).toEqual(all("same"));
    expect(counts(await bench.engine.destroy(bench.request()))).toEqual(all("delete"));
  });
});
