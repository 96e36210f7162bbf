/** EC2's machines and firewalls: instances, launch templates, interfaces, security groups, groups of machines. */
import type { Properties, Refusal } from "../cloud";
import { formatAddress } from "../cidr";
import { ref, refusal, type ResourceType, type World } from "../resource-type";
import { listOf, numberOf, same, textOf } from "../values";
import {
  arnOf,
  arnOutput,
  ec2Id,
  exactlyOne,
  groupReference,
  inRange,
  subnetReference,
  tokens,
  vpcReference,
  zonesOf,
} from "./common";
import { interfaceOwners } from "./network";

const ingressRule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const egressRule = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const launchTemplate = "aws:ec2/launchTemplate:LaunchTemplate";
/** Quota "Inbound or outbound rules per security group". */
const rulesPerGroup = 60;
/** "User data is limited to 16 KB, in raw form" (EC2 guide); here in base64 or raw, whichever was given. */
const userDataLimit = 16_384;

function ports(inputs: Properties): readonly Refusal[] {
  const from = numberOf(inputs["fromPort"]);
  const to = numberOf(inputs["toPort"]);
  if (from === undefined || to === undefined) return [];
  const outside = [from, to].some((port) => port < -1 || port > 65_535);
  return outside || from > to ? [refusal("toPort", `${from} to ${to} is no range of ports`)] : [];
}

const ruleSources = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"] as const;

function checkRule(inputs: Properties): readonly Refusal[] {
  const set = ruleSources.filter((source) => inputs[source] !== undefined);
  return [...ports(inputs), ...(set.length > 1 ? exactlyOne(inputs, ruleSources) : [])];
}

/** Two rules with the same ports and source (InvalidPermission.Duplicate), and more rules than the quota. */
function ruleConflicts(token: string): NonNullable<ResourceType["conflicts"]> {
  const parts = ["securityGroupId", "ipProtocol", "fromPort", "toPort", ...ruleSources];
  return (inputs: Properties, world: World, self: string | undefined) => {
    const siblings = world
      .all(token)
      .filter(({ id, outputs }) => id !== self && outputs["securityGroupId"] === inputs["securityGroupId"]);
    const problems: Refusal[] = [];
    if (siblings.some(({ outputs }) => parts.every((part) => same(outputs[part], inputs[part])))) {
      problems.push(refusal("securityGroupId", "the same rule exists (InvalidPermission.Duplicate)"));
    }
    if (siblings.length >= rulesPerGroup) {
      problems.push(
        refusal("securityGroupId", `more than ${rulesPerGroup} rules (RulesPerSecurityGroupLimitExceeded)`),
      );
    }
    return problems;
  };
}

function rule(token: string): ResourceType {
  return {
    token,
    replaces: ["securityGroupId"],
    references: [groupReference("securityGroupId"), groupReference("referencedSecurityGroupId")],
    id: ec2Id("sgr"),
    check: checkRule,
    conflicts: ruleConflicts(token),
    outputs: (making, id) => ({
      arn: arnOf(making, "ec2", `security-group-rule/${id}`),
      securityGroupRuleId: id,
    }),
  };
}

function checkMachine(inputs: Properties): readonly Refusal[] {
  const problems: Refusal[] = [];
  const size = inputs["instanceType"];
  if (
    typeof size === "string" &&
    !/^[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|metal|\d*xlarge|metal-\d+xl)$/.test(size)
  ) {
    problems.push(refusal("instanceType", `'${size}' is no instance type (InvalidParameterValue)`));
  }
  const image = inputs["ami"] ?? inputs["imageId"];
  if (typeof image === "string" && !/^(ami-[0-9a-f]{8,17}$|resolve:ssm:)/.test(image)) {
    problems.push(
      refusal(
        inputs["ami"] === undefined ? "imageId" : "ami",
        `'${image}' is no image id (InvalidAMIID.Malformed)`,
      ),
    );
  }
  for (const property of ["userData", "userDataBase64"]) {
    if (textOf(inputs[property]).length > userDataLimit * (property === "userData" ? 1 : 1.4)) {
      problems.push(refusal(property, "user data is limited to 16 KB"));
    }
  }
  return problems;
}

const profiles = ref("iamInstanceProfile", tokens.instanceProfile);

