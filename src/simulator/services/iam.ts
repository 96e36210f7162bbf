/** IAM. Lengths and characters: "IAM and AWS STS quotas". */
import { ref, type Making, type NameRule, type ResourceType } from "../cloud/resource-type";
import { accessRules as rules } from "../rules/access";
import { tokens } from "./common";
import { textOf } from "../cloud/values";
import { partitionOf } from "../../partitions";

/** Policies of AWS, and the boundary that the bootstrap stack made. */
const outsidePolicy = /^arn:aws[a-z-]*:iam::(aws|\d{12}):policy\//;
const attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const inlinePolicy = "aws:iam/rolePolicy:RolePolicy";
/** "Managed policies attached to an IAM role". */
const policiesPerRole = 10;

function iamName(maximum: number, call: string, unique?: NameRule["unique"]): NameRule {
  return {
    property: "name",
    maximum,
    pattern: /^[\w+=,.@-]+$/,
    says: "letters, digits and +=,.@_-",
    source: `IAM API: ${call}`,
    ...(unique === undefined ? {} : { unique }),
  };
}

function iamArn(making: Making, kind: string): string {
  return `arn:${partitionOf(making.world.region).id}:iam::${making.world.accountId}:${kind}${making.text("path") || "/"}${making.text("name")}`;
}

const created = "2026-01-01T00:00:00Z";

export const iam: readonly ResourceType[] = [
  {
    token: tokens.role,
    name: iamName(64, "CreateRole"),
    replaces: ["path"],
    references: [
      ref("permissionsBoundary", tokens.policy, outsidePolicy),
      ref("managedPolicyArns[]", tokens.policy, outsidePolicy),
    ],
    id: (making) => making.text("name"),
    check: (inputs) => [
      ...rules.trust.check(inputs, "assumeRolePolicy"),
      ...rules.session.check(inputs, "maxSessionDuration"),
      ...rules.roleDescription.unless(textOf(inputs["description"]).length <= 1000, "description", () => {
        return "it has more than 1000 characters (ValidationError)";
      }),
    ],
    usedBy: [attachment, inlinePolicy, tokens.instanceProfile],
    outputs: (making) => ({
      arn: iamArn(making, "role"),
      uniqueId: `AROA${making.hex(16).toUpperCase()}`,
      createDate: created,
    }),
  },
  {
    token: inlinePolicy,
    name: iamName(128, "PutRolePolicy", (inputs) => textOf(inputs["role"])),
    replaces: ["role"],
    references: [ref("role", tokens.role)],
    id: (making) => `${making.text("role")}:${making.text("name")}`,
    check: (inputs) => rules.inlinePolicy.check(inputs, "policy"),
  },
  {
    token: attachment,
    replaces: ["role", "policyArn"],
    references: [ref("role", tokens.role), ref("policyArn", tokens.policy, outsidePolicy)],
    id: (making) => `${making.text("role")}-${making.hex(26)}`,
    importId: (outputs) => `${textOf(outputs["role"])}/${textOf(outputs["policyArn"])}`,
    conflicts: (inputs, world, self) => {
      const partition = textOf(inputs["policyArn"]).split(":")[1] ?? "";
      const own = partitionOf(world.region).id;
      const others = world
        .all(attachment)
        .filter(({ id, outputs }) => id !== self && outputs["role"] === inputs["role"]);
      return [
        ...rules.partition.unless(partition === "" || partition === own, "policyArn", () => {
          return `it is one of ${partition}, and the role of ${own} (NoSuchEntity)`;
        }),
        ...rules.attachments.unless(others.length < policiesPerRole, "role", () => {
          return `policy ${others.length + 1} of a role that accepts ${policiesPerRole} (LimitExceeded)`;
        }),
      ];
    },
  },
  {
    token: tokens.instanceProfile,
    name: iamName(128, "CreateInstanceProfile"),
    replaces: ["path"],
    references: [ref("role", tokens.role)],
    id: (making) => making.text("name"),
    usedBy: ["aws:ec2/instance:Instance"],
    outputs: (making) => ({
      arn: iamArn(making, "instance-profile"),
      uniqueId: `AIPA${making.hex(16).toUpperCase()}`,
      createDate: created,
    }),
  },
  {
    token: tokens.policy,
    name: iamName(128, "CreatePolicy"),
    replaces: ["path", "description"],
    id: (making) => iamArn(making, "policy"),
    check: (inputs) => rules.managedPolicy.check(inputs, "policy"),
    usedBy: [attachment, tokens.role],
    outputs: (making, id) => ({
      arn: id,
      policyId: `ANPA${making.hex(16).toUpperCase()}`,
      attachmentCount: 0,
    }),
  },
];
