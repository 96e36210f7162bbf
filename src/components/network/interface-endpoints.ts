/** A way to AWS's services that leaves the network by no gateway: interface endpoints in the private subnets. */
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint";
import * as pulumi from "@pulumi/pulumi";
import type { EndpointService } from "../../modes/network-settings";
import type { Scope } from "../stack/scope";
import { allowIn, securityGroup } from "./security-group";

export interface InterfaceEndpointsArgs {
  readonly scope: Scope;
  readonly vpcId: pulumi.Input<string>;
  /** One for each zone. */
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** The range of the network: what may ask. */
  readonly cidrBlock: string;
  readonly services: readonly EndpointService[];
}

export class InterfaceEndpoints extends pulumi.ComponentResource {
  constructor(name: string, args: InterfaceEndpointsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:InterfaceEndpoints", name, {}, opts);
    const { scope, vpcId, subnetIds, cidrBlock: cidr } = args;
    const group = securityGroup(
      "endpoints",
      { scope, vpcId, suffix: "endpoints", description: "Interface endpoints of AWS services" },
      this,
    );
    // Within the network their names lead here, whoever asks: all of it has to be let in.
    allowIn("endpoints-in", { scope, group: group.id, peer: { cidr }, port: 443 }, this);
    for (const service of args.services) {
      new VpcEndpoint(
        service,
        {
          vpcId,
          vpcEndpointType: "Interface",
          serviceName: `com.amazonaws.${scope.region}.${service}`,
          subnetIds,
          securityGroupIds: [group.id],
          privateDnsEnabled: true,
          tags: { ...scope.tags(), Name: service },
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
