import type { Properties } from "../../../src/simulator/cloud/cloud";
import { managedPrefixListId } from "../../../src/simulator/cloud/prefix-lists";
import { generalRules } from "../../../src/simulator/rules/general";
import { machineRules as machine, networkRules as rules } from "../../../src/simulator/rules/network";
import { make, type World } from "../simulated-world";
import { breaking, upTo, type Ids } from "./cases";

const cloudFront = managedPrefixListId("us-east-1", "com.amazonaws.global.cloudfront.origin-facing");
const subnetType = "aws:ec2/subnet:Subnet";
const ingressType = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const endpointType = "aws:ec2/vpcEndpoint:VpcEndpoint";
const gatewayType = "aws:ec2/natGateway:NatGateway";
const eipType = "aws:ec2/eip:Eip";
const routeType = "aws:ec2/route:Route";

const subnet = ({ vpcId = "" }: Ids): Properties => ({ vpcId, cidrBlock: "10.0.9.0/24" });
const ingress = ({ group }: Ids): Properties => ({
  ...{ securityGroupId: group, ipProtocol: "tcp", fromPort: 80, toPort: 81, cidrIpv4: "0.0.0.0/0" },
});
const instance = (): Properties => ({ ami: "ami-0123456789abcdef0", instanceType: "t4g.nano" });
const endpoint = ({ vpcId }: Ids): Properties => ({ vpcId, serviceName: "com.amazonaws.us-east-1.s3" });

/** A second one of the same inputs. */
const twin =
  (type: string, inputs: (ids: Ids) => Properties) =>
  async ({ aws, ids }: World): Promise<void> => {
    await make(aws, type, "twin", inputs(ids));
  };

export const networkCases = [
  ...breaking("aws:ec2/vpc:Vpc", () => ({ cidrBlock: "10.1.0.0/16" }), [
    [rules.vpcRange, { cidrBlock: "10.0.0.0/8" }, "cidrBlock"],
    [rules.vpcRange, { cidrBlock: "10.1.0.1/16" }, "cidrBlock"],
  ]),
  ...breaking(subnetType, subnet, [
    [rules.subnetRange, { cidrBlock: "10.0.9.0/29" }, "cidrBlock"],
    [rules.subnetInside, { cidrBlock: "10.1.0.0/24" }, "cidrBlock"],
    [rules.subnetOverlap, { cidrBlock: "10.0.0.128/25" }, "cidrBlock"],
    [rules.zone, { availabilityZone: "eu-west-1a" }, "availabilityZone"],
    [generalRules.reference, { vpcId: "vpc-0123456789abcdef0" }, "vpcId"],
    [
      rules.subnets,
      { cidrBlock: "10.0.200.0/28" },
      "vpcId",
      async ({ aws, ids }) => {
        for (const n of upTo(196)) {
          const cidrBlock = `10.0.${10 + Math.floor(n / 16)}.${(n % 16) * 16}/28`;
          await make(aws, subnetType, `more-${n}`, { vpcId: ids["vpcId"], cidrBlock });
        }
      },
    ],
  ]),
  ...breaking("aws:ec2/internetGateway:InternetGateway", () => ({}), [
    [
      rules.internetGateways,
      ({ vpcId }) => ({ vpcId }),
      "vpcId",
      twin("aws:ec2/internetGateway:InternetGateway", ({ vpcId }) => ({ vpcId })),
    ],
  ]),
  ...breaking(
    routeType,
    ({ routeTable }) => ({ routeTableId: routeTable, destinationCidrBlock: "10.9.0.0/16" }),
    [
      [
        rules.routes,
        { destinationCidrBlock: "0.0.0.0/0" },
        "destinationCidrBlock",
        twin(routeType, ({ routeTable }) => ({
          routeTableId: routeTable,
          destinationCidrBlock: "0.0.0.0/0",
        })),
      ],
      [
        rules.routeTarget,
        { networkInterfaceId: "eni-0123456789abcdef0", natGatewayId: "nat-0123456789abcdef0" },
        "networkInterfaceId",
      ],
    ],
  ),
  ...breaking(
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    ({ routeTable, subnetB }) => ({ routeTableId: routeTable, subnetId: subnetB }),
    [
      [
        rules.routeTables,
        ({ subnetA }) => ({ subnetId: subnetA }),
        "subnetId",
        twin("aws:ec2/routeTableAssociation:RouteTableAssociation", ({ routeTable, subnetA }) => ({
          routeTableId: routeTable,
          subnetId: subnetA,
        })),
      ],
    ],
  ),
  ...breaking(gatewayType, ({ subnetA, address }) => ({ subnetId: subnetA, allocationId: address }), [
    [
      rules.gatewayAddress,
      {},
      "allocationId",
      twin(gatewayType, ({ subnetA, address }) => ({ subnetId: subnetA, allocationId: address })),
    ],
  ]),
  ...breaking(eipType, () => ({}), [
    [
      rules.addresses,
      {},
      "domain",
      async ({ aws }) => {
        for (const n of upTo(4)) await make(aws, eipType, `more-${n}`, {});
      },
    ],
  ]),
  ...breaking(endpointType, endpoint, [
    [rules.endpointService, { serviceName: "s3" }, "serviceName"],
    [rules.endpointType, { vpcEndpointType: "gateway" }, "vpcEndpointType"],
    [rules.endpoints, {}, "serviceName", twin(endpointType, endpoint)],
  ]),
  ...breaking("aws:ec2/securityGroup:SecurityGroup", ({ vpcId }) => ({ vpcId, name: "db" }), [
    [machine.description, { description: "für alle" }, "description"],
    [generalRules.nameTaken, { name: "web" }, "name"],
    [machine.ports, { ingress: [{ protocol: "tcp", fromPort: 2, toPort: 1 }] }, "ingress[0]"],
  ]),
  ...breaking(ingressType, ingress, [
    [machine.ports, { fromPort: 81, toPort: 80 }, "toPort"],
    [machine.oneSource, ({ group }) => ({ referencedSecurityGroupId: group }), "referencedSecurityGroupId"],
    [machine.sameRule, {}, "securityGroupId", twin(ingressType, ingress)],
    [
      machine.groupRules,
      {},
      "securityGroupId",
      async ({ aws, ids }) => {
        for (const n of upTo(60))
          await make(aws, ingressType, `more-${n}`, { ...ingress(ids), fromPort: n, toPort: n });
      },
    ],
    [
      machine.groupRules,
      { cidrIpv4: undefined, prefixListId: cloudFront },
      "securityGroupId",
      async ({ aws, ids }) => {
        for (const n of upTo(6))
          await make(aws, ingressType, `more-${n}`, { ...ingress(ids), fromPort: n, toPort: n });
      },
    ],
  ]),
  ...breaking("aws:ec2/instance:Instance", instance, [
    [machine.instanceType, { instanceType: "t4g" }, "instanceType"],
    [machine.image, { ami: "al2023" }, "ami"],
    [machine.userData, { userData: "x".repeat(16_385) }, "userData"],
    [
      machine.groups,
      ({ group }) => ({ vpcSecurityGroupIds: upTo(6).map(() => group) }),
      "vpcSecurityGroupIds",
    ],
  ]),
  ...breaking("aws:autoscaling/group:Group", () => ({ name: "g", minSize: 1, maxSize: 2 }), [
    [machine.groupSize, { minSize: 3 }, "minSize"],
    [machine.groupSize, { desiredCapacity: 3 }, "desiredCapacity"],
  ]),
];
