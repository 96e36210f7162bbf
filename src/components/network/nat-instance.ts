/** The cheapest way out of private subnets: one small instance that forwards, and that replaces itself when it fails. */
import { Group } from "@pulumi/aws/autoscaling/group";
import { Eip } from "@pulumi/aws/ec2/eip";
import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate";
import { NetworkInterface } from "@pulumi/aws/ec2/networkInterface";
import * as pulumi from "@pulumi/pulumi";
import { natName } from "../../model/nat";
import { natScript } from "./nat-script";
import type { Scope } from "../stack/scope";
import { allowIn, allowOut, anywhere, securityGroup } from "./security-group";

/** Not every zone has it. */
export const natInstanceType = "t4g.nano";

export interface NatInstanceArgs {
  readonly scope: Scope;
  readonly vpcId: pulumi.Input<string>;
  /** The network's own range: what is translated on its way out. */
  readonly cidrBlock: string;
  /** The ranges of the private subnets: who may use it. */
  readonly clientRanges: readonly pulumi.Input<string>[];
  /** A public subnet. */
  readonly subnetId: pulumi.Input<string>;
  /** The zone of that subnet. */
  readonly zone: string;
}

/**
 * A t4g.nano in an auto scaling group of one.
 *
 * The routes lead to a network interface that outlives the instance and holds the fixed public address. The launch
 * template names that interface as the instance's first, so a new instance takes over address and routes as it starts:
 * no role, no call from inside the instance, and nothing that changes behind the engine's back. (Auto Scaling API,
 * CreateAutoScalingGroup: zones in place of subnets attach an existing interface.) While a new one starts, about two
 * minutes, there is no way out. The image is looked up at each start, so a new instance is a patched one. What an instance
 * runs, and why, is {@link natScript}'s.
 */
export class NatInstance extends pulumi.ComponentResource {
  /** Where routes lead to. */
  readonly networkInterfaceId: pulumi.Output<string>;
  /** What a route waits for: an instance takes the interface over. */
  readonly group: Group;

  constructor(name: string, args: NatInstanceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:NatInstance", name, {}, opts);
    const networkInterface = createInterface(name, args, this);
    this.networkInterfaceId = networkInterface.id;
    this.group = createGroup(name, args, networkInterface, this);
    this.registerOutputs({ networkInterfaceId: networkInterface.id });
  }
}

function createInterface(name: string, args: NatInstanceArgs, parent: pulumi.Resource): NetworkInterface {
  const { scope } = args;
  const group = securityGroup(
    name,
    { scope, vpcId: args.vpcId, suffix: "nat", description: "The way out of the private subnets" },
    parent,
  );
  args.clientRanges.forEach((cidr, index) => {
    allowIn(`${name}-in-${index + 1}`, { scope, group: group.id, peer: { cidr } }, parent);
  });
  allowOut(`${name}-out`, { scope, group: group.id, peer: anywhere }, parent);
  return new NetworkInterface(
    name,
    {
      subnetId: args.subnetId,
      sourceDestCheck: false,
      securityGroups: [group.id],
      description: "Holds the address and the routes of the NAT instance",
      tags: { ...scope.tags(), Name: scope.name("securityGroup", "nat") },
    },
    { parent },
  );
}

function createGroup(
  name: string,
  args: NatInstanceArgs,
  networkInterface: NetworkInterface,
  parent: pulumi.Resource,
): Group {
  const { scope } = args;
  const tags = { ...scope.tags(), Name: natName(scope) };
  const address = new Eip(name, { domain: "vpc", networkInterface: networkInterface.id, tags }, { parent });
  const template = new LaunchTemplate(
    name,
    {
      name: scope.name("launchTemplate", "nat"),
      imageId: "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64",
      instanceType: natInstanceType,
      networkInterfaces: [
        { deviceIndex: 0, networkInterfaceId: networkInterface.id, deleteOnTermination: "false" },
      ],
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [
        { deviceName: "/dev/xvda", ebs: { volumeSize: 8, volumeType: "gp3", encrypted: "true" } },
      ],
      tagSpecifications: ["instance", "volume"].map((resourceType) => ({ resourceType, tags })),
      userData: Buffer.from(natScript(args.cidrBlock)).toString("base64"),
      updateDefaultVersion: true,
      tags,
    },
    { parent },
  );
  return new Group(
    name,
    {
      name: natName(scope),
      minSize: 1,
      maxSize: 1,
      desiredCapacity: 1,
      availabilityZones: [args.zone],
      healthCheckType: "EC2",
      healthCheckGracePeriod: 60,
      // What a later build has here counts for the next instance: one that does its work is not replaced for it, which
      // would close the way out for minutes. An instance refresh would (provider, autoscaling group, instance_refresh).
      launchTemplate: { id: template.id, version: "$Latest" },
      tags: Object.entries(tags).map(([key, value]) => ({ key, value, propagateAtLaunch: false })),
    },
    { parent, dependsOn: [address] },
  );
}
