/**
 * What Berth's own edge (`src/aws`), the state backend and AWS's services ask of each role of the account's stack.
 * Recorded from the emulator tests (`test/integration/aws`, `test/integration/launcher`) by a hook on Node's requests; a
 * test finds every SDK call of the source in it.
 */
import { parameterName, logGroupName } from "../../../src/model/naming";
import type { Call } from "./evaluate";
import { account } from "./template";
import { takesZoneRole } from "./zone-role";

const of = (service: string, rest: string, region: string = account.region): string =>
  `arn:aws:${service}:${region}:${account.id}:${rest}`;

const bucket = `arn:aws:s3:::berth-cd-bucket-${account.id}-${account.region}`;
const key = of("kms", "key/11111111-2222-3333-4444-555555555555");
const cluster = of("ecs", "cluster/berth-cd");
const parameter = of("ssm", `parameter${parameterName("shop", "dev", "API_KEY")}`);
const logGroup = of("logs", `log-group:${logGroupName("shop", "dev", "web")}`);
const logStream = (group: string): string => `${group}:log-stream:web/web/0123`;
const eventsGroup = of("logs", "log-group:/aws/events/berth/shop/dev/ecs");
const ownDefinition = of("ecs", "task-definition/berth-cd:7");
const projectTask = of("ecs", "task/shop-dev-cluster/0123456789abcdef0123456789abcdef");
const projectDefinition = of("ecs", "task-definition/shop-dev-migrate:3");
const ofProject = { "aws:ResourceTag/berth:project": "shop", "aws:ResourceTag/berth:stack": "dev" };
const startedTags = {
  "aws:RequestTag/berth:project": "shop",
  "aws:TagKeys": ["berth:project", "berth:stack"],
  "ecs:CreateAction": "RunTask",
};

/** Whether alerts reach people. */
const looksAtAlerts: readonly Call[] = [
  { action: "sns:ListSubscriptionsByTopic", resource: of("sns", "shop-dev-alerts") },
  { action: "sqs:GetQueueAttributes", resource: of("sqs", "shop-dev-alerts-undelivered") },
];

const calls = (actions: readonly string[], resource: string, context?: Call["context"]): readonly Call[] =>
  actions.map((action) => ({ action, resource, ...(context === undefined ? {} : { context }) }));

const readsParameters = [
  "ssm:GetParameter",
  "ssm:GetParameters",
  "ssm:GetParametersByPath",
  "ssm:ListTagsForResource",
];
const writesParameters = [
  "ssm:AddTagsToResource",
  "ssm:DeleteParameter",
  "ssm:DeleteParameters",
  "ssm:PutParameter",
];
const usesKey = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"];

/** What a start of a task asks for: itself, its tags, its roles. */
function start(
  definition: string,
  roles: readonly string[],
  context: Call["context"],
  task: string,
): readonly Call[] {
  return [
    { action: "ecs:RunTask", resource: definition, context: { "ecs:cluster": cluster, ...context } },
    { action: "ecs:TagResource", resource: task, context: startedTags },
    ...calls(["iam:PassRole"], "", { "iam:PassedToService": "ecs-tasks.amazonaws.com" }).flatMap((call) =>
      roles.map((resource) => ({ ...call, resource })),
    ),
  ];
}

const projectRoles = [
  `arn:aws:iam::${account.id}:role/berth/shop-dev-web-task`,
  `arn:aws:iam::${account.id}:role/berth/shop-dev-ecs-task-execution-role`,
];
const ownRole = (name: string): string => `arn:aws:iam::${account.id}:role/berth-cd/berth-cd-${name}`;
const ownRoles = ["ExecutionRole", "TaskRole"].map(ownRole);

/** The bucket and the distribution of a static site. */
const siteCalls: readonly Call[] = [
  ...calls(
    ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
    `arn:aws:s3:::berth-sites-shop-dev-${account.id}-${account.region}-web/site/index.html`,
  ),
  ...calls(["s3:ListBucket"], `arn:aws:s3:::berth-sites-shop-dev-${account.id}-${account.region}-web`),
  ...calls(
    ["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"],
    `arn:aws:cloudfront::${account.id}:distribution/E0123456789AB`,
    ofProject,
  ),
];

