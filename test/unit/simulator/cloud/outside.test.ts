/** What the simulated AWS answers of things outside of the stack: zones, certificates, a VPC that is named. */
import { SimulatedAws } from "../../../../src/simulator/cloud/aws";
import { make } from "../../../support/simulated-world";

const vpc = "vpc-0123456789abcdef0";
let aws: SimulatedAws;
beforeEach(() => {
  aws = new SimulatedAws({ region: "eu-west-1" });
});

function ask(
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  return aws.invoke(name, args);
}

describe("a VPC that is named", () => {
  beforeEach(async () => {
    await ask("aws:ec2/getVpc:getVpc", { id: vpc });
  });

  test("has public and private subnets in two zones, which their routes tell apart", async () => {
    const { ids } = (await ask("aws:ec2/getSubnets:getSubnets", {
      filters: [{ name: "vpc-id", values: [vpc] }],
    })) as { ids: string[] };
    const found = await Promise.all(
      ids.map(async (id) => {
        const { availabilityZone, vpcId } = await ask("aws:ec2/getSubnet:getSubnet", { id });
        const { routes } = await ask("aws:ec2/getRouteTable:getRouteTable", { subnetId: id });
        const [route] = routes as { gatewayId: string; natGatewayId: string }[];
        return [vpcId, availabilityZone, route?.gatewayId.slice(0, 4), route?.natGatewayId.slice(0, 4)];
      }),
    );
    expect(found).toEqual([
      [vpc, "eu-west-1a", "igw-", ""],
      [vpc, "eu-west-1b", "igw-", ""],
      [vpc, "eu-west-1a", "", "nat-"],
      [vpc, "eu-west-1b", "", "nat-"],
    ]);
  });

  test("has the subnets that are named, each in the next zone", async () => {
    const zones: unknown[] = [];
    for (const id of ["subnet-00000001", "subnet-00000002", "subnet-00000001"]) {
      const { availabilityZone, vpcId } = await ask("aws:ec2/getSubnet:getSubnet", { id });
      zones.push([availabilityZone, vpcId]);
    }
    expect(zones).toEqual([
      ["eu-west-1a", vpc],
      ["eu-west-1b", vpc],
      ["eu-west-1a", vpc],
    ]);
  });
});

test.each([
  ["example.com", true],
  ["shop.de", true],
  ["www.example.com", false],
  ["away.example", false],
])("a public zone %s: %s", async (name, there) => {
  const asked = ask("aws:route53/getZone:getZone", { name });
  if (there) expect(await asked).toMatchObject({ name, zoneId: expect.stringMatching(/^Z0/) as string });
  else await expect(asked).rejects.toThrow("no matching Route 53 Hosted Zone found");
});

test("a zone of the stack's own is found whatever its name", async () => {
  await make(aws, "aws:route53/zone:Zone", "zone", { name: "todo.example.com" });
  expect(await ask("aws:route53/getZone:getZone", { name: "todo.example.com" })).toMatchObject({
    name: "todo.example.com",
  });
});

test("a certificate is issued once the record that proves it stands, and found by its tags", async () => {
  const tags = { "berth:project": "todo" };
  const search = { domain: "www.a.com", statuses: ["ISSUED"], tags };
  const missing = "no matching ACM Certificate found";
  await expect(ask("aws:acm/getCertificate:getCertificate", search)).rejects.toThrow(missing);
  const arn = await make(aws, "aws:acm/certificate:Certificate", "www", {
    domainName: "www.a.com",
    validationMethod: "DNS",
    tags,
  });
  await expect(ask("aws:acm/getCertificate:getCertificate", search)).rejects.toThrow(missing);
  const [certificate] = aws.all("aws:acm/certificate:Certificate");
  const [option] = certificate?.outputs["domainValidationOptions"] as Readonly<Record<string, unknown>>[];
  await make(aws, "aws:route53/record:Record", "proof", {
    zoneId: "Z1",
    name: option?.["resourceRecordName"],
    type: "CNAME",
    ttl: 60,
    records: [option?.["resourceRecordValue"]],
  });
  expect(await ask("aws:acm/getCertificate:getCertificate", search)).toMatchObject({ arn, status: "ISSUED" });
  const other = { ...search, tags: { "berth:project": "other" } };
  await expect(ask("aws:acm/getCertificate:getCertificate", other)).rejects.toThrow(missing);
});
