/** Parameter Store, Secrets Manager and KMS. */
import type { Properties, Refusal } from "../cloud/cloud";
import { ref, type ResourceType } from "../cloud/resource-type";
import { accessRules as rules } from "../rules/access";
import { numberOf, textOf } from "../cloud/values";
import { arnOf, keyReference, tokens } from "./common";

const secret = "aws:secretsmanager/secret:Secret";
/** Sizes of a parameter's value in the standard and the advanced tier, in bytes. */
const standardValue = 4096;
const advancedValue = 8192;

/** "Hierarchies are limited to a maximum of fifteen levels" (PutParameter). */
const levels = 15;

function checkParameter(inputs: Properties): readonly Refusal[] {
  const limit = inputs["tier"] === "Advanced" ? advancedValue : standardValue;
  const size = Buffer.byteLength(textOf(inputs["value"]));
  const name = textOf(inputs["name"]);
  const parts = name.split("/").length - 1;
  return [
    ...rules.parameterType.check(inputs, "type"),
    ...rules.parameterTier.check(inputs, "tier"),
    ...rules.parameterSize.unless(size <= limit, "value", () => {
      return `${size} bytes; this tier accepts ${limit} (ValidationException)`;
    }),
    ...rules.parameterSlash.unless(parts === 0 || (name.startsWith("/") && parts <= levels), "name", () => {
      return `'${name}': a name with levels has to begin with /, and has ${levels} at most (ValidationException)`;
    }),
    ...rules.parameterReserved.unless(!/^\/?(aws|ssm)/i.test(name), "name", () => {
      return `'${name}': names don't begin with aws or ssm (ValidationException)`;
    }),
  ];
}

export const secrets: readonly ResourceType[] = [
  {
    token: "aws:ssm/parameter:Parameter",
    name: {
      property: "name",
      maximum: 1011,
      pattern: /^[A-Za-z0-9_.\-/]+$/,
      says: "letters, digits and _.-/",
      source: "Systems Manager API: PutParameter",
    },
    replaces: ["dataType"],
    references: [keyReference("keyId")],
    id: (making) => making.text("name"),
    check: checkParameter,
    outputs: (making, id) => ({
      arn: arnOf(making, "ssm", `parameter${id.startsWith("/") ? "" : "/"}${id}`),
      dataType: making.inputs["dataType"] ?? "text",
      tier: making.inputs["tier"] ?? "Standard",
      version: 1,
    }),
    updated: (outputs, before) => ({ ...outputs, version: (numberOf(before["version"]) ?? 1) + 1 }),
  },
  {
    token: secret,
    name: {
      property: "name",
      maximum: 512,
      pattern: /^[A-Za-z0-9/_+=.@-]+$/,
      says: "letters, digits and /_+=.@-",
      source: "Secrets Manager API: CreateSecret",
    },
    replaces: [],
    references: [keyReference("kmsKeyId")],
    id: (making) => arnOf(making, "secretsmanager", `secret:${making.text("name")}-${making.hex(6)}`),
    check: (inputs) => rules.secretRecovery.check(inputs, "recoveryWindowInDays"),
    outputs: (_, id) => ({ arn: id }),
  },
  {
    token: "aws:secretsmanager/secretVersion:SecretVersion",
    replaces: ["secretId", "secretString", "secretBinary"],
    references: [ref("secretId", secret)],
    id: (making) => `${making.text("secretId")}|terraform-${making.hex(26)}`,
    outputs: (making) => ({
      arn: making.text("secretId"),
      secretArn: making.text("secretId"),
      versionId: `terraform-${making.hex(26)}`,
      versionStages: ["AWSCURRENT"],
    }),
  },
  {
    token: tokens.key,
    replaces: ["customerMasterKeySpec", "keyUsage", "multiRegion", "customKeyStoreId"],
    id: (making) => {
      const digits = making.hex(32);
      return [
        digits.slice(0, 8),
        digits.slice(8, 12),
        digits.slice(12, 16),
        digits.slice(16, 20),
        digits.slice(20),
      ].join("-");
    },
    check: (inputs) => [
      ...rules.keyPolicy.check(inputs, "policy"),
      ...rules.keyDeletion.check(inputs, "deletionWindowInDays"),
    ],
    latency: { create: 5 },
    outputs: (making, id) => ({
      arn: arnOf(making, "kms", `key/${id}`),
      keyId: id,
      description: making.inputs["description"] ?? "",
      rotationPeriodInDays: making.inputs["enableKeyRotation"] === true ? 365 : 0,
    }),
  },
  {
    token: "aws:kms/alias:Alias",
    name: {
      property: "name",
      maximum: 256,
      pattern: /^alias\/(?!aws\/)[A-Za-z0-9/_-]+$/,
      says: "alias/ and letters, digits, /, _ and -",
      source: "AWS KMS API: CreateAlias",
      auto: false,
    },
    replaces: [],
    references: [keyReference("targetKeyId")],
    id: (making) => making.text("name"),
    outputs: (making, id) => ({
      arn: arnOf(making, "kms", id),
      targetKeyArn:
        textOf(making.world.find(tokens.key, making.inputs["targetKeyId"])?.outputs["arn"]) ||
        making.text("targetKeyId"),
    }),
  },
];
