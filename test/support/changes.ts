/**
 * One field of a type changed: what AWS does in place, and what it makes anew. Source of each: the aws provider's schema
 * (ForceNew of github.com/hashicorp/terraform-provider-aws, which @pulumi/aws bridges).
 */
import * as pulumi from "@pulumi/pulumi";
import type { EngineRun, Operation, Program } from "../../src/ports";
import { container, trust } from "./simulated-world";

type Properties = Readonly<Record<string, unknown>>;
/** Ids of what stands before. */
type Ids = Readonly<Record<string, pulumi.Output<string>>>;
type Inputs = Properties | ((ids: Ids) => Properties);

export interface Change {
  readonly type: string;
  readonly inputs: Inputs;
  readonly field: string;
  readonly to: unknown;
  readonly op: Extract<Operation, "update" | "replace">;
}

/** A resource of any type, as the program of a test names it. */
class Resource extends pulumi.CustomResource {}

function changes(
  type: string,
  inputs: Inputs,
  table: Readonly<Record<string, readonly [to: unknown, op: Change["op"]]>>,
): readonly Change[] {
  return Object.entries(table).map(([field, [to, op]]) => ({ type: `aws:${type}`, inputs, field, to, op }));
}

const database = {
  ...{ engine: "postgres", engineVersion: "16", instanceClass: "db.t4g.micro", allocatedStorage: 20 },
  ...{
    username: "shop",
    dbName: "shop",
    password: "long-enough",
    storageEncrypted: true,
    skipFinalSnapshot: true,
  },
};
const cache = {
  ...{ description: "cache", engine: "redis", engineVersion: "7.1", nodeType: "cache.t4g.micro" },
  ...{ numCacheClusters: 1, atRestEncryptionEnabled: true, port: 6379, applyImmediately: true },
};
const definition = { family: "changing", containerDefinitions: JSON.stringify([container()]) };
const policy = (text: string): string => JSON.stringify({ Version: text, Statement: [] });

export const allChanges: readonly Change[] = [
  ...changes(
    "ec2/vpc:Vpc",
    { cidrBlock: "10.1.0.0/16" },
    {
      cidrBlock: ["10.2.0.0/16", "replace"],
      enableDnsHostnames: [true, "update"],
    },
  ),
  ...changes("ec2/subnet:Subnet", ({ vpc }) => ({ vpcId: vpc }), {
    cidrBlock: ["10.0.200.0/24", "replace"],
    mapPublicIpOnLaunch: [true, "update"],
  }),
  ...changes("ec2/securityGroup:SecurityGroup", ({ vpc }) => ({ vpcId: vpc, description: "one" }), {
    description: ["two", "replace"],
    tags: [{ a: "b" }, "update"],
  }),
  ...changes(
    "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    ({ group }) => ({
      securityGroupId: group,
      ipProtocol: "tcp",
      fromPort: 80,
      toPort: 8080,
      cidrIpv4: "10.0.0.0/8",
    }),
    { fromPort: [81, "update"], cidrIpv4: ["10.0.0.0/9", "update"] },
  ),
  ...changes(
    "ec2/vpcEndpoint:VpcEndpoint",
    ({ vpc }) => ({ vpcId: vpc, serviceName: "com.amazonaws.us-east-1.s3" }),
    {
      serviceName: ["com.amazonaws.us-east-1.dynamodb", "replace"],
    },
  ),
  ...changes(
    "ec2/vpcDhcpOptions:VpcDhcpOptions",
    { domainName: "one.internal" },
    {
      domainName: ["two.internal", "replace"],
      tags: [{ a: "b" }, "update"],
    },
  ),
  ...changes(
    "ec2/launchTemplate:LaunchTemplate",
    { imageId: "ami-0123456789abcdef0", instanceType: "t4g.nano" },
    {
      imageId: ["ami-0123456789abcdef1", "update"],
      instanceType: ["t4g.micro", "update"],
    },
  ),
  ...changes(
    "ec2/instance:Instance",
    { ami: "ami-0123456789abcdef0", instanceType: "t4g.nano" },
    {
      ami: ["ami-0123456789abcdef1", "replace"],
      instanceType: ["t4g.micro", "update"],
    },
  ),
  ...changes("lb/loadBalancer:LoadBalancer", ({ a, b }) => ({ subnets: [a, b] }), {
    internal: [true, "replace"],
    idleTimeout: [120, "update"],
  }),
  ...changes("lb/targetGroup:TargetGroup", ({ vpc }) => ({ port: 80, protocol: "HTTP", vpcId: vpc }), {
    port: [81, "replace"],
    protocolVersion: ["HTTP2", "replace"],
    deregistrationDelay: [10, "update"],
    healthCheck: [{ path: "/health" }, "update"],
  }),
  ...changes(
    "ecs/cluster:Cluster",
    {},
    {
      name: ["changed", "replace"],
      settings: [[{ name: "containerInsights", value: "enabled" }], "update"],
    },
  ),
  ...changes("ecs/taskDefinition:TaskDefinition", definition, {
    containerDefinitions: [JSON.stringify([container({ image: "nginx:2" })]), "replace"],
    tags: [{ a: "b" }, "update"],
  }),
  ...changes(
    "ecs/service:Service",
    ({ cluster, task }) => ({ cluster, taskDefinition: task, launchType: "FARGATE" }),
    {
      desiredCount: [2, "update"],
      launchType: ["EC2", "replace"],
    },
  ),
  ...changes(
    "ecr/repository:Repository",
    {},
    {
      imageTagMutability: ["IMMUTABLE", "update"],
      encryptionConfigurations: [[{ encryptionType: "KMS" }], "replace"],
    },
  ),
  ...changes(
    "iam/role:Role",
    { assumeRolePolicy: trust },
    {
      path: ["/other/", "replace"],
      assumeRolePolicy: [policy("2008-10-17"), "update"],
    },
  ),
  ...changes("rds/instance:Instance", database, {
    instanceClass: ["db.t4g.small", "update"],
    allocatedStorage: [30, "update"],
    multiAz: [true, "update"],
    username: ["owner", "replace"],
    dbName: ["store", "replace"],
    storageEncrypted: [false, "replace"],
    availabilityZone: ["us-east-1b", "replace"],
  }),
  ...changes(
    "rds/parameterGroup:ParameterGroup",
    { family: "postgres16" },
    {
      family: ["postgres17", "replace"],
      parameters: [[{ name: "rds.force_ssl", value: "1" }], "update"],
    },
  ),
  ...changes("elasticache/replicationGroup:ReplicationGroup", cache, {
    nodeType: ["cache.t4g.small", "update"],
    snapshotRetentionLimit: [7, "update"],
    atRestEncryptionEnabled: [false, "replace"],
    port: [6380, "replace"],
  }),
  ...changes(
    "acm/certificate:Certificate",
    { domainName: "example.com", validationMethod: "DNS" },
    {
      domainName: ["example.org", "replace"],
      tags: [{ a: "b" }, "update"],
    },
  ),
  ...changes(
    "cloudwatch/logGroup:LogGroup",
    { retentionInDays: 1 },
    {
      retentionInDays: [7, "update"],
      logGroupClass: ["INFREQUENT_ACCESS", "replace"],
    },
  ),
  ...changes(
    "cloudwatch/eventRule:EventRule",
    { eventPattern: "{}" },
    {
      eventPattern: ['{"source":["aws.ecs"]}', "update"],
      eventBusName: ["other", "replace"],
    },
  ),
  ...changes("s3/bucket:Bucket", {}, { tags: [{ a: "b" }, "update"], objectLockEnabled: [true, "replace"] }),
  ...changes("ssm/parameter:Parameter", { type: "String", value: "one" }, { value: ["two", "update"] }),
  ...changes(
    "efs/fileSystem:FileSystem",
    { encrypted: true },
    {
      encrypted: [false, "replace"],
      performanceMode: ["maxIO", "replace"],
      throughputMode: ["elastic", "update"],
    },
  ),
  ...changes("efs/accessPoint:AccessPoint", ({ files }) => ({ fileSystemId: files }), {
    rootDirectory: [{ path: "/a" }, "replace"],
    tags: [{ a: "b" }, "update"],
  }),
  ...changes("kms/key:Key", {}, { enableKeyRotation: [true, "update"], multiRegion: [true, "replace"] }),
];

