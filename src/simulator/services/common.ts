/** What the tables of the services share: tokens, forms of ids and ARNs, and small rules. */
import type { Properties } from "../cloud/cloud";
import type { Making, Reference } from "../cloud/resource-type";
import { textOf } from "../cloud/values";
import { partitionOf } from "../../partitions";

export const tokens = {
  vpc: "aws:ec2/vpc:Vpc",
  subnet: "aws:ec2/subnet:Subnet",
  securityGroup: "aws:ec2/securityGroup:SecurityGroup",
  defaultSecurityGroup: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  role: "aws:iam/role:Role",
  policy: "aws:iam/policy:Policy",
  instanceProfile: "aws:iam/instanceProfile:InstanceProfile",
  cluster: "aws:ecs/cluster:Cluster",
  bucket: "aws:s3/bucket:Bucket",
  key: "aws:kms/key:Key",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  targetGroup: "aws:lb/targetGroup:TargetGroup",
  certificate: "aws:acm/certificate:Certificate",
  stateMachine: "aws:sfn/stateMachine:StateMachine",
  topic: "aws:sns/topic:Topic",
  queue: "aws:sqs/queue:Queue",
  connection: "aws:cloudwatch/eventConnection:EventConnection",
  apiDestination: "aws:cloudwatch/eventApiDestination:EventApiDestination",
} as const;

/** Roles that were made outside of the stack: by the bootstrap stack, or by AWS itself. */
const outsideRole = /:role\/(berth-cd|aws-service-role|service-role)/;
/** A key's ARN, id or alias: the bootstrap stack's key is not of the stack. */
const outsideKey = /^(arn:aws[a-z-]*:kms:|alias\/|[0-9a-f-]{36}$)/;

export const vpcReference = (property = "vpcId"): Reference => ({ property, types: [tokens.vpc] });
export const subnetReference = (property: string): Reference => ({ property, types: [tokens.subnet] });
export const groupReference = (property: string): Reference => ({
  property,
  types: [tokens.securityGroup, tokens.defaultSecurityGroup],
});
export const roleReference = (property: string): Reference => ({
  property,
  types: [tokens.role],
  outside: outsideRole,
});
export const keyReference = (property: string): Reference => ({
  property,
  types: [tokens.key],
  outside: outsideKey,
});

/** An id of EC2's form: `vpc-0` and 16 more hexadecimal digits. */
export function ec2Id(prefix: string): (making: Making) => string {
  return (making) => `${prefix}-0${making.hex(16)}`;
}

/** `arn:aws:SERVICE:REGION:ACCOUNT:REST`, in the region that the resource asks for. @default the stack's region */
export function arnOf({ world, inputs }: Making, service: string, rest: string): string {
  const region = typeof inputs["region"] === "string" ? inputs["region"] : world.region;
  return `arn:${partitionOf(region).id}:${service}:${region}:${world.accountId}:${rest}`;
}

/** An output `arn` and nothing else. */
export function arnOutput(service: string, rest: (making: Making, id: string) => string) {
  return (making: Making, id: string): Properties => ({ arn: arnOf(making, service, rest(making, id)) });
}

/** The zones of a list of subnets, each once. */
export function zonesOf(making: Pick<Making, "world">, subnetIds: readonly unknown[]): ReadonlySet<string> {
  return new Set(
    subnetIds.map((id) => textOf(making.world.find(tokens.subnet, id)?.outputs["availabilityZone"] ?? id)),
  );
}