/** The CD task: archives, contexts, secrets, events, builds, one-offs, what a stack leaves, and Pulumi's state. */
export const cdCalls: readonly Call[] = [
  ...siteCalls,
  takesZoneRole,
  ...calls(["cloudfront:ListOriginAccessControls", "cloudfront:ListResponseHeadersPolicies"], "*"),
  // Archives, records, leases, and the state: Pulumi's backend lists, reads, writes, copies and deletes objects.
  ...calls(
    ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
    `${bucket}/.pulumi/stacks/x`,
  ),
  ...calls(["s3:ListBucket", "s3:GetBucketLocation"], bucket),
  ...calls(["s3:GetObject"], `${bucket}/uploads/archive.tar.gz`),
  ...calls(usesKey, key),
  // Contexts of builds, in the stack's own bucket.
  ...calls(
    ["s3:PutObject", "s3:AbortMultipartUpload", "s3:GetObject"],
    "arn:aws:s3:::berth-shop-dev-build/contexts/x",
  ),
  ...calls(["s3:ListBucket"], "arn:aws:s3:::berth-shop-dev-build"),
  ...calls([...readsParameters, ...writesParameters], parameter),
  ...calls(["ssm:DescribeParameters"], "*"),
  ...start(projectDefinition, projectRoles, ofProject, projectTask),
  ...calls(["ecs:StopTask", "ecs:UpdateTaskProtection"], projectTask, ofProject),
  ...calls(
    ["ecs:ContinueServiceDeployment", "ecs:StopServiceDeployment"],
    of("ecs", "service-deployment/shop-dev-cluster/shop-dev-web/r9i43YFjvgF"),
  ),
  ...calls(
    [
      "ecs:ListServiceDeployments",
      "ecs:DescribeServiceDeployments",
      "elasticloadbalancing:DescribeAccountLimits",
      "elasticloadbalancing:DescribeRules",
    ],
    "*",
  ),
  ...calls(["ecs:StopTask"], of("ecs", "task/berth-cd/0123456789abcdef0123456789abcdef")),
  ...calls(
    [
      "ecs:DescribeTaskDefinition",
      "ecs:DescribeTasks",
      "ecs:ListTasks",
      "ecs:ListServices",
      "ecs:DescribeServices",
    ],
    "*",
  ),
  ...calls(["ecs:UpdateService"], of("ecs", "service/shop-dev-cluster/shop-dev-web"), ofProject),
  // What berth stop has put to sleep is woken before a run; revisions that were kept go with the stack.
  ...calls(["rds:StartDBInstance"], of("rds", "db:shop-dev-db"), ofProject),
  ...calls(
    ["application-autoscaling:RegisterScalableTarget"],
    of("application-autoscaling", "scalable-target/0ec5"),
    ofProject,
  ),
  ...calls(["application-autoscaling:DescribeScalableTargets", "ecs:DescribeClusters"], "*"),
  ...calls(["ecs:DeregisterTaskDefinition"], of("ecs", "task-definition/shop-dev-web:3")),
  ...calls(["logs:FilterLogEvents"], logGroup),
  ...calls(["logs:GetLogEvents"], logStream(logGroup)),
  ...calls(["sts:GetCallerIdentity", "tag:GetResources"], "*"),
  ...calls(["ec2:DescribeSecurityGroups", "ec2:DescribeNetworkInterfaces", "ec2:DescribeVpcs"], "*"),
  // An interface that a task left has ECS's tags alone.
  ...calls(["ec2:DeleteNetworkInterface"], of("ec2", "network-interface/eni-0123456789abcdef0")),
  ...calls(["ecr:BatchGetImage", "ecr:PutImage"], of("ecr", "repository/shop/kaniko-build")),
  // The price list has no resources (Service Authorization Reference, AWS Price List).
  ...calls(["pricing:GetProducts"], "*"),
  // Manifests and configurations of images of the account, by the registry's API and its login.
  ...calls(["ecr:GetAuthorizationToken"], "*"),
  ...calls(
    ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    of("ecr", "repository/team/app", "eu-west-1"),
  ),
  // A file system of an external volume: looked up, and used where its owner has tagged it.
  ...calls(
    [
      "elasticfilesystem:DescribeFileSystems",
      "elasticfilesystem:DescribeMountTargets",
      "elasticfilesystem:DescribeMountTargetSecurityGroups",
    ],
    of("elasticfilesystem", "file-system/fs-0123456789abcdef0"),
  ),
  ...calls(
    [
      "elasticfilesystem:CreateAccessPoint",
      "elasticfilesystem:CreateMountTarget",
      "elasticfilesystem:DeleteMountTarget",
      "elasticfilesystem:ModifyMountTargetSecurityGroups",
    ],
    of("elasticfilesystem", "file-system/fs-0123456789abcdef0"),
    { "aws:ResourceTag/berth:shared": "true" },
  ),
  // What the NAT instance wrote, and what a run that was killed left.
  ...calls(["ec2:GetConsoleOutput"], of("ec2", "instance/i-0123456789abcdef0"), ofProject),
  ...calls(["ec2:DescribeInstances"], "*"),
  ...calls(["iam:GetRole"], projectRoles[0] ?? ""),
  ...calls(
    ["iam:GetInstanceProfile"],
    `arn:aws:iam::${account.id}:instance-profile/berth/shop-dev-ecs-agent-profile`,
  ),
  ...calls(["acm:ListCertificates", "acm:DescribeCertificate"], "*"),
  ...calls(
    ["rds:DescribeDBInstances", "elasticache:DescribeReplicationGroups", "elasticache:DescribeCacheClusters"],
    "*",
  ),
  ...calls(["rds:DescribeDBSnapshots", "elasticache:DescribeSnapshots"], "*"),
  ...calls(
    ["scheduler:GetSchedule", "scheduler:UpdateSchedule"],
    of("scheduler", "schedule/default/shop-dev-down"),
  ),
  ...calls(
    ["secretsmanager:DescribeSecret"],
    of("secretsmanager", "secret:shop-dev-registry-AbCdEf"),
    ofProject,
  ),
  ...calls(["elasticfilesystem:DescribeMountTargets", "elasticfilesystem:DescribeFileSystems"], "*"),
  // What changes name besides, and nobody tagged: the defaults of RDS and ElastiCache.
  ...calls(["rds:ModifyDBInstance"], of("rds", "pg:default.postgres17")),
  ...calls(["rds:ModifyDBInstance"], of("rds", "og:default:postgres-17")),
  ...calls(["elasticache:ModifyReplicationGroup"], of("elasticache", "parametergroup:default.redis7")),
  ...looksAtAlerts,
  // A service makes its own role in the caller's name, where the account has lost it.
  ...calls(
    ["iam:CreateServiceLinkedRole"],
    of("iam", "role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS", ""),
    {
      "iam:AWSServiceName": "ecs.amazonaws.com",
    },
  ),
  // The provider's data sources: networks, zones and certificates that are there, a token.
  ...calls(
    [
      "ec2:DescribeSubnets",
      "ec2:DescribeRouteTables",
      "ec2:DescribeVpcAttribute",
      "ec2:DescribeAvailabilityZones",
    ],
    "*",
  ),
  ...calls(["ec2:DescribeManagedPrefixLists"], "*"),
  // The quotas that a new stack takes of.
  ...calls(
    ["ec2:DescribeAddresses", "servicequotas:GetAWSDefaultServiceQuota", "servicequotas:GetServiceQuota"],
    "*",
  ),
  // AWS's own lists.
  ...calls(["ec2:GetManagedPrefixListEntries"], `arn:aws:ec2:${account.region}:aws:prefix-list/pl-3b927c52`),
  ...calls(["route53:ListHostedZones", "route53:ListTagsForResource", "route53:GetHostedZone"], "*"),
  ...calls(["acm:GetCertificate", "acm:ListTagsForCertificate"], "*"),
  ...calls(["secretsmanager:GetRandomPassword"], "*"),
  // RDS, ElastiCache and EFS use their keys in the caller's name.
  ...["rds", "elasticache", "elasticfilesystem"].flatMap((service) =>
    calls(["kms:DescribeKey", "kms:CreateGrant"], of("kms", "key/of-the-service"), {
      "kms:ViaService": `${service}.${account.region}.amazonaws.com`,
    }),
  ),
];

