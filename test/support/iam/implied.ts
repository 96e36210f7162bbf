/** What IAM asks for besides the action of a request: the right to tag, to pass a role, and what a service does in the caller's name. */
import { listOf, recordOf, textOf } from "../../../src/simulator/cloud/values";
import { requestTags, type Declared, type DeclaredWorld } from "./declared";
import type { Call } from "./evaluate";

/** The action that tags, for services that ask for it where something is made with tags (Service Authorization Reference). */
const tagging: Readonly<Record<string, string>> = {
  acm: "acm:AddTagsToCertificate",
  "application-autoscaling": "application-autoscaling:TagResource",
  autoscaling: "autoscaling:CreateOrUpdateTags",
  cloudfront: "cloudfront:TagResource",
  cloudwatch: "cloudwatch:TagResource",
  ec2: "ec2:CreateTags",
  ecr: "ecr:TagResource",
  ecs: "ecs:TagResource",
  elasticache: "elasticache:AddTagsToResource",
  elasticfilesystem: "elasticfilesystem:TagResource",
  elasticloadbalancing: "elasticloadbalancing:AddTags",
  events: "events:TagResource",
  iam: "iam:TagRole",
  logs: "logs:TagResource",
  rds: "rds:AddTagsToResource",
  scheduler: "scheduler:TagResource",
  secretsmanager: "secretsmanager:TagResource",
  servicediscovery: "servicediscovery:TagResource",
  sns: "sns:TagResource",
  sqs: "sqs:TagQueue",
  ssm: "ssm:AddTagsToResource",
  states: "states:TagResource",
};

/** Keys by which a service tells which action tags: `ec2:CreateAction`. */
const createActionKeys: Readonly<Record<string, string>> = {
  ec2: "ec2:CreateAction",
  ecs: "ecs:CreateAction",
  elasticfilesystem: "elasticfilesystem:CreateAction",
  elasticloadbalancing: "elasticloadbalancing:CreateAction",
};

/**
 * @param tagged - whether the request writes tags
 * @param targets - the ARNs that the request names
 */
export function impliedCalls(
  action: string,
  tagged: boolean,
  resource: Declared,
  targets: readonly string[],
  world: DeclaredWorld,
): readonly Call[] {
  return [
    ...(tagged ? tagCalls(action, resource, targets) : []),
    ...passCalls(action, resource, world),
    ...(services[action]?.(resource, world) ?? []),
  ];
}

