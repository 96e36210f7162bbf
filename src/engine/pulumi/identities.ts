/**
 * What a resource whose creation was begun is known by: AWS may have made it, and nobody received its id. Where the id
 * follows from the inputs it is derived, as the aws provider does; where AWS makes it up, the resource is found by the
 * stack's tags, and its ARN identifies it, or by what it belongs to. Ids and their forms: the provider's documentation, "Import" of each resource.
 */
import { crc32 } from "node:zlib";
import { partitionOf } from "../../partitions";
import type { ChildResource, TaggedResource } from "../../ports";

type Inputs = Readonly<Record<string, unknown>>;

/** An id, and what reading the resource needs beside its inputs. */
export interface Identity {
  readonly id: string;
  /** `undefined` where the id is one that the provider imports by: it then reads everything itself. */
  readonly outputs: Inputs | undefined;
}

function text(inputs: Inputs, property: string): string {
  const value = inputs[property];
  return typeof value === "string" ? value : "";
}

/** The id is the value of one input. */
const byInput: Readonly<Record<string, string>> = {
  "aws:acm/certificateValidation:CertificateValidation": "certificateArn",
  "aws:appautoscaling/policy:Policy": "name",
  "aws:cloudfront/function:Function": "name",
  "aws:appautoscaling/target:Target": "resourceId",
  "aws:autoscaling/group:Group": "name",
  "aws:cloudwatch/eventApiDestination:EventApiDestination": "name",
  "aws:cloudwatch/eventConnection:EventConnection": "name",
  "aws:cloudwatch/eventRule:EventRule": "name",
  "aws:cloudwatch/logGroup:LogGroup": "name",
  "aws:cloudwatch/metricAlarm:MetricAlarm": "name",
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": "repository",
  "aws:ecr/pullThroughCacheRule:PullThroughCacheRule": "ecrRepositoryPrefix",
  "aws:ecr/repository:Repository": "name",
  "aws:ecr/repositoryPolicy:RepositoryPolicy": "repository",
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": "clusterName",
  "aws:efs/backupPolicy:BackupPolicy": "fileSystemId",
  "aws:efs/fileSystemPolicy:FileSystemPolicy": "fileSystemId",
  "aws:elasticache/parameterGroup:ParameterGroup": "name",
  "aws:elasticache/replicationGroup:ReplicationGroup": "replicationGroupId",
  "aws:elasticache/subnetGroup:SubnetGroup": "name",
  "aws:kms/alias:Alias": "name",
  "aws:rds/instance:Instance": "identifier",
  "aws:rds/parameterGroup:ParameterGroup": "name",
  "aws:rds/subnetGroup:SubnetGroup": "name",
  "aws:s3/bucket:Bucket": "bucket",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "bucket",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": "bucket",
  "aws:s3/bucketPolicy:BucketPolicy": "bucket",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "bucket",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": "bucket",
  "aws:s3/bucketVersioning:BucketVersioning": "bucket",
  "aws:scheduler/scheduleGroup:ScheduleGroup": "name",
  "aws:servicediscovery/instance:Instance": "instanceId",
  "aws:ssm/parameter:Parameter": "name",
};

/** The id is made of several inputs; `""` where one of them is missing. */
const byInputs: Readonly<Record<string, (inputs: Inputs) => string>> = {
  "aws:cloudwatch/eventTarget:EventTarget": (inputs) => joined("-", inputs, "rule", "targetId"),
  "aws:ec2/route:Route": (inputs) => {
    const destination = text(inputs, "destinationCidrBlock");
    const table = text(inputs, "routeTableId");
    return destination === "" || table === "" ? "" : `r-${table}${crc32(destination)}`;
  },
  "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation": (inputs) =>
    joined("-", inputs, "dhcpOptionsId", "vpcId"),
  "aws:iam/rolePolicy:RolePolicy": (inputs) => joined(":", inputs, "role", "name"),
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": (inputs) => joined("/", inputs, "role", "policyArn"),
  "aws:lb/listenerCertificate:ListenerCertificate": (inputs) =>
    joined("_", inputs, "listenerArn", "certificateArn"),
  "aws:scheduler/schedule:Schedule": (inputs) =>
    `${text(inputs, "groupName") || "default"}/${text(inputs, "name")}`,
  "aws:route53/record:Record": (inputs) => joined("_", inputs, "zoneId", "name", "type"),
  "aws:s3/bucketObjectv2:BucketObjectv2": (inputs) => joined("/", inputs, "bucket", "key"),
};

