/** What IAM, KMS, Parameter Store, Secrets Manager, S3 and EFS refuse. */
import { ChoiceRule, DocumentRule, RangeRule, Rule } from "./rule";

const iamQuotas = "IAM User Guide: IAM and AWS STS quotas";
const putParameter = "Systems Manager API: PutParameter";
const accessPoint = "Amazon EFS API: CreateAccessPoint";

export const accessRules = {
  trust: new DocumentRule("trust policy of a role", 2048, iamQuotas),
  inlinePolicy: new DocumentRule("inline policy of a role", 10_240, iamQuotas),
  managedPolicy: new DocumentRule("managed policy", 6144, iamQuotas),
  session: new RangeRule("session of a role, in seconds", 3600, 43_200, "IAM API: CreateRole"),
  roleDescription: new Rule({
    what: "description of a role, in characters",
    limit: "1000",
    source: "IAM API: CreateRole",
    fix: "write less",
  }),
  attachments: new Rule({
    what: "managed policies of a role",
    limit: "10",
    source: iamQuotas,
    fix: "name fewer policies under x-policies, or put them into one",
  }),
  partition: new Rule({
    what: "partition of a role's policy",
    limit: "the role's own: arn:aws: in most regions, arn:aws-cn: in China, arn:aws-us-gov: in GovCloud",
    source: "IAM User Guide: IAM identifiers, Amazon Resource Names",
    fix: "begin the ARN with the partition of the region, or name the policy alone where it is the account's own",
  }),
  parameterType: new ChoiceRule(
    "type of a parameter",
    ["String", "StringList", "SecureString"],
    putParameter,
  ),
  parameterTier: new ChoiceRule(
    "tier of a parameter",
    ["Standard", "Advanced", "Intelligent-Tiering"],
    putParameter,
  ),
  parameterSize: new Rule({
    what: "value of a parameter, in bytes",
    limit: "4096 in the standard tier, 8192 in the advanced one",
    source: "Systems Manager User Guide: Managing parameter tiers",
    fix: "use a shorter value, or divide it",
  }),
  parameterSlash: new Rule({
    what: "levels of a parameter's name",
    limit: "a name with levels begins with /, and has 15 at most",
    source: putParameter,
    fix: "begin the name with /",
  }),
  parameterReserved: new Rule({
    what: "first word of a parameter's name",
    limit: "not aws, not ssm",
    source: putParameter,
    fix: "use another name",
  }),
  secretRecovery: new RangeRule(
    "days in which a deleted secret can be had back",
    0,
    30,
    "Secrets Manager API: DeleteSecret",
  ),
  keyPolicy: new DocumentRule(
    "policy of a key",
    32_768,
    "AWS KMS Developer Guide: Quotas, key policy document size",
  ),
  keyDeletion: new RangeRule("days until a key is deleted", 7, 30, "AWS KMS API: ScheduleKeyDeletion"),
  bucketPolicy: new DocumentRule("policy of a bucket", 20_480, "Amazon S3 User Guide: Bucket policies"),
  performance: new ChoiceRule(
    "performance mode of a file system",
    ["generalPurpose", "maxIO"],
    "Amazon EFS API: CreateFileSystem",
  ),
  throughput: new ChoiceRule(
    "throughput mode of a file system",
    ["bursting", "provisioned", "elastic"],
    "Amazon EFS API: CreateFileSystem",
  ),
  filePolicy: new DocumentRule("policy of a file system", 20_000, "Amazon EFS API: PutFileSystemPolicy"),
  mountZone: new Rule({
    what: "mount targets of a file system",
    limit: "one in each zone",
    source: "Amazon EFS API: CreateMountTarget",
    fix: "name one subnet of each zone",
  }),
  accessPath: new Rule({
    what: "root directory of an access point",
    limit: "1 to 100 characters, at most four folders deep",
    source: accessPoint,
    fix: "use a shorter name for the volume",
  }),
  accessMode: new Rule({
    what: "permissions of an access point's root directory",
    limit: "three or four octal digits",
    source: "Amazon EFS API: CreationInfo",
    fix: "write a mode such as 0755",
  }),
  accessUser: new RangeRule("user and group of an access point", 0, 4_294_967_295, accessPoint),
} as const;