function tagCalls(action: string, resource: Declared, targets: readonly string[]): readonly Call[] {
  const [service = "", name = ""] = action.split(":");
  const profile = name.includes("InstanceProfile");
  const tag = profile ? "iam:TagInstanceProfile" : tagging[service];
  if (tag === undefined || tag === action) return [];
  // What is made is tagged, also where the request can't name it yet.
  const made =
    resource.arn !== undefined && (targets.includes(resource.arn) || targets[0] === "*")
      ? [resource.arn]
      : [];
  const key = createActionKeys[service];
  return made.map((arn) => ({
    action: tag,
    // The Service Authorization Reference has load balancers alone under AddTags.
    resource:
      tag === "elasticloadbalancing:AddTags"
        ? arn.replace(/:(listener|listener-rule|targetgroup)\//, ":loadbalancer/")
        : arn,
    context: { ...requestTags(resource), ...(key === undefined ? {} : { [key]: name }) },
  }));
}

/** `iam:PassRole` for the roles that a request hands to a service (IAM User Guide, "Grant a user permissions to pass a role"). */
function passCalls(action: string, { outputs, type }: Declared, world: DeclaredWorld): readonly Call[] {
  const pass = (role: unknown, service: string): readonly Call[] =>
    typeof role === "string" && role.startsWith("arn:")
      ? [{ action: "iam:PassRole", resource: role, context: { "iam:PassedToService": service } }]
      : [];
  if (action === "ecs:RegisterTaskDefinition")
    return [outputs["taskRoleArn"], outputs["executionRoleArn"]].flatMap((role) =>
      pass(role, "ecs-tasks.amazonaws.com"),
    );
  if (/^ecs:(Create|Update)Service$/.test(action))
    return listOf(outputs["loadBalancers"])
      .map((balancer) => recordOf(recordOf(balancer)["advancedConfiguration"])["roleArn"])
      .flatMap((role) => pass(role, "ecs.amazonaws.com"));
  if (/^scheduler:(Create|Update)Schedule$/.test(action))
    return pass(recordOf(outputs["target"])["roleArn"], "scheduler.amazonaws.com");
  if (/^states:(Create|Update)StateMachine$/.test(action))
    return pass(outputs["roleArn"], "states.amazonaws.com");
  if (action === "events:PutTargets") return pass(outputs["roleArn"], "events.amazonaws.com");
  if (action === "iam:AddRoleToInstanceProfile")
    return pass(roleNamed(outputs["role"], world), "ec2.amazonaws.com");
  if (type === "aws:autoscaling/group:Group" && /:(Create|Update)AutoScalingGroup$/.test(action))
    return pass(roleOfTemplate(outputs, world), "ec2.amazonaws.com");
  return [];
}

function roleNamed(name: unknown, world: DeclaredWorld): string | undefined {
  return world.resources.find(({ type, id }) => type === "aws:iam/role:Role" && id === name)?.arn;
}

/** The role of the instance profile of a group's launch template. */
function roleOfTemplate(group: Declared["outputs"], world: DeclaredWorld): string | undefined {
  const id = recordOf(group["launchTemplate"])["id"];
  const template = world.resources.find((other) => other.id === id)?.outputs ?? {};
  const profile = world.byArn(recordOf(template["iamInstanceProfile"])["arn"]);
  return profile === undefined ? undefined : roleNamed(profile.outputs["role"], world);
}

type Implied = (resource: Declared, world: DeclaredWorld) => readonly Call[];

/** What services do in the caller's name, by the pages of each. */
const services: Readonly<Record<string, Implied>> = {
  // EC2 Auto Scaling User Guide, "Control Amazon EC2 launch template usage": the caller must be allowed RunInstances.
  "autoscaling:CreateAutoScalingGroup": (resource) => [
    { action: "ec2:RunInstances", resource: ofEc2("instance/*"), context: {} },
    ...listOf(resource.outputs["vpcZoneIdentifiers"]).map((id) => ({
      action: "ec2:RunInstances",
      resource: ofEc2(`subnet/${textOf(id)}`),
    })),
  ],
  // AmazonEventBridgeFullAccess, "SecretsManagerAccessForApiDestinations" (AWS managed policy reference).
  "events:CreateConnection": (resource) => [
    ...["CreateSecret", "DescribeSecret", "GetSecretValue", "PutSecretValue"].map((name) =>
      ofConnection(resource, name),
    ),
    {
      action: "iam:CreateServiceLinkedRole",
      resource:
        "arn:aws:iam::123456789012:role/aws-service-role/apidestinations.events.amazonaws.com/AWSServiceRoleForAmazonEventBridgeApiDestinations",
      context: { "iam:AWSServiceName": "apidestinations.events.amazonaws.com" },
    },
  ],
  "events:UpdateConnection": (resource) => [ofConnection(resource, "UpdateSecret")],
  "events:DeleteConnection": (resource) => [ofConnection(resource, "DeleteSecret")],
  // AWS Cloud Map Developer Guide, "AWS Cloud Map API permissions reference".
  "servicediscovery:CreatePrivateDnsNamespace": () => [
    { action: "route53:CreateHostedZone", resource: "*" },
    { action: "ec2:DescribeVpcs", resource: "*" },
    { action: "ec2:DescribeRegions", resource: "*" },
  ],
  "servicediscovery:DeleteNamespace": () => [
    { action: "route53:DeleteHostedZone", resource: "arn:aws:route53:::hostedzone/Z0OFTHENAMESPACE" },
  ],
  "servicediscovery:RegisterInstance": (resource, world) => recordChange(resource, world),
  "servicediscovery:DeregisterInstance": (resource, world) => recordChange(resource, world),
};

function ofConnection({ id }: Declared, name: string): Call {
  return {
    action: `secretsmanager:${name}`,
    resource: `arn:aws:secretsmanager:us-east-1:123456789012:secret:events!connection/${id}/0123-AbCdEf`,
  };
}

function recordChange(resource: Declared, world: DeclaredWorld): readonly Call[] {
  const namespace = world.resources.find(({ type }) => type.includes("privateDnsNamespace"));
  return [
    {
      action: "route53:ChangeResourceRecordSets",
      resource: "arn:aws:route53:::hostedzone/Z0OFTHENAMESPACE",
      context: {
        "route53:ChangeResourceRecordSetsNormalizedRecordNames": [
          `${textOf(resource.outputs["instanceId"])}.${textOf(namespace?.outputs["name"])}`,
        ],
        "route53:ChangeResourceRecordSetsRecordTypes": ["CNAME"],
        "route53:ChangeResourceRecordSetsActions": ["UPSERT"],
      },
    },
  ];
}

function ofEc2(rest: string): string {
  return `arn:aws:ec2:us-east-1:123456789012:${rest}`;
}