/** The provider finds the id by another one, which its import takes. */
const byImport: Readonly<Record<string, (inputs: Inputs) => string>> = {
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": (inputs) =>
    text(inputs, "resourceArn") || text(inputs, "policyName"),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": (inputs) =>
    joined("/", inputs, "subnetId", "routeTableId"),
};

function joined(separator: string, inputs: Inputs, ...properties: readonly string[]): string {
  const values = properties.map((property) => text(inputs, property));
  return values.includes("") ? "" : values.join(separator);
}

/** The service of an ARN and the beginning of its resource part; the id is what follows, the whole ARN, or made of it. */
interface ArnForm {
  readonly pattern: RegExp;
  readonly whole?: true;
  readonly made?: (arn: readonly string[]) => string;
}

function ec2(kind: string): ArnForm {
  return part("ec2", kind);
}

function whole(service: string, resource: string): ArnForm {
  return { pattern: new RegExp(`^arn:[^:]+:${service}:[^:]*:[^:]*:${resource}`), whole: true };
}

function part(service: string, resource: string): ArnForm {
  return { pattern: new RegExp(`^arn:[^:]+:${service}:[^:]*:[^:]*:${resource}/(.+)$`) };
}

const byArn: Readonly<Record<string, ArnForm>> = {
  "aws:acm/certificate:Certificate": whole("acm", "certificate/"),
  "aws:cloudfront/distribution:Distribution": {
    pattern: /^arn:[^:]+:cloudfront::[^:]*:distribution\/(.+)$/,
  },
  "aws:ec2/eip:Eip": ec2("elastic-ip"),
  "aws:ec2/flowLog:FlowLog": ec2("vpc-flow-log"),
  "aws:ec2/instance:Instance": ec2("instance"),
  "aws:ec2/internetGateway:InternetGateway": ec2("internet-gateway"),
  "aws:ec2/launchTemplate:LaunchTemplate": ec2("launch-template"),
  "aws:ec2/natGateway:NatGateway": ec2("natgateway"),
  "aws:ec2/networkInterface:NetworkInterface": ec2("network-interface"),
  "aws:ec2/routeTable:RouteTable": ec2("route-table"),
  "aws:ec2/securityGroup:SecurityGroup": ec2("security-group"),
  "aws:ec2/subnet:Subnet": ec2("subnet"),
  "aws:ec2/vpc:Vpc": ec2("vpc"),
  "aws:ec2/vpcDhcpOptions:VpcDhcpOptions": ec2("dhcp-options"),
  "aws:ec2/vpcEndpoint:VpcEndpoint": ec2("vpc-endpoint"),
  "aws:ecs/capacityProvider:CapacityProvider": whole("ecs", "capacity-provider/"),
  "aws:ecs/cluster:Cluster": whole("ecs", "cluster/"),
  "aws:ecs/service:Service": whole("ecs", "service/"),
  "aws:ecs/taskDefinition:TaskDefinition": whole("ecs", "task-definition/"),
  "aws:efs/accessPoint:AccessPoint": part("elasticfilesystem", "access-point"),
  "aws:efs/fileSystem:FileSystem": part("elasticfilesystem", "file-system"),
  "aws:iam/policy:Policy": whole("iam", "policy/"),
  "aws:kms/key:Key": part("kms", "key"),
  "aws:lb/listener:Listener": whole("elasticloadbalancing", "listener/"),
  "aws:lb/listenerRule:ListenerRule": whole("elasticloadbalancing", "listener-rule/"),
  "aws:lb/loadBalancer:LoadBalancer": whole("elasticloadbalancing", "loadbalancer/"),
  "aws:lb/targetGroup:TargetGroup": whole("elasticloadbalancing", "targetgroup/"),
  "aws:route53/zone:Zone": { pattern: /^arn:[^:]+:route53:::hostedzone\/(.+)$/ },
  "aws:secretsmanager/secret:Secret": whole("secretsmanager", "secret:"),
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": part("servicediscovery", "namespace"),
  "aws:servicediscovery/service:Service": part("servicediscovery", "service"),
  "aws:sfn/stateMachine:StateMachine": whole("states", "stateMachine:"),
  "aws:sns/topic:Topic": whole("sns", ""),
  "aws:sqs/queue:Queue": {
    pattern: /^arn:[^:]+:sqs:/,
    // A queue is known by its URL (SQS Developer Guide, "Queue and message identifiers").
    made: ([, , , region = "", account = "", name = ""]) =>
      `https://sqs.${region}.${partitionOf(region).dnsSuffix}/${account}/${name}`,
  },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ec2("security-group-rule"),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ec2("security-group-rule"),
};

