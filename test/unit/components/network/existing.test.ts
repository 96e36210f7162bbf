/** A project in a VPC that is there already: nothing of it is made, and its subnets are read or named. */
import { projectProgram } from "../../../../stacks/project";
import { modeSettings } from "../../../../src/modes/modes";
import { record, type Recording } from "../../../support/mocks";
import { containerOf, postgresOf, programArgs, projectOf } from "../../../support/projects";

const id = "vpc-0123456789abcdef0";

function run(vpc: unknown, own: Readonly<Record<string, unknown>> = {}): Promise<Recording> {
  const web = containerOf({ environment: { URL: { kind: "plain", value: "http://db:5432" } } });
  const mode = modeSettings("affordable", { vpc, ...own });
  return record(projectProgram(programArgs(projectOf([web, postgresOf()]), { mode })));
}

describe("whose subnets are read", () => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await run(id);
  });

  test("no network is made, and no way out", () => {
    const made = recording.resources.filter(({ type }) =>
      /awsx:|ec2\/(vpc|subnet|route|routeTable|natGateway|eip|vpcEndpoint|vpcDhcpOptions)|autoscaling|NatInstance/.test(
        type,
      ),
    );
    expect(made.map(({ type }) => type)).toEqual([]);
  });

  test("the load balancer stands in the public subnets, one in each zone; everything else in private ones", () => {
    expect(recording.find("aws:lb/loadBalancer:LoadBalancer", "alb").inputs["subnets"]).toEqual([
      "subnet-00000001",
      "subnet-00000002",
    ]);
    const { networkConfiguration } = recording.find("aws:ecs/service:Service", "web").inputs;
    expect(networkConfiguration).toMatchObject({ subnets: ["subnet-0000000a", "subnet-0000000b"] });
    const [databases] = recording.ofType("aws:rds/subnetGroup:SubnetGroup");
    expect(databases?.inputs["subnetIds"]).toEqual(["subnet-0000000a", "subnet-0000000b"]);
  });

  test("names are private to it, and its DHCP options stay: variables name services in full", () => {
    expect(
      recording.find("aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace", "todo.internal").inputs[
        "vpc"
      ],
    ).toBe(id);
    const [container] = JSON.parse(
      recording.find("aws:ecs/taskDefinition:TaskDefinition", "web").inputs["containerDefinitions"] as string,
    ) as { environment: unknown }[];
    expect(container?.environment).toEqual([
      { name: "LOCALDOMAIN", value: "todo.internal" },
      { name: "URL", value: "http://db.todo.internal:5432" },
    ]);
    expect(recording.outputs["notices"]).toContainEqual(
      expect.stringMatching(/keeps its DHCP options.*searchDomain.*web\.URL/),
    );
  });
});

test("the search domain is set where the file asks for it, and names stay as they are", async () => {
  const recording = await run({ id, searchDomain: true });
  const [association] = recording.ofType("aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation");
  expect(association?.inputs["vpcId"]).toBe(id);
  expect(
    recording.find("aws:ecs/taskDefinition:TaskDefinition", "web").inputs["containerDefinitions"],
  ).toContain('"http://db:5432"');
});

test("subnets that are named are taken as they are", async () => {
  const recording = await run({
    id,
    publicSubnets: ["subnet-00000001", "subnet-00000002"],
    privateSubnets: ["subnet-0000000b", "subnet-0000000c"],
  });
  expect(recording.find("aws:ecs/service:Service", "web").inputs["networkConfiguration"]).toMatchObject({
    subnets: ["subnet-0000000b", "subnet-0000000c"],
  });
  expect(recording.calls.map(({ token }) => token)).not.toContain("aws:ec2/getSubnets:getSubnets");
});

describe("interface endpoints", () => {
  test.each([
    ["of a new VPC", "new", "10.0.0.0/16", "subnet-private-us-east-1a"],
    ["of one that is there", id, "172.16.0.0/16", "subnet-0000000a"],
  ])("%s: a group of their own, which the network alone reaches", async (_, vpc, cidr, subnet) => {
    const recording = await run(vpc, { interfaceEndpoints: ["logs", "ecr.api", "logs"] });
    const made = recording
      .ofType("aws:ec2/vpcEndpoint:VpcEndpoint")
      .filter(({ inputs }) => inputs["vpcEndpointType"] === "Interface");
    expect(made.map(({ inputs }) => inputs["serviceName"])).toEqual([
      "com.amazonaws.us-east-1.ecr.api",
      "com.amazonaws.us-east-1.logs",
    ]);
    expect(made[0]?.inputs).toMatchObject({ privateDnsEnabled: true, securityGroupIds: ["endpoints-id"] });
    expect((made[0]?.inputs["subnetIds"] as string[])[0]).toBe(subnet);
    const into = recording
      .ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
      .filter(({ inputs }) => inputs["securityGroupId"] === "endpoints-id");
    expect(into.map(({ inputs }) => [inputs["cidrIpv4"], inputs["fromPort"], inputs["toPort"]])).toEqual([
      [cidr, 443, 443],
    ]);
  });

  test("usual ones are what a task needs to start, log and read its secrets", async () => {
    const recording = await run("new", { interfaceEndpoints: "usual" });
    const names = recording.ofType("aws:ec2/vpcEndpoint:VpcEndpoint").map(({ name }) => name);
    expect(names.sort()).toEqual(["ecr.api", "ecr.dkr", "kms", "logs", "s3", "ssm", "ssmmessages"]);
  });
});

test.each<[unknown, RegExp]>([
  ["vpc", /x-berth\.vpc: must be a VPC's id/],
  [{ publicSubnets: [] }, /x-berth\.vpc\.id/],
  [{ id, privateSubnets: ["a"] }, /x-berth\.vpc\.privateSubnets\[0\]: must be a subnet's id/],
  [{ id, subnets: [] }, /x-berth\.vpc: Unrecognized key: "subnets"/],
  [5, /x-berth\.vpc/],
])("vpc: %j is refused", (vpc, expected) => {
  expect(() => modeSettings("affordable", { vpc })).toThrow(expected);
});

test.each<[unknown]>([["some"], [["s4"]], [5]])("interfaceEndpoints: %j is refused", (interfaceEndpoints) => {
  expect(() => modeSettings("affordable", { interfaceEndpoints })).toThrow(
    /x-berth\.interfaceEndpoints: must be none, usual, or a list of ecr\.api/,
  );
});

test("a file system that has a mount target in a zone gets none there, and one in every other zone", async () => {
  const fileSystem = "fs-0123456789abcdef0";
  const volumes = [{ volume: "data", folder: "/", fileSystem, path: "/data", readOnly: false }];
  const targetsWith = async (zones: readonly string[]) => {
    const given = zones.map((zone) => ({ subnetId: "subnet-1", zone, vpcId: id, groups: [], own: false }));
    const args = programArgs(projectOf([containerOf({ volumes })]), {
      mode: modeSettings("affordable", { vpc: id }),
      mountTargets: { [fileSystem]: given },
    });
    const recording = await record(projectProgram(args));
    return recording
      .ofType("aws:efs/mountTarget:MountTarget")
      .map(({ name, inputs }) => [name, inputs["subnetId"]]);
  };
  const one = [`volumes-${fileSystem}-1`, "subnet-0000000a"];
  const two = [`volumes-${fileSystem}-2`, "subnet-0000000b"];
  expect(await targetsWith([])).toEqual([one, two]);
  expect(await targetsWith(["us-east-1a"])).toEqual([two]);
  expect(await targetsWith(["us-east-1a", "us-east-1b", "us-east-1c"])).toEqual([]);
});
