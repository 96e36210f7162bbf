/** A simulated AWS with one of most things in it, for rules that look at what exists. */
import { CloudError, SimulatedAws, type SimulatedAwsOptions } from "../../src/simulator/cloud/aws";
import type { Properties, Refusal } from "../../src/simulator/cloud/cloud";

export interface World {
  readonly aws: SimulatedAws;
  /** Ids by the names that the seed gives them. */
  readonly ids: Readonly<Record<string, string>>;
}

export function urnOf(type: string, name: string): string {
  return `urn:pulumi:dev::shop::${type}::${name}`;
}

/** Checks and creates, as an engine does. @returns the id */
export async function make(
  aws: SimulatedAws,
  type: string,
  name: string,
  inputs: Properties,
): Promise<string> {
  const urn = urnOf(type, name);
  const checked = aws.check(type, urn, inputs);
  if (checked.refusals.length > 0) throw new CloudError("refused", checked.refusals);
  return (await aws.create(type, urn, checked.inputs)).id;
}

/** Checks and updates, as an engine does. */
export async function change(aws: SimulatedAws, type: string, id: string, inputs: Properties): Promise<void> {
  const found = await aws.read(type, id);
  const checked = aws.check(type, urnOf(type, "subject"), inputs, found?.outputs);
  if (checked.refusals.length > 0) throw new CloudError("refused", checked.refusals);
  await aws.update(type, id, found?.outputs ?? {}, checked.inputs);
}

/**
 * What is refused of a resource that is checked and created; nothing where it is made.
 *
 * @param id - of the resource that stands, and is updated instead
 */
export async function refusalsOf(
  aws: SimulatedAws,
  type: string,
  inputs: Properties,
  id?: string,
): Promise<readonly Refusal[]> {
  try {
    if (id === undefined) await make(aws, type, "subject", inputs);
    else await change(aws, type, id, inputs);
    return [];
  } catch (error) {
    if (error instanceof CloudError && error.refusals.length > 0) return error.refusals;
    throw error;
  }
}

export const trust = JSON.stringify({ Version: "2012-10-17", Statement: [] });

export const container = (more: Properties = {}): Properties => ({
  name: "web",
  image: "nginx",
  portMappings: [{ containerPort: 80 }],
  ...more,
});