/** What the Tagging API does not show: AWS has one of it for each parent, or of a name. */
const byParent: Readonly<Record<string, (inputs: Inputs) => ChildResource | undefined>> = {
  "aws:efs/mountTarget:MountTarget": (inputs) => {
    const [fileSystemId, subnetId] = [text(inputs, "fileSystemId"), text(inputs, "subnetId")];
    return fileSystemId === "" || subnetId === ""
      ? undefined
      : { kind: "mount target", fileSystemId, subnetId };
  },
  "aws:cloudfront/originAccessControl:OriginAccessControl": (inputs) =>
    ofCloudFront("origin access control", inputs),
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": (inputs) =>
    ofCloudFront("headers policy", inputs),
  "aws:iam/instanceProfile:InstanceProfile": (inputs) => named("instance profile", inputs),
  "aws:iam/role:Role": (inputs) => named("role", inputs),
  "aws:secretsmanager/secretVersion:SecretVersion": (inputs) => {
    const secretId = text(inputs, "secretId");
    return secretId === "" ? undefined : { kind: "secret version", secretId };
  },
};

/**
 * What is found by creating it once more: AWS answers with the one that exists. A subscription to a topic has no ARN in
 * any list until it is confirmed (SNS API reference, ListSubscriptionsByTopic), which a mail's takes somebody to do. A
 * second Subscribe of the same endpoint makes no second one (seen on AWS: getmoto/moto#1418). One that nobody asks for any more
 * goes after 48 hours where it is not confirmed, and with its topic where it is (SNS API reference, DeleteTopic).
 */
const byCreation: ReadonlySet<string> = new Set(["aws:sns/topicSubscription:TopicSubscription"]);

/** Of CloudFront, which has one of each name; the stack is part of the name. */
function ofCloudFront(
  kind: "origin access control" | "headers policy",
  inputs: Inputs,
): ChildResource | undefined {
  const name = text(inputs, "name");
  return name === "" ? undefined : { kind, name };
}

function named(kind: "role" | "instance profile", inputs: Inputs): ChildResource | undefined {
  const name = text(inputs, "name");
  const tags = Object.entries((inputs["tags"] ?? {}) as Inputs).flatMap(([key, value]) =>
    typeof value === "string" ? [[key, value] as const] : [],
  );
  return name === "" ? undefined : { kind, name, tags: Object.fromEntries(tags) };
}

/** Whose child a resource of these inputs is, where only its parent has its id. */
export function childOf(type: string, inputs: Inputs): ChildResource | undefined {
  return byParent[type]?.(inputs);
}

/** Whether only its tags identify a resource of this type. */
export function isFoundByTags(type: string): boolean {
  return type in byArn;
}

/** Whether creating a resource of this type once more is answered with the one that exists. */
export function isFoundByCreation(type: string): boolean {
  return byCreation.has(type);
}

/** The id that follows from the inputs, `undefined` where none does. */
export function derivedIdentity(type: string, inputs: Inputs): Identity | undefined {
  const imported = byImport[type]?.(inputs) ?? "";
  if (imported !== "") return { id: imported, outputs: undefined };
  const property = byInput[type];
  const id = property === undefined ? (byInputs[type]?.(inputs) ?? "") : text(inputs, property);
  return id === "" ? undefined : { id, outputs: inputs };
}

/**
 * The one of the stack's tagged resources that the inputs were made into: it has their tags. Among several, one whose
 * ARN has their name comes first; where nothing distinguishes two, the update that follows corrects a wrong one.
 *
 * @param isKnown - whether an id of the type is in the state already, or was given to another resource
 */
export function taggedIdentity(
  type: string,
  inputs: Inputs,
  tagged: readonly TaggedResource[],
  isKnown: (id: string) => boolean,
): Identity | undefined {
  const form = byArn[type];
  if (form === undefined) return undefined;
  const own = text(inputs, "name") || text(inputs, "family");
  const wanted = Object.entries((inputs["tags"] ?? {}) as Inputs);
  const candidates = tagged
    .flatMap(({ arn, tags }) => {
      const found = form.pattern.exec(arn);
      const id = form.whole === true ? arn : (form.made?.(arn.split(":")) ?? found?.[1]);
      if (found === null || id === undefined || isKnown(id)) return [];
      if (wanted.some(([key, value]) => tags[key] !== value)) return [];
      return [{ arn, id, isNamed: own !== "" && arn.includes(own) }];
    })
    // The newest revision of a task definition is the one in question.
    .sort(
      (a, b) => Number(b.isNamed) - Number(a.isNamed) || b.arn.localeCompare(a.arn, "en", { numeric: true }),
    );
  const [best] = candidates;
  if (best === undefined) return undefined;
  return { id: best.id, outputs: { ...inputs, arn: best.arn } };
}