/** Types that hold data. */
const data = /^aws:(rds\/instance|elasticache\/replicationGroup|efs\/fileSystem|s3\/bucket):/;

export const dataReplacements = allChanges.filter(({ type, op }) => data.test(type) && op === "replace");

/** A logical name that leaves room for what makes a physical one of it. */
export function nameOf(change: Change): string {
  return `c${allChanges.indexOf(change)}`;
}

function labelOf({ type, field }: Change): string {
  return `${type}.${field}`;
}

/** What the changing resources stand on. */
function foundations(): Ids {
  const make = (type: string, name: string, inputs: Properties): pulumi.Output<string> =>
    new Resource(`aws:${type}`, name, inputs).id;
  const vpc = make("ec2/vpc:Vpc", "net", { cidrBlock: "10.0.0.0/16" });
  const subnet = (zone: string, cidrBlock: string): pulumi.Output<string> =>
    make("ec2/subnet:Subnet", zone, { vpcId: vpc, cidrBlock, availabilityZone: `us-east-1${zone}` });
  return {
    vpc,
    a: subnet("a", "10.0.0.0/24"),
    b: subnet("b", "10.0.1.0/24"),
    group: make("ec2/securityGroup:SecurityGroup", "group", { vpcId: vpc }),
    cluster: make("ecs/cluster:Cluster", "cluster", {}),
    task: make("ecs/taskDefinition:TaskDefinition", "task", { ...definition, family: "task" }),
    files: make("efs/fileSystem:FileSystem", "files", {}),
  };
}

/** One resource for each change, before it or after it; subnets and rules of the same inputs keep out of each other's way. */
export function changing(list: readonly Change[], changed: boolean, protect = false): Program {
  return () => {
    const ids = foundations();
    list.forEach((change, index) => {
      const { type, field, to } = change;
      const inputs = {
        ...(type.includes("ec2/subnet") ? { cidrBlock: `10.0.${10 + index}.0/24` } : {}),
        ...(typeof change.inputs === "function" ? change.inputs(ids) : change.inputs),
        ...(type.includes("IngressRule") ? { description: String(index), toPort: 8080 + index } : {}),
        ...(changed ? { [field]: to } : {}),
      };
      new Resource(type, nameOf(change), inputs, { protect });
    });
    return Promise.resolve({});
  };
}

/** `operation: fields` of each changing resource, by its type and field. */
export function outcomes(run: EngineRun, list: readonly Change[]): Readonly<Record<string, string>> {
  const labels = new Map(list.map((change) => [nameOf(change), labelOf(change)]));
  return Object.fromEntries(
    run.steps.flatMap(({ name, op, diff = [] }) => {
      const label = labels.get(name);
      return label === undefined ? [] : [[label, `${op}: ${diff.join(", ")}`]];
    }),
  );
}

export function expectedOutcomes(list: readonly Change[]): Readonly<Record<string, string>> {
  return Object.fromEntries(list.map((change) => [labelOf(change), `${change.op}: ${change.field}`]));
}