export async function seededWorld(options: Partial<SimulatedAwsOptions> = {}): Promise<World> {
  const aws = new SimulatedAws({ region: "us-east-1", ...options });
  const vpcId = await make(aws, "aws:ec2/vpc:Vpc", "net", { cidrBlock: "10.0.0.0/16" });
  const subnet = (zone: string, cidrBlock: string): Promise<string> =>
    make(aws, "aws:ec2/subnet:Subnet", zone, { vpcId, cidrBlock, availabilityZone: `us-east-1${zone}` });
  const subnetA = await subnet("a", "10.0.0.0/24");
  const subnetB = await subnet("b", "10.0.1.0/24");
  const subnetA2 = await make(aws, "aws:ec2/subnet:Subnet", "a2", {
    vpcId,
    cidrBlock: "10.0.2.0/24",
    availabilityZone: "us-east-1a",
  });
  const small = await make(aws, "aws:ec2/subnet:Subnet", "small", {
    vpcId,
    cidrBlock: "10.0.3.0/28",
    availabilityZone: "us-east-1b",
  });
  const routeTable = await make(aws, "aws:ec2/routeTable:RouteTable", "routes", { vpcId });
  const address = await make(aws, "aws:ec2/eip:Eip", "address", {});
  const group = await make(aws, "aws:ec2/securityGroup:SecurityGroup", "web", { vpcId, name: "web" });
  await make(aws, "aws:iam/role:Role", "runner", { name: "runner", assumeRolePolicy: trust });
  await make(aws, "aws:sns/topic:Topic", "told", { name: "told" });
  await make(aws, "aws:cloudwatch/eventConnection:EventConnection", "hook", { name: "hook" });
  const destinationType = "aws:cloudwatch/eventApiDestination:EventApiDestination";
  const hook = await make(aws, destinationType, "hook", { name: "hook", connectionArn: "hook" });
  const destination = String((await aws.read(destinationType, hook))?.outputs["arn"]);
  const cluster = await make(aws, "aws:ecs/cluster:Cluster", "main", { name: "main" });
  await make(aws, "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "main", {
    clusterName: "main",
    capacityProviders: ["FARGATE"],
  });
  const balancer = await make(aws, "aws:lb/loadBalancer:LoadBalancer", "alb", {
    name: "alb",
    subnets: [subnetA, subnetB],
  });
  const targets = await make(aws, "aws:lb/targetGroup:TargetGroup", "tg", {
    port: 80,
    protocol: "HTTP",
    vpcId,
  });
  const loose = await make(aws, "aws:lb/targetGroup:TargetGroup", "loose", {
    port: 80,
    protocol: "HTTP",
    vpcId,
  });
  const grpc = await make(aws, "aws:lb/targetGroup:TargetGroup", "grpc", {
    port: 80,
    protocol: "HTTP",
    protocolVersion: "GRPC",
    vpcId,
  });
  const tcp = await make(aws, "aws:lb/targetGroup:TargetGroup", "tcp", {
    port: 25565,
    protocol: "TCP",
    vpcId,
  });
  const network = await make(aws, "aws:lb/loadBalancer:LoadBalancer", "nlb", {
    name: "nlb",
    loadBalancerType: "network",
    subnets: [subnetA, subnetB],
    securityGroups: [group],
  });
  const tcpListener = await make(aws, "aws:lb/listener:Listener", "tcp", {
    loadBalancerArn: network,
    port: 25565,
    protocol: "TCP",
    defaultActions: [{ type: "forward", targetGroupArn: tcp }],
  });
  const forward = [{ type: "forward", targetGroupArn: targets }];
  const listener = await make(aws, "aws:lb/listener:Listener", "http", {
    loadBalancerArn: balancer,
    port: 80,
    defaultActions: forward,
  });
  const rule = await make(aws, "aws:lb/listenerRule:ListenerRule", "one", {
    listenerArn: listener,
    priority: 1,
    actions: forward,
    conditions: [{ hostHeader: { values: ["a.example.com"] } }],
  });
  const second = await make(aws, "aws:lb/targetGroup:TargetGroup", "second", {
    port: 80,
    protocol: "HTTP",
    vpcId,
  });
  const pair = [targets, second].map((arn, index) => ({ arn, weight: 1 - index }));
  const pairRule = await make(aws, "aws:lb/listenerRule:ListenerRule", "pair", {
    listenerArn: listener,
    priority: 40_000,
    actions: [{ type: "forward", forward: { targetGroups: pair } }],
    conditions: [{ hostHeader: { values: ["pair.example.com"] } }],
  });
  const definition = await make(aws, "aws:ecs/taskDefinition:TaskDefinition", "web", {
    family: "web",
    containerDefinitions: JSON.stringify([container()]),
  });
  const resourceId = "service/main/scaled";
  await make(aws, "aws:ecs/service:Service", "scaled", {
    name: "scaled",
    cluster,
    taskDefinition: definition,
  });
  await make(aws, "aws:appautoscaling/target:Target", "scaled", { serviceNamespace: "ecs", resourceId });
  const certificate = await make(aws, "aws:acm/certificate:Certificate", "cert", {
    domainName: "example.com",
    validationMethod: "DNS",
  });
  const zone = await make(aws, "aws:route53/zone:Zone", "zone", { name: "example.com" });
  const files = await make(aws, "aws:efs/fileSystem:FileSystem", "files", {});
  await make(aws, "aws:efs/mountTarget:MountTarget", "a", { fileSystemId: files, subnetId: subnetA });
  await make(aws, "aws:ecr/repository:Repository", "images", { name: "shop/images" });
  await make(aws, "aws:s3/bucket:Bucket", "files", { bucket: "shop-files" });
  await make(aws, "aws:cloudwatch/eventRule:EventRule", "happened", { name: "happened" });
  return {
    aws,
    ids: {
      vpcId,
      subnetA,
      subnetA2,
      subnetB,
      small,
      routeTable,
      address,
      group,
      cluster,
      balancer,
      targets,
      loose,
      second,
      pairRule,
      rule,
      role: "arn:aws:iam::123456789012:role/runner",
      grpc,
      listener,
      tcp,
      network,
      tcpListener,
      definition,
      certificate,
      zone,
      files,
      destination,
    },
  };
}
