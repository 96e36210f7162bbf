/** Instances of EC2 with GPUs behind the stack's cluster: started when a task waits for one, and gone after it. */
import { Group } from "@pulumi/aws/autoscaling/group";
import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate";
import { CapacityProvider } from "@pulumi/aws/ecs/capacityProvider";
import { InstanceProfile } from "@pulumi/aws/iam/instanceProfile";
import * as pulumi from "@pulumi/pulumi";
import type { GpuPool } from "../../modes/gpu";
import { nameLimits, physicalName } from "../../model/naming";
import { identityPath, serviceRole, type Statement } from "./iam";
import type { Network } from "../network/network";
import type { Scope } from "./scope";
import { outboundGroup } from "../network/security-group";

export interface GpuCapacityArgs {
  readonly scope: Scope;
  readonly network: Network;
  /** The name of the cluster that the instances join. */
  readonly clusterName: string;
  /** At least one. */
  readonly pools: readonly GpuPool[];
}

/**
 * GiB of an instance's own disk: the image of the operating system is 30, and those of GPU programs are large.
 * (ECS developer guide, Amazon ECS-optimized Linux AMIs: one volume of at least 30 GiB.)
 */
const diskSize = 100;

/**
 * One auto scaling group and one capacity provider for each instance type. ECS itself starts an instance for a task
 * that finds no room, some minutes, and stops one that has been empty for a while; with no task there is no instance.
 */
export class GpuCapacity extends pulumi.ComponentResource {
  /** Instance type to the name of its capacity provider. */
  readonly providers: ReadonlyMap<string, pulumi.Output<string>>;

  constructor(name: string, args: GpuCapacityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:GpuCapacity", name, {}, opts);
    const agent = createProfile(args, this);
    const groupId = createSecurityGroup(args, this);
    this.providers = new Map(
      args.pools.map((pool) => {
        const provider = createProvider(pool, { ...args, agent, groupId }, this);
        return [pool.instance.type, provider.name];
      }),
    );
    this.registerOutputs({ capacityProviders: [...this.providers.values()] });
  }
}

interface Agent {
  readonly profileArn: pulumi.Output<string>;
  readonly ready: readonly pulumi.Resource[];
}

/** What the instance's agent is to ECS; tasks have roles of their own, and can't reach this one. */
function createProfile({ scope, clusterName }: GpuCapacityArgs, parent: pulumi.Resource): Agent {
  const name = "ecs-agent-profile";
  const roleName = scope.identityName(name);
  const { role, policy } = serviceRole(
    name,
    {
      scope,
      principal: "ec2.amazonaws.com",
      physicalName: roleName,
      statements: agentStatements(scope, clusterName),
      // EC2 takes a role for an instance of the profile's own account alone, and names no source.
      boundToAccount: false,
    },
    parent,
  );
  const profile = new InstanceProfile(
    name,
    { name: roleName, path: identityPath, role: role.name, tags: scope.tags() },
    { parent, ignoreChanges: ["name"] },
  );
  return { profileArn: profile.arn, ready: policy === undefined ? [] : [policy] };
}

/** What the agent calls (ECS developer guide, Amazon ECS container instance IAM role), for this cluster alone. */
function agentStatements(scope: Scope, clusterName: string): readonly Statement[] {
  const cluster = scope.arn("ecs", `cluster/${clusterName}`);
  return [
    // Neither action takes a resource (Service Authorization Reference, Amazon ECS and Amazon ECR).
    {
      Effect: "Allow",
      Action: ["ecs:DiscoverPollEndpoint", "ecr:GetAuthorizationToken"],
      Resource: "*",
    },
    {
      Effect: "Allow",
      Action: [
        "ecs:RegisterContainerInstance",
        "ecs:DeregisterContainerInstance",
        "ecs:SubmitAttachmentStateChanges",
        "ecs:SubmitContainerStateChange",
        "ecs:SubmitTaskStateChange",
      ],
      Resource: cluster,
    },
    {
      Effect: "Allow",
      Action: ["ecs:Poll", "ecs:StartTelemetrySession", "ecs:UpdateContainerInstancesState"],
      Resource: scope.arn("ecs", `container-instance/${clusterName}/*`),
      Condition: { ArnEquals: { "ecs:cluster": cluster } },
    },
  ];
}