/** A person or a CI job with the launcher's policy. */
export const launcherCalls: readonly Call[] = [
  ...siteCalls,
  ...calls(["cloudformation:DescribeStacks"], of("cloudformation", "stack/berth-cd/0123")),
  ...calls(["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"], `${bucket}/uploads/archive.tar.gz`),
  ...[".berth/records/shop/dev.json", ".pulumi/stacks/shop/dev.json", "events/run.ndjson"].flatMap((name) =>
    calls(["s3:GetObject"], `${bucket}/${name}`),
  ),
  // What lies beside the state, and is written by commands that change a running stack themselves.
  ...["leases/shop/dev/7.json", "operations/shop/dev.json", "runs/shop/dev/x.json"].flatMap((name) =>
    calls(["s3:PutObject", "s3:DeleteObject", "s3:GetObject"], `${bucket}/.berth/${name}`),
  ),
  ...calls(["s3:ListBucket"], bucket),
  ...calls(usesKey, key),
  ...start(ownDefinition, ownRoles, {}, of("ecs", "task/berth-cd/0123456789abcdef0123456789abcdef")),
  ...calls(["ecs:UpdateService"], of("ecs", "service/shop-dev-cluster/shop-dev-web"), ofProject),
  // What moves requests is followed, goes on past a hook, and is taken back.
  ...calls(["ecs:ListServiceDeployments", "ecs:DescribeServiceDeployments"], "*"),
  ...calls(
    ["ecs:ContinueServiceDeployment", "ecs:StopServiceDeployment"],
    of("ecs", "service-deployment/shop-dev-cluster/shop-dev-web/r9i43YFjvgF"),
  ),
  ...calls(
    ["application-autoscaling:RegisterScalableTarget"],
    of("application-autoscaling", "scalable-target/0ec5"),
    ofProject,
  ),
  ...calls(["rds:StartDBInstance", "rds:StopDBInstance"], of("rds", "db:shop-dev-db"), ofProject),
  ...calls(["ecs:StopTask"], of("ecs", "task/berth-cd/0123456789abcdef0123456789abcdef")),
  ...start(projectDefinition, projectRoles, ofProject, projectTask),
  ...calls(["ecs:ExecuteCommand", "ecs:StopTask"], projectTask, ofProject),
  ...calls(["ecs:ExecuteCommand"], of("ecs", "cluster/shop-dev-cluster"), ofProject),
  ...start(
    of("ecs", "task-definition/berth-cd-connect:1"),
    ["ExecutionRole", "ConnectRole"].map(ownRole),
    { "aws:ResourceTag/berth:project": "berth-cd" },
    projectTask,
  ),
  ...calls(["ssm:StartSession"], projectTask, { ...ofProject, "aws:ResourceTag/berth:tunnel": "db" }),
  // AWS's own documents have no account in their ARNs, without which the evaluator knows none: the policy says any.
  ...calls(["ssm:StartSession"], of("ssm", "document/AWS-StartPortForwardingSessionToRemoteHost")),
  ...calls(
    ["ssm:ResumeSession", "ssm:TerminateSession"],
    of("ssm", "session/AROA0123:ci-0fedcba9876543210"),
    {
      "aws:userid": "AROA0123:ci",
    },
  ),
  ...calls(["ec2:GetConsoleOutput"], of("ec2", "instance/i-0123456789abcdef0"), ofProject),
  ...calls(
    [
      "acm:ListCertificates",
      "application-autoscaling:DescribeScalableTargets",
      "ec2:DescribeAddresses",
      "ec2:DescribeInstances",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeVpcs",
      "ecr:BatchGetImage",
      "ecs:DescribeClusters",
      "ecs:DescribeServices",
      "ecs:DescribeTaskDefinition",
      "ecs:DescribeTasks",
      "ecs:ListServices",
      "ecs:ListTaskDefinitions",
      "ecs:ListTasks",
      "elasticache:DescribeCacheClusters",
      "elasticache:DescribeReplicationGroups",
      "elasticache:DescribeSnapshots",
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeTargetHealth",
      "route53:GetHostedZone",
      "route53:ListHostedZones",
      "pricing:GetProducts",
      "servicequotas:GetAWSDefaultServiceQuota",
      "rds:DescribeDBInstances",
      "rds:DescribeDBSnapshots",
      "scheduler:GetSchedule",
      "servicequotas:GetServiceQuota",
      "ssm:DescribeParameters",
      "states:DescribeExecution",
      "states:ListExecutions",
      "sts:GetCallerIdentity",
      "tag:GetResources",
    ],
    "*",
  ),
  // A snapshot is asked for of the store, under a name and with tags that are new.
  ...calls(["rds:CreateDBSnapshot"], of("rds", "db:shop-dev-db"), ofProject),
  ...calls(["elasticache:CreateSnapshot"], of("elasticache", "replicationgroup:shop-dev-cache"), ofProject),
  ...calls(
    ["rds:CreateDBSnapshot", "rds:AddTagsToResource"],
    of("rds", "snapshot:shop-dev-db-1"),
    startedTags,
  ),
  ...calls(
    ["elasticache:CreateSnapshot", "elasticache:AddTagsToResource"],
    of("elasticache", "snapshot:shop-dev-cache-1"),
    startedTags,
  ),
  ...[logGroup, eventsGroup].flatMap((group) => [
    ...calls(["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:StartLiveTail"], group),
    ...calls(["logs:GetLogEvents"], logStream(group)),
  ]),
  ...calls([...readsParameters, ...writesParameters], parameter),
  ...looksAtAlerts,
];

