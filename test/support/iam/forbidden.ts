/** What must stay denied, whatever policy is attached besides: by whom, and what for. */
import type { Call } from "./evaluate";
import { account } from "./template";
import { takesZoneRole } from "./zone-role";

export interface Forbidden extends Call {
  readonly what: string;
}

const of = (service: string, rest: string, region: string = account.region): string =>
  `arn:aws:${service}:${region}:${account.id}:${rest}`;
const role = (path: string): string => of("iam", `role/${path}`, "");
const bucket = `arn:aws:s3:::berth-cd-bucket-${account.id}-${account.region}`;

const each = (
  what: string,
  actions: readonly string[],
  resource: string,
  context?: Call["context"],
): readonly Forbidden[] =>
  actions.map((action) => ({ what, action, resource, ...(context === undefined ? {} : { context }) }));

const foreign = { "aws:ResourceTag/team": "payments" };

/** To the CD task with its own policies. */
export const forbiddenToCd: readonly Forbidden[] = [
  ...each(
    "a foreign database",
    ["rds:DeleteDBInstance", "rds:ModifyDBInstance", "rds:RebootDBInstance"],
    of("rds", "db:pay"),
    foreign,
  ),
  ...each(
    "a foreign cache",
    ["elasticache:DeleteReplicationGroup"],
    of("elasticache", "replicationgroup:pay"),
    foreign,
  ),
  ...each(
    "a foreign file system",
    ["elasticfilesystem:DeleteFileSystem", "elasticfilesystem:PutFileSystemPolicy"],
    of("elasticfilesystem", "file-system/fs-0123456789abcdef0"),
    foreign,
  ),
  ...each(
    "a foreign function",
    ["lambda:InvokeFunction", "lambda:UpdateFunctionCode", "lambda:DeleteFunction"],
    of("lambda", "function:pay"),
  ),
  ...each(
    "a foreign VPC",
    ["ec2:DeleteVpc", "ec2:ModifyVpcAttribute"],
    of("ec2", "vpc/vpc-0123456789abcdef0"),
    foreign,
  ),
  ...each("a foreign subnet", ["ec2:DeleteSubnet"], of("ec2", "subnet/subnet-0123456789abcdef0"), foreign),
  ...each(
    "a foreign way out",
    ["ec2:DeleteNatGateway"],
    of("ec2", "natgateway/nat-0123456789abcdef0"),
    foreign,
  ),
  ...each(
    "a foreign route",
    ["ec2:ReplaceRoute", "ec2:DeleteRoute", "ec2:CreateRoute"],
    of("ec2", "route-table/rtb-0123456789abcdef0"),
    foreign,
  ),
  ...each(
    "a foreign security group",
    ["ec2:AuthorizeSecurityGroupIngress", "ec2:DeleteSecurityGroup"],
    of("ec2", "security-group/sg-0123456789abcdef0"),
    foreign,
  ),
  ...each(
    "a foreign address",
    ["ec2:ReleaseAddress"],
    of("ec2", "elastic-ip/eipalloc-0123456789abcdef0"),
    foreign,
  ),
  ...each(
    "a tag that would make a foreign VPC Berth's",
    ["ec2:CreateTags"],
    of("ec2", "vpc/vpc-0123456789abcdef0"),
    { ...foreign, "aws:RequestTag/berth:project": "shop" },
  ),
  ...each(
    "a tag that would make a foreign service Berth's",
    ["ecs:TagResource"],
    of("ecs", "service/pay/pay"),
    { ...foreign, "aws:RequestTag/berth:project": "shop" },
  ),
  ...each(
    "a foreign load balancer",
    [
      "elasticloadbalancing:DeleteLoadBalancer",
      "elasticloadbalancing:ModifyLoadBalancerAttributes",
      "elasticloadbalancing:AddTags",
    ],
    of("elasticloadbalancing", "loadbalancer/app/pay/0123456789abcdef"),
    foreign,
  ),
  ...each(
    "a foreign target group",
    ["elasticloadbalancing:DeleteTargetGroup", "elasticloadbalancing:RegisterTargets"],
    of("elasticloadbalancing", "targetgroup/pay/0123456789abcdef"),
    foreign,
  ),
  ...each(
    "a foreign service",
    ["ecs:DeleteService", "ecs:UpdateService"],
    of("ecs", "service/pay/pay"),
    foreign,
  ),
  ...each("a foreign task", ["ecs:RunTask"], of("ecs", "task-definition/pay:1"), foreign),
  ...each(
    "a foreign group of instances",
    ["autoscaling:DeleteAutoScalingGroup", "autoscaling:UpdateAutoScalingGroup"],
    of("autoscaling", "autoScalingGroup:0123:autoScalingGroupName/pay"),
    foreign,
  ),
  ...each(
    "a record outside the domains that were given",
    ["route53:ChangeResourceRecordSets"],
    "arn:aws:route53:::hostedzone/Z0123456789ABC",
    {
      "route53:ChangeResourceRecordSetsNormalizedRecordNames": ["www.acme.io"],
      "route53:ChangeResourceRecordSetsActions": ["DELETE"],
      "route53:ChangeResourceRecordSetsRecordTypes": ["A"],
    },
  ),
  ...each(
    "a record that only ends like a domain that was given",
    ["route53:ChangeResourceRecordSets"],
    "arn:aws:route53:::hostedzone/Z0123456789ABC",
    {
      "route53:ChangeResourceRecordSetsNormalizedRecordNames": ["notexample.com"],
      "route53:ChangeResourceRecordSetsActions": ["UPSERT"],
      "route53:ChangeResourceRecordSetsRecordTypes": ["A"],
    },
  ),
  ...each(
    "a foreign parameter",
    ["ssm:GetParameter", "ssm:PutParameter", "ssm:DeleteParameter"],
    of("ssm", "parameter/acme/key"),
  ),
  ...each(
    "a foreign secret",
    ["secretsmanager:GetSecretValue", "secretsmanager:DeleteSecret"],
    of("secretsmanager", "secret:pay-AbCdEf"),
    foreign,
  ),
  ...each("a foreign key", ["kms:Decrypt"], of("kms", "key/of-somebody")),
  ...each("a foreign bucket", ["s3:DeleteBucket", "s3:PutBucketPolicy"], "arn:aws:s3:::acme-data"),
  ...each("a foreign object", ["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::acme-data/x"),
  ...each("a foreign log group", ["logs:DeleteLogGroup"], of("logs", "log-group:/acme/web")),
  ...each("a foreign repository", ["ecr:DeleteRepository", "ecr:PutImage"], of("ecr", "repository/acme")),
  ...each(
    "a role of another account",
    ["sts:AssumeRole"],
    "arn:aws:iam::999999999999:role/admin",
    takesZoneRole.context,
  ),
  ...each(
    "another role of the account that has a zone",
    ["sts:AssumeRole"],
    "arn:aws:iam::210987654321:role/berth-dns-admin",
    takesZoneRole.context,
  ),
];

const boundary = `arn:aws:iam::${account.id}:policy/berth-cd/berth-cd-Boundary`;

/** To the CD task even where AdministratorAccess is attached to it (`--extra-policy`). */
export const forbiddenByCdBoundary: readonly Forbidden[] = [
  ...each("a role without a boundary", ["iam:CreateRole", "iam:PutRolePermissionsBoundary"], role("berth/x")),
  ...each(
    "a role with another boundary",
    ["iam:CreateRole", "iam:PutRolePermissionsBoundary"],
    role("berth/x"),
    {
      "iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess",
    },
  ),
  ...each("a role that loses its boundary", ["iam:DeleteRolePermissionsBoundary"], role("berth/x")),
  ...each("a policy that the owner has not allowed", ["iam:AttachRolePolicy"], role("berth/x"), {
    "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess",
    "iam:PermissionsBoundary": boundary,
  }),
  ...each("a policy of the account's own", ["iam:AttachRolePolicy"], role("berth/x"), {
    "iam:PolicyARN": `arn:aws:iam::${account.id}:policy/PayReadOnlyAccess`,
    "iam:PermissionsBoundary": boundary,
  }),
  ...each(
    "another role",
    ["iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:DeleteRole", "iam:DetachRolePolicy"],
    role("admin"),
  ),
  ...each("itself", ["iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"], role("berth-cd/berth-cd-TaskRole")),
  ...each("another role, passed on", ["iam:PassRole"], role("admin"), {
    "iam:PassedToService": "ec2.amazonaws.com",
  }),
  ...each(
    "its own boundary",
    ["iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:SetDefaultPolicyVersion"],
    boundary,
  ),
  ...each(
    "a user",
    ["iam:CreateUser", "iam:CreateAccessKey", "iam:CreateLoginProfile"],
    of("iam", "user/eve", ""),
  ),
  ...each(
    "a provider of identities",
    ["iam:CreateOpenIDConnectProvider"],
    of("iam", "oidc-provider/evil", ""),
  ),
  ...each("the organisation", ["organizations:LeaveOrganization"], "*"),
  ...each(
    "the account's bucket",
    [
      "s3:DeleteBucket",
      "s3:PutBucketPolicy",
      "s3:PutBucketPublicAccessBlock",
      "s3:PutLifecycleConfiguration",
    ],
    bucket,
  ),
  ...each(
    "a key's end",
    ["kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:PutKeyPolicy"],
    of("kms", "key/x"),
  ),
];
