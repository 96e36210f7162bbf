import { projectProgram } from "../../../../stacks/project";
import { modeSettings, type ModeName } from "../../../../src/modes/modes";
import { record, type Recording } from "../../../support/mocks";
import { containerOf, postgresOf, programArgs, projectOf, redisOf } from "../../../support/projects";

function networkOf(mode: ModeName): Promise<Recording> {
  return record(projectProgram(programArgs(projectOf([containerOf()]), { mode: modeSettings(mode) })));
}

test.each([
  ["affordable", 2],
  ["balanced", 2],
  ["high-availability", 3],
] as const)(
  "mode %s: awsx lays %i zones out, in shares that don't depend on how many there are",
  async (mode, zones) => {
    const { inputs } = (await networkOf(mode)).find("awsx:ec2:Vpc", "net");
    expect(inputs).toMatchObject({
      natGateways: { strategy: "None" },
      availabilityZoneNames: ["us-east-1a", "us-east-1b", "us-east-1c"].slice(0, zones),
      availabilityZoneCidrMask: 18,
      enableDnsHostnames: true,
      enableDnsSupport: true,
    });
  },
);

test.each([
  ["affordable", [], ["nat-id", "nat-id"]],
  ["balanced", ["a"], ["nat-1-id", "nat-1-id"]],
  ["high-availability", ["a", "b", "c"], ["nat-1-id", "nat-2-id", "nat-3-id"]],
] as const)(
  "mode %s: gateways in the zones %j, and the same routes to another way out",
  async (mode, zones, targets) => {
    const recording = await networkOf(mode);
    const gateways = recording.ofType("aws:ec2/natGateway:NatGateway");
    expect(gateways.map(({ name, inputs }) => [name, inputs["subnetId"]])).toEqual(
      zones.map((zone, index) => [`nat-${index + 1}`, `subnet-public-us-east-1${zone}`]),
    );
    expect(recording.ofType("aws:ec2/eip:Eip")).toHaveLength(Math.max(zones.length, 1));
    const routes = recording.ofType("aws:ec2/route:Route");
    expect(routes.map(({ name }) => name)).toEqual(targets.map((_, index) => `way-out-${index + 1}`));
    expect(routes.map(({ inputs }) => inputs["natGatewayId"] ?? inputs["networkInterfaceId"])).toEqual(
      targets,
    );
    const ready = mode === "affordable" ? "aws:autoscaling/group:Group" : "aws:ec2/natGateway:NatGateway";
    for (const route of routes) {
      expect(route.parent).toContain("berth:aws:Network");
      expect(route.dependsOn.some((urn) => urn.includes(ready))).toBe(true);
    }
  },
);

test("databases stand in two zones in every mode: a third one could not be left again", async () => {
  const stores = projectOf([containerOf(), postgresOf(), redisOf()]);
  const mode = modeSettings("high-availability");
  const recording = await record(projectProgram(programArgs(stores, { mode })));
  const subnets = ["subnet-private-us-east-1a", "subnet-private-us-east-1b"];
  for (const type of ["aws:rds/subnetGroup:SubnetGroup", "aws:elasticache/subnetGroup:SubnetGroup"])
    expect(recording.ofType(type).map(({ inputs }) => inputs["subnetIds"])).toEqual([subnets]);
});

test("the S3 endpoint is in the route table of every private subnet", async () => {
  const recording = await networkOf("high-availability");
  const { inputs } = recording.find("aws:ec2/vpcEndpoint:VpcEndpoint", "s3");
  expect(inputs).toMatchObject({ vpcEndpointType: "Gateway", serviceName: "com.amazonaws.us-east-1.s3" });
  expect(inputs["routeTableIds"]).toEqual(
    ["a", "b", "c"].map((zone) => `rtb-of-subnet-private-us-east-1${zone}`),
  );
});

test("the private domain is the search domain", async () => {
  const recording = await networkOf("affordable");
  expect(recording.find("aws:ec2/vpcDhcpOptions:VpcDhcpOptions", "dhcp-options").inputs).toMatchObject({
    domainName: "todo.internal",
    domainNameServers: ["AmazonProvidedDNS"],
  });
});

describe("the NAT instance", () => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await networkOf("affordable");
  });

  test("is there in mode affordable alone", async () => {
    expect(recording.ofType("berth:aws:NatInstance")).toHaveLength(1);
    expect((await networkOf("balanced")).ofType("aws:autoscaling/group:Group")).toHaveLength(0);
  });

  test("is one, in the zone of its interface, and is replaced when it fails, not when its template changes", () => {
    const { inputs } = recording.find("aws:autoscaling/group:Group", "nat");
    expect(inputs).toMatchObject({
      minSize: 1,
      maxSize: 1,
      availabilityZones: ["us-east-1a"],
      launchTemplate: { id: "nat-id", version: "$Latest" },
    });
    expect(inputs).not.toHaveProperty("instanceRefresh");
    const eni = recording.find("aws:ec2/networkInterface:NetworkInterface", "nat");
    expect(eni.inputs).toMatchObject({ subnetId: "subnet-public-us-east-1a", sourceDestCheck: false });
  });

  test("takes the interface that holds address and routes, runs Amazon Linux for arm64 and asks for IMDSv2", () => {
    const { inputs } = recording.find("aws:ec2/launchTemplate:LaunchTemplate", "nat");
    expect(inputs).toMatchObject({
      instanceType: "t4g.nano",
      networkInterfaces: [{ deviceIndex: 0, networkInterfaceId: "nat-id", deleteOnTermination: "false" }],
      metadataOptions: { httpTokens: "required" },
    });
    expect(inputs["imageId"]).toMatch(/^resolve:ssm:\/aws\/service\/.*al2023.*arm64$/);
    const script = Buffer.from(inputs["userData"] as string, "base64").toString();
    expect(script).toContain("net.ipv4.ip_forward = 1");
    expect(script).toContain("ip saddr 10.0.0.0/16 ip daddr != 10.0.0.0/16 masquerade");
    expect(recording.find("aws:ec2/eip:Eip", "nat").inputs["networkInterface"]).toBe("nat-id");
  });

  test("is the default route of each private table, and tasks wait for it", () => {
    const routes = recording.ofType("aws:ec2/route:Route");
    expect(routes.map(({ inputs }) => [inputs["routeTableId"], inputs["networkInterfaceId"]])).toEqual([
      ["rtb-of-subnet-private-us-east-1a", "nat-id"],
      ["rtb-of-subnet-private-us-east-1b", "nat-id"],
    ]);
    const { dependsOn } = recording.find("aws:ecs/service:Service", "web");
    expect(dependsOn).toEqual(expect.arrayContaining(routes.map(({ urn }) => urn)));
  });

  test("lets in the private subnets alone", () => {
    const into = recording
      .ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
      .filter(({ inputs }) => inputs["securityGroupId"] === "nat-id");
    expect(into.map(({ inputs }) => inputs["cidrIpv4"])).toEqual([
      "range-of-subnet-private-us-east-1a",
      "range-of-subnet-private-us-east-1b",
    ]);
  });
});