/** Nobody reaches an instance: a task has an interface of its own, in the group of the services. */
function createSecurityGroup(
  { scope, network }: GpuCapacityArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const description = "Instances with GPUs";
  return outboundGroup("gpu-instances", { scope, vpcId: network.vpcId, suffix: "gpu", description }, parent);
}

interface ProviderArgs extends GpuCapacityArgs {
  readonly agent: Agent;
  readonly groupId: pulumi.Output<string>;
}

function createProvider(pool: GpuPool, args: ProviderArgs, parent: pulumi.Resource): CapacityProvider {
  const { scope, network } = args;
  const { type } = pool.instance;
  const name = `gpu-${type.replace(".", "-")}`;
  const tags = { ...scope.tags(), Name: scope.name("autoScalingGroup", name) };
  const template = createTemplate(name, pool, { ...args, tags }, parent);
  const group = new Group(
    name,
    {
      name: scope.name("autoScalingGroup", name),
      minSize: 0,
      maxSize: pool.most,
      vpcZoneIdentifiers: network.workloadSubnetIds,
      launchTemplate: { id: template.id, version: pulumi.interpolate`${template.latestVersion}` },
      // An instance goes when ECS says so, never under a task (ECS developer guide, managed termination protection).
      protectFromScaleIn: true,
      // A destroy takes the instances along, protected or not.
      forceDelete: true,
      // ECS puts the first tag on itself: declared, it is no difference.
      tags: Object.entries({ AmazonECSManaged: "true", ...tags }).map(([key, value]) => ({
        key,
        value,
        propagateAtLaunch: key === "AmazonECSManaged",
      })),
    },
    { parent, dependsOn: [...args.agent.ready], ignoreChanges: ["desiredCapacity"] },
  );
  return new CapacityProvider(
    name,
    {
      // A name may not begin with "ecs" or "aws", as a project's may.
      name: physicalName(
        ["gpu", scope.project, scope.stack, ...type.split(".")],
        nameLimits.capacityProvider,
      ),
      autoScalingGroupProvider: {
        autoScalingGroupArn: group.arn,
        managedScaling: { status: "ENABLED", targetCapacity: 100 },
        managedTerminationProtection: "ENABLED",
        managedDraining: "ENABLED",
      },
      tags: scope.tags(),
    },
    { parent },
  );
}

function createTemplate(
  name: string,
  { instance }: GpuPool,
  {
    scope,
    clusterName,
    agent,
    groupId,
    tags,
  }: ProviderArgs & { readonly tags: Readonly<Record<string, string>> },
  parent: pulumi.Resource,
): LaunchTemplate {
  return new LaunchTemplate(
    name,
    {
      name: scope.name("launchTemplate", name),
      // Looked up at each start, so that a new instance is a patched one.
      imageId: "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/gpu/recommended/image_id",
      instanceType: instance.type,
      iamInstanceProfile: { arn: agent.profileArn },
      vpcSecurityGroupIds: [groupId],
      // A task's own interface is one hop further away than the instance's.
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [
        { deviceName: "/dev/xvda", ebs: { volumeSize: diskSize, volumeType: "gp3", encrypted: "true" } },
      ],
      tagSpecifications: ["instance", "volume"].map((resourceType) => ({ resourceType, tags })),
      userData: Buffer.from(agentConfiguration(clusterName)).toString("base64"),
      updateDefaultVersion: true,
      tags,
    },
    { parent },
  );
}

/** The agent's settings (ECS developer guide, Amazon ECS container agent configuration). */
function agentConfiguration(clusterName: string): string {
  return `#!/bin/bash
cat >> /etc/ecs/ecs.config <<'SETTINGS'
ECS_CLUSTER=${clusterName}
ECS_ENABLE_GPU_SUPPORT=true
ECS_AWSVPC_BLOCK_IMDS=true
SETTINGS
`;
}
