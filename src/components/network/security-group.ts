/**
 * Security groups: one resource for each rule, never inline, so that two groups can name each other and a rule
 * changes alone.
 */
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import type { Input, Output, Resource } from "@pulumi/pulumi";
import type { Scope } from "../stack/scope";

export interface SecurityGroupArgs {
  readonly scope: Scope;
  readonly vpcId: Input<string>;
  /** What follows project and stack in the group's name. */
  readonly suffix: string;
  /** Never to be changed: another description replaces the group. */
  readonly description: string;
  /** Whether one that exists keeps its description, where this one came later. @default false */
  readonly keepsDescription?: boolean;
  /** The compose service that the group is for alone. */
  readonly service?: string;
}

/** A security group with no rules. */
export function securityGroup(name: string, args: SecurityGroupArgs, parent: Resource): SecurityGroup {
  const physicalName = args.scope.name("securityGroup", args.suffix);
  return new SecurityGroup(
    name,
    {
      name: physicalName,
      description: args.description,
      vpcId: args.vpcId,
      tags: { ...args.scope.tags(args.service), Name: physicalName },
    },
    { parent, ...(args.keepsDescription === true ? { ignoreChanges: ["description"] } : {}) },
  );
}

/** A group whose members nobody reaches, and who reach everybody. @returns its id */
export function outboundGroup(name: string, args: SecurityGroupArgs, parent: Resource): Output<string> {
  const group = securityGroup(name, args, parent);
  allowOut(`${name}-out`, { scope: args.scope, group: group.id, peer: anywhere }, parent);
  return group.id;
}

/** Who is at the other end of a rule. */
export type Peer =
  | { readonly group: Input<string> }
  | { readonly cidr: Input<string> }
  | { readonly prefixList: Input<string> };

export interface RuleArgs {
  readonly scope: Scope;
  readonly group: Input<string>;
  readonly peer: Peer;
  /** @default every protocol and port */
  readonly port?: number;
  /** @default "tcp" */
  readonly protocol?: "tcp" | "udp";
  readonly service?: string;
}

/** Lets the peer in. */
export function allowIn(name: string, args: RuleArgs, parent: Resource): SecurityGroupIngressRule {
  return new SecurityGroupIngressRule(name, ruleInputs(name, args), { parent });
}

/** Lets the group's members out to the peer. */
export function allowOut(name: string, args: RuleArgs, parent: Resource): SecurityGroupEgressRule {
  return new SecurityGroupEgressRule(name, ruleInputs(name, args), { parent });
}

/** Every address of IPv4. */
export const anywhere: Peer = { cidr: "0.0.0.0/0" };

function ruleInputs(
  name: string,
  args: RuleArgs,
): {
  securityGroupId: Input<string>;
  ipProtocol: string;
  tags: Record<string, string>;
  fromPort?: number;
  toPort?: number;
  cidrIpv4?: Input<string>;
  prefixListId?: Input<string>;
  referencedSecurityGroupId?: Input<string>;
} {
  return {
    securityGroupId: args.group,
    ...(args.port === undefined
      ? { ipProtocol: "-1" }
      : { ipProtocol: args.protocol ?? "tcp", fromPort: args.port, toPort: args.port }),
    ...source(args.peer),
    // Its name is unique in the stack: AWS's id of it is known to nobody where a run is killed.
    tags: { ...args.scope.tags(args.service), Name: name },
  };
}

function source(peer: Peer): {
  cidrIpv4?: Input<string>;
  prefixListId?: Input<string>;
  referencedSecurityGroupId?: Input<string>;
} {
  if ("cidr" in peer) return { cidrIpv4: peer.cidr };
  return "group" in peer ? { referencedSecurityGroupId: peer.group } : { prefixListId: peer.prefixList };
}