export const compute: readonly ResourceType[] = [
  {
    token: tokens.securityGroup,
    name: {
      property: "name",
      maximum: 255,
      pattern: /^(?!sg-)[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]*$/,
      says: "letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*, not beginning with sg-",
      unique: (inputs) => textOf(inputs["vpcId"]),
    },
    replaces: ["description", "vpcId"],
    references: [
      vpcReference(),
      groupReference("ingress[].securityGroups[]"),
      groupReference("egress[].securityGroups[]"),
    ],
    id: ec2Id("sg"),
    check: (inputs) => [
      ...(/^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/.test(textOf(inputs["description"]))
        ? []
        : [refusal("description", "at most 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*")]),
      ...["ingress", "egress"].flatMap((side) =>
        listOf(inputs[side]).flatMap((item, index) =>
          ports(item as Properties).map(({ message }) => refusal(`${side}[${index}]`, message)),
        ),
      ),
    ],
    heldBy: [...interfaceOwners, ingressRule, egressRule, tokens.securityGroup, launchTemplate],
    outputs: (making, id) => ({
      arn: arnOf(making, "ec2", `security-group/${id}`),
      description: making.inputs["description"] ?? "Managed by Pulumi",
    }),
  },
  {
    token: tokens.defaultSecurityGroup,
    replaces: ["vpcId"],
    references: [vpcReference()],
    id: (making) => {
      const vpc = making.world.find(tokens.vpc, making.inputs["vpcId"]);
      return textOf(vpc?.outputs["defaultSecurityGroupId"]) || `sg-0${making.hex(16)}`;
    },
    outputs: (making, id) => ({
      arn: arnOf(making, "ec2", `security-group/${id}`),
      name: "default",
      description: "default VPC security group",
    }),
  },
  rule(ingressRule),
  rule(egressRule),
  {
    token: "aws:ec2/instance:Instance",
    replaces: [
      "ami",
      "availabilityZone",
      "keyName",
      "subnetId",
      "privateIp",
      "associatePublicIpAddress",
      "tenancy",
      "placementGroup",
      "hibernation",
      "launchTemplate.id",
      "launchTemplate.name",
    ],
    references: [
      subnetReference("subnetId"),
      groupReference("vpcSecurityGroupIds[]"),
      groupReference("securityGroups[]"),
      profiles,
      ref("launchTemplate.id", launchTemplate),
    ],
    id: ec2Id("i"),
    check: checkMachine,
    latency: { create: 30, delete: 40 },
    outputs: (making, id) => {
      const subnet = making.world.find(tokens.subnet, making.inputs["subnetId"])?.outputs;
      const address = formatAddress(0x0a000000 + Number.parseInt(making.hex(4), 16));
      return {
        arn: arnOf(making, "ec2", `instance/${id}`),
        availabilityZone: subnet?.["availabilityZone"] ?? `${making.world.region}a`,
        instanceState: "running",
        primaryNetworkInterfaceId: `eni-0${making.hex(16, "interface")}`,
        privateIp: making.inputs["privateIp"] ?? address,
        privateDns: `ip-${address.replaceAll(".", "-")}.ec2.internal`,
        sourceDestCheck: making.inputs["sourceDestCheck"] ?? true,
        tenancy: making.inputs["tenancy"] ?? "default",
      };
    },
  },
  {
    token: launchTemplate,
    name: {
      property: "name",
      maximum: 128,
      minimum: 3,
      pattern: /^[A-Za-z0-9()./_-]+$/,
      says: "letters, digits and ()./_-",
    },
    replaces: [],
    references: [
      groupReference("vpcSecurityGroupIds[]"),
      groupReference("networkInterfaces[].securityGroups[]"),
      ref("iamInstanceProfile.arn", tokens.instanceProfile),
      ref("iamInstanceProfile.name", tokens.instanceProfile),
    ],
    id: ec2Id("lt"),
    check: checkMachine,
    outputs: (making, id) => ({
      arn: arnOf(making, "ec2", `launch-template/${id}`),
      defaultVersion: 1,
      latestVersion: 1,
    }),
    updated: (outputs, before) => ({
      ...outputs,
      latestVersion: (numberOf(before["latestVersion"]) ?? 1) + 1,
    }),
  },
  {
    token: "aws:ec2/networkInterface:NetworkInterface",
    replaces: ["subnetId", "interfaceType"],
    references: [subnetReference("subnetId"), groupReference("securityGroups[]")],
    id: ec2Id("eni"),
    outputs: arnOutput("ec2", (_, id) => `network-interface/${id}`),
  },
  {
    token: "aws:autoscaling/group:Group",
    name: { property: "name", maximum: 255, pattern: /^[^:]+$/, says: "no colons" },
    replaces: ["placementGroup"],
    references: [
      subnetReference("vpcZoneIdentifiers[]"),
      ref("launchTemplate.id", launchTemplate),
      ref("launchTemplate.name", launchTemplate),
      ref("mixedInstancesPolicy.launchTemplate.launchTemplateSpecification.launchTemplateId", launchTemplate),
      ref("targetGroupArns[]", tokens.targetGroup),
    ],
    id: (making) => making.text("name"),
    check: (inputs) => {
      const [minimum, maximum, desired] = ["minSize", "maxSize", "desiredCapacity"].map((name) =>
        numberOf(inputs[name]),
      );
      const problems = [...inRange(inputs, "minSize", 0, 10_000), ...inRange(inputs, "maxSize", 0, 10_000)];
      if (minimum !== undefined && maximum !== undefined && minimum > maximum) {
        problems.push(refusal("minSize", `${minimum} is more than maxSize ${maximum}`));
      }
      if (desired !== undefined && (desired < (minimum ?? 0) || desired > (maximum ?? desired))) {
        problems.push(refusal("desiredCapacity", `${desired} is not between minSize and maxSize`));
      }
      return problems;
    },
    latency: { create: 60, delete: 180 },
    outputs: (making) => ({
      arn: arnOf(
        making,
        "autoscaling",
        `autoScalingGroup:${making.hex(32)}:autoScalingGroupName/${making.text("name")}`,
      ),
      availabilityZones: [...zonesOf(making, listOf(making.inputs["vpcZoneIdentifiers"]))],
      desiredCapacity: making.inputs["desiredCapacity"] ?? making.inputs["minSize"] ?? 0,
      healthCheckType: making.inputs["healthCheckType"] ?? "EC2",
      defaultCooldown: making.inputs["defaultCooldown"] ?? 300,
      serviceLinkedRoleArn: `arn:aws:iam::${making.world.accountId}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
    }),
  },
];