/** ECS, as it starts the CD task (ECS Developer Guide, "Amazon ECS task execution IAM role"). */
export const executionCalls: readonly Call[] = [
  ...calls(["ecr:GetAuthorizationToken"], "*"),
  ...calls(
    ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
    of("ecr", "repository/berth-cd"),
  ),
  ...calls(
    ["ecr:CreateRepository", "ecr:BatchImportUpstreamImage"],
    of("ecr", "repository/berth-cd-dockerhub/library/x"),
  ),
  ...calls(
    ["logs:CreateLogStream", "logs:PutLogEvents"],
    of("logs", "log-group:/berth/berth-cd:log-stream:cd/x"),
  ),
];

/** EventBridge Scheduler, as it starts the end of a stack, with the revision that deployed it. */
export const schedulerCalls: readonly Call[] = [
  ...start(ownDefinition, ownRoles, {}, of("ecs", "task/berth-cd/0123456789abcdef0123456789abcdef")),
  ...calls(["sqs:SendMessage"], of("sqs", "berth-cd-SchedulerDeadLetters")),
];

/** SDK calls of the source that no role of the account's stack makes, with who makes them. */
export const ofThePerson: Readonly<Record<string, string>> = {
  CreateChangeSet: "berth bootstrap, by the account's owner",
  CreateServiceLinkedRole: "berth bootstrap, by the account's owner",
  DeleteChangeSet: "berth bootstrap, by the account's owner",
  DeleteBucket: "berth bootstrap --down --bucket, by the account's owner",
  DeleteObjects: "berth bootstrap --down --bucket, by the account's owner",
  DeleteStack: "berth bootstrap --down, by the account's owner",
  DescribeChangeSet: "berth bootstrap, by the account's owner",
  DescribeStackEvents: "berth bootstrap, by the account's owner",
  ExecuteChangeSet: "berth bootstrap, by the account's owner",
  GetBucketEncryption: "berth bootstrap, by the account's owner",
  HeadBucket: "berth bootstrap, by the account's owner",
  ListObjectVersions: "berth bootstrap --down --bucket, by the account's owner",
  SimulatePrincipalPolicy: "berth doctor, which says so where it may not",
};
