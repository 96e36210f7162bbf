/** IAM. Lengths and characters: "IAM and AWS STS quotas". */
import { ref, refusal, type Making, type NameRule, type ResourceType } from "../resource-type";
import { inRange, jsonText, tokens } from "./common";
import { textOf } from "../values";

/** Policies of AWS, and the boundary that the bootstrap stack made. */
const outsidePolicy = /^arn:aws:iam::(aws|\d{12}):policy\//;
const attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const inlinePolicy = "aws:iam/rolePolicy:RolePolicy";
/** "Managed policies attached to an IAM role". */
const policiesPerRole = 10;

function iamName(maximum: number, unique?: NameRule["unique"]): NameRule {
  return {
    property: "name",
    maximum,
    pattern: /^[\w+=,.@-]+$/,
    says: "letters, digits and +=,.@_-",
    ...(unique === undefined ? {} : { unique }),
  };
}

function iamArn(making: Making, kind: string): string {
  return `arn:aws:iam::${making.world.accountId}:${kind}${making.text("path") || "/"}${making.text("name")}`;
}

const created = "2026-01-01T00:00:00Z";

export const iam: readonly ResourceType[] = [
  {
    token: tokens.role,
    name: iamName(64),
    replaces: ["path"],
    references: [
      ref("permissionsBoundary", tokens.policy, outsidePolicy),
      ref("managedPolicyArns[]", tokens.policy, outsidePolicy),
    ],
    id: (making) => making.text("name"),
    check: (inputs) => [
      ...jsonText(inputs, "assumeRolePolicy", 2048),
      ...inRange(inputs, "maxSessionDuration", 3600, 43_200),
      ...(textOf(inputs["description"]).length > 1000
        ? [refusal("description", "at most 1000 characters")]
        : []),
    ],
    heldBy: [attachment, inlinePolicy, tokens.instanceProfile],
    outputs: (making) => ({
      arn: iamArn(making, "role"),
      uniqueId: `AROA${making.hex(16).toUpperCase()}`,
      createDate: created,
    }),
  },
  {
    token: inlinePolicy,
    name: iamName(128, (inputs) => textOf(inputs["role"])),
    replaces: ["role"],
    references: [ref("role", tokens.role)],
    id: (making) => `${making.text("role")}:${making.text("name")}`,
    check: (inputs) => jsonText(inputs, "policy", 10_240),
  },
  {
    token: attachment,
    replaces: ["role", "policyArn"],
    references: [ref("role", tokens.role), ref("policyArn", tokens.policy, outsidePolicy)],
    id: (making) => `${making.text("role")}-${making.hex(26)}`,
    conflicts: (inputs, world, self) => {
      const others = world
        .all(attachment)
        .filter(({ id, outputs }) => id !== self && outputs["role"] === inputs["role"]);
      return others.length < policiesPerRole
        ? []
        : [refusal("role", `a role takes ${policiesPerRole} managed policies (LimitExceeded)`)];
    },
  },
  {
    token: tokens.instanceProfile,
    name: iamName(128),
    replaces: ["path"],
    references: [ref("role", tokens.role)],
    id: (making) => making.text("name"),
    heldBy: ["aws:ec2/instance:Instance"],
    outputs: (making) => ({
      arn: iamArn(making, "instance-profile"),
      uniqueId: `AIPA${making.hex(16).toUpperCase()}`,
      createDate: created,
    }),
  },
  {
    token: tokens.policy,
    name: iamName(128),
    replaces: ["path", "description"],
    id: (making) => iamArn(making, "policy"),
    check: (inputs) => jsonText(inputs, "policy", 6144),
    heldBy: [attachment, tokens.role],
    outputs: (making, id) => ({
      arn: id,
      policyId: `ANPA${making.hex(16).toUpperCase()}`,
      attachmentCount: 0,
    }),
  },
];
