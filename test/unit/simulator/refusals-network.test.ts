import type { Properties } from "../../../src/simulator/cloud";
import { but, describeRefusals, type Ids } from "../../support/refusals";

const types = {
  vpc: "aws:ec2/vpc:Vpc",
  subnet: "aws:ec2/subnet:Subnet",
  group: "aws:ec2/securityGroup:SecurityGroup",
  ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  instance: "aws:ec2/instance:Instance",
} as const;

const subnet = ({ vpcId = "" }: Ids): Properties => ({ vpcId, cidrBlock: "10.0.9.0/24" });

describeRefusals([
  [
    "a VPC's range",
    types.vpc,
    () => ({ cidrBlock: "10.1.0.0/16" }),
    () => ({ cidrBlock: "10.0.0.0/8" }),
    "cidrBlock",
  ],
  [
    "a range with host bits",
    types.vpc,
    () => ({ cidrBlock: "10.1.0.0/16" }),
    () => ({ cidrBlock: "10.1.0.1/16" }),
    "cidrBlock",
  ],
  [
    "a subnet outside of its VPC",
    types.subnet,
    subnet,
    but(subnet, { cidrBlock: "10.1.0.0/24" }),
    "cidrBlock",
  ],
  ["overlapping subnets", types.subnet, subnet, but(subnet, { cidrBlock: "10.0.0.128/25" }), "cidrBlock"],
  [
    "a zone of another region",
    types.subnet,
    subnet,
    but(subnet, { availabilityZone: "eu-west-1a" }),
    "availabilityZone",
  ],
  ["a VPC that is not there", types.subnet, subnet, but(subnet, { vpcId: "vpc-0123456789abcdef0" }), "vpcId"],
  [
    "a security group's name",
    types.group,
    ({ vpcId }) => ({ vpcId, name: "db" }),
    ({ vpcId }) => ({ vpcId, name: "sg-db" }),
    "name",
  ],
  [
    "a range of ports",
    types.ingress,
    ({ group }) => ({
      securityGroupId: group,
      ipProtocol: "tcp",
      fromPort: 80,
      toPort: 81,
      cidrIpv4: "0.0.0.0/0",
    }),
    ({ group }) => ({
      securityGroupId: group,
      ipProtocol: "tcp",
      fromPort: 81,
      toPort: 80,
      cidrIpv4: "0.0.0.0/0",
    }),
    "toPort",
  ],
  [
    "an instance type",
    types.instance,
    () => ({ ami: "ami-0123456789abcdef0", instanceType: "t4g.nano" }),
    () => ({ ami: "ami-0123456789abcdef0", instanceType: "t4g" }),
    "instanceType",
  ],
  [
    "an image id",
    types.instance,
    () => ({ ami: "ami-0123456789abcdef0", instanceType: "t4g.nano" }),
    () => ({ ami: "al2023", instanceType: "t4g.nano" }),
    "ami",
  ],
]);
