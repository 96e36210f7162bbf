/** The way out of private subnets that AWS keeps up: one NAT gateway for all zones, or one in each. */
import { Eip } from "@pulumi/aws/ec2/eip";
import { NatGateway } from "@pulumi/aws/ec2/natGateway";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../stack/scope";

export interface NatGatewaysArgs {
  readonly scope: Scope;
  /** Public subnets: a gateway in each. */
  readonly subnetIds: readonly pulumi.Input<string>[];
}

/** Each gateway with an address of its own, numbered as the zones are: the first stays where others come and go. */
export class NatGateways extends pulumi.ComponentResource {
  /** In the order of the subnets. */
  readonly gateways: readonly NatGateway[];

  constructor(name: string, args: NatGatewaysArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:NatGateways", name, {}, opts);
    const { scope, subnetIds } = args;
    this.gateways = subnetIds.map((subnetId, index) => {
      const each = `${name}-${index + 1}`;
      const tags = { ...scope.tags(), Name: scope.name("securityGroup", each) };
      const address = new Eip(each, { domain: "vpc", tags }, { parent: this });
      return new NatGateway(each, { subnetId, allocationId: address.allocationId, tags }, { parent: this });
    });
    this.registerOutputs({});
  }
}
