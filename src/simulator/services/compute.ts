/** EC2's machines and firewalls: instances, launch templates, interfaces, security groups, groups of machines. */
import type { Properties, Refusal } from "../cloud/cloud";
import { formatAddress } from "../awsx/cidr";
import { ref, type ResourceType, type World } from "../cloud/resource-type";
import { machineRules as rules } from "../rules/network";
import { listOf, numberOf, recordOf, same, textOf } from "../cloud/values";
import {
  arnOf,
  arnOutput,
  ec2Id,
  groupReference,
  subnetReference,
  tokens,
  vpcReference,
  zonesOf,
} from "./common";
import { interfaceOwners } from "./network";
import { weightOf } from "../cloud/prefix-lists";
import { partitionOf } from "../../partitions";

const ingressRule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const egressRule = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const launchTemplate = "aws:ec2/launchTemplate:LaunchTemplate";
/** Quota "Inbound or outbound rules per security group". */
const rulesPerGroup = 60;
/** "User data is limited to 16 KB, in raw form" (EC2 guide); here in base64 or raw, whichever was given. */
const userDataLimit = 16_384;

function portsProblem(inputs: Properties, at: string): readonly Refusal[] {
  const from = numberOf(inputs["fromPort"]);
  const to = numberOf(inputs["toPort"]);
  if (from === undefined || to === undefined) return [];
  const inside = [from, to].every((port) => port >= -1 && port <= 65_535);
  return rules.ports.unless(inside && from <= to, at, () => `${from} to ${to} is no range of ports`);
}

const ruleSources = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"] as const;

function checkRule(inputs: Properties): readonly Refusal[] {
  const set = ruleSources.filter((source) => inputs[source] !== undefined);
  return [
    ...portsProblem(inputs, "toPort"),
    ...rules.oneSource.unless(
      set.length <= 1,
      set[1] ?? "",
      () => `${set.join(" and ")} can't both be given`,
    ),
  ];
}

/** Two rules with the same ports and source (InvalidPermission.Duplicate), and more rules than the quota. */
function ruleConflicts(token: string): NonNullable<ResourceType["conflicts"]> {
  const parts = ["securityGroupId", "ipProtocol", "fromPort", "toPort", ...ruleSources];
  return (inputs: Properties, world: World, self: string | undefined) => {
    const siblings = world
      .all(token)
      .filter(({ id, outputs }) => id !== self && outputs["securityGroupId"] === inputs["securityGroupId"]);
    const taken = [inputs, ...siblings.map(({ outputs }) => outputs)].reduce(
      (sum, { prefixListId }) => sum + weightOf(world.region, prefixListId),
      0,
    );
    const twin = siblings.find(({ outputs }) => parts.every((part) => same(outputs[part], inputs[part])));
    return [
      ...rules.sameRule.unless(twin === undefined, "securityGroupId", () => {
        return "the same rule exists (InvalidPermission.Duplicate)";
      }),
      ...rules.groupRules.unless(taken <= rulesPerGroup, "securityGroupId", () => {
        return `more than ${rulesPerGroup} rules (RulesPerSecurityGroupLimitExceeded)`;
      }),
    ];
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

const instanceTypes = /^[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|metal|\d*xlarge|metal-\d+xl)$/;

function checkMachine(inputs: Properties): readonly Refusal[] {
  const size = inputs["instanceType"];
  const image = inputs["ami"] ?? inputs["imageId"];
  const groups = listOf(inputs["vpcSecurityGroupIds"]).length;
  const large = ["userData", "userDataBase64"].filter(
    (property) => textOf(inputs[property]).length > userDataLimit * (property === "userData" ? 1 : 1.4),
  );
  return [
    ...rules.instanceType.unless(typeof size !== "string" || instanceTypes.test(size), "instanceType", () => {
      return `'${String(size)}' is no instance type (InvalidParameterValue)`;
    }),
    ...rules.image.unless(
      typeof image !== "string" || /^(ami-[0-9a-f]{8,17}$|resolve:ssm:)/.test(image),
      inputs["ami"] === undefined ? "imageId" : "ami",
      () => `'${String(image)}' is no image id (InvalidAMIID.Malformed)`,
    ),
    ...large.map((property) => rules.userData.refuse(property, "user data is limited to 16 KB")),
    ...rules.groups.unless(groups <= rules.groups.maximum, "vpcSecurityGroupIds", () => {
      return `${groups} security groups (SecurityGroupsPerInterfaceLimitExceeded)`;
    }),
  ];
}

function checkGroup(inputs: Properties): readonly Refusal[] {
  const [minimum = 0, maximum = Infinity, desired] = ["minSize", "maxSize", "desiredCapacity"].map((name) =>
    numberOf(inputs[name]),
  );
  const between = desired === undefined || (desired >= minimum && desired <= maximum);
  return [
    ...rules.groupSize.unless(minimum >= 0 && minimum <= maximum, "minSize", () => {
      return `${minimum} is less than 0, or more than maxSize ${maximum} (ValidationError)`;
    }),
    ...rules.groupSize.unless(between, "desiredCapacity", () => {
      return `${desired} is not between minSize and maxSize (ValidationError)`;
    }),
  ];
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
      source: "EC2 API: CreateSecurityGroup",
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
      ...rules.description.unless(
        /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/.test(textOf(inputs["description"])),
        "description",
        () => `'${textOf(inputs["description"])}' is not allowed (InvalidParameterValue)`,
      ),
      ...["ingress", "egress"].flatMap((side) =>
        listOf(inputs[side]).flatMap((item, index) => portsProblem(recordOf(item), `${side}[${index}]`)),
      ),
    ],
    usedBy: [...interfaceOwners, ingressRule, egressRule, tokens.securityGroup, launchTemplate],
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
      source: "EC2 API: CreateLaunchTemplate",
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
    name: {
      property: "name",
      maximum: 255,
      pattern: /^[^:]+$/,
      says: "no colons",
      source: "EC2 Auto Scaling API: CreateAutoScalingGroup",
    },
    replaces: ["placementGroup"],
    references: [
      subnetReference("vpcZoneIdentifiers[]"),
      ref("launchTemplate.id", launchTemplate),
      ref("launchTemplate.name", launchTemplate),
      ref("mixedInstancesPolicy.launchTemplate.launchTemplateSpecification.launchTemplateId", launchTemplate),
      ref("targetGroupArns[]", tokens.targetGroup),
    ],
    id: (making) => making.text("name"),
    check: checkGroup,
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
      serviceLinkedRoleArn: `arn:${partitionOf(making.world.region).id}:iam::${making.world.accountId}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
    }),
  },
];
