/** S3 and EFS. */
import type { Properties, Refusal } from "../cloud/cloud";
import { ref, type ResourceType } from "../cloud/resource-type";
import { accessRules as rules } from "../rules/access";
import { recordOf, textOf } from "../cloud/values";
import { arnOf, groupReference, keyReference, subnetReference, tokens } from "./common";
import { partitionOf } from "../../partitions";

const fileSystem = "aws:efs/fileSystem:FileSystem";
const accessPoint = "aws:efs/accessPoint:AccessPoint";
const mountTarget = "aws:efs/mountTarget:MountTarget";
const objects = ["aws:s3/bucketObject:BucketObject", "aws:s3/bucketObjectv2:BucketObjectv2"];

const bucketReference = ref("bucket", tokens.bucket);

/** What belongs to a bucket and is known by the bucket's name. */
function bucketPart(name: string, ...more: readonly string[]): ResourceType {
  return {
    token: `aws:s3/bucket${name}:Bucket${name}`,
    replaces: ["bucket", ...more],
    references: [bucketReference],
    id: (making) => making.text("bucket"),
    check: (inputs) => rules.bucketPolicy.check(inputs, "policy"),
  };
}

function fileSystemPart(token: string): ResourceType {
  return {
    token,
    replaces: ["fileSystemId"],
    references: [ref("fileSystemId", fileSystem)],
    id: (making) => making.text("fileSystemId"),
    check: (inputs) => rules.filePolicy.check(inputs, "policy"),
  };
}

/** The form of EFS's own model: up to four folders. */
const rootPath = /^(\/|(\/(?!\.)[^$#<>;`|&?{}^*/\n]+){1,4})$/;

function checkAccessPoint(inputs: Properties): readonly Refusal[] {
  const root = recordOf(inputs["rootDirectory"]);
  const [path, owner, user] = [root["path"], recordOf(root["creationInfo"]), recordOf(inputs["posixUser"])];
  return [
    ...rules.accessPath.unless(
      typeof path !== "string" || (rootPath.test(path) && path.length <= 100),
      "rootDirectory.path",
      () => `'${String(path)}' is no path of at most four folders and 100 characters (ValidationException)`,
    ),
    ...rules.accessMode.unless(
      typeof owner["permissions"] !== "string" || /^[0-7]{3,4}$/.test(owner["permissions"]),
      "rootDirectory.creationInfo.permissions",
      () => `'${String(owner["permissions"])}' is no octal mode`,
    ),
    ...["uid", "gid"].flatMap((id) => rules.accessUser.check(user, id, `posixUser.${id}`)),
    ...["ownerUid", "ownerGid"].flatMap((id) =>
      rules.accessUser.check(owner, id, `rootDirectory.creationInfo.${id}`),
    ),
  ];
}

export const storage: readonly ResourceType[] = [
  {
    token: tokens.bucket,
    name: {
      property: "bucket",
      maximum: 63,
      minimum: 3,
      pattern: /^(?!xn--|sthree-|amzn-s3-demo-)(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]*[a-z0-9]$/,
      says: "lower-case letters, digits, dots and hyphens, a letter or digit at both ends",
      source: "Amazon S3 User Guide: Bucket naming rules",
      lower: true,
    },
    replaces: ["objectLockEnabled"],
    id: (making) => making.text("bucket"),
    refusesDelete: ({ id, outputs }, world) =>
      outputs["forceDestroy"] !== true &&
      objects.some((token) => world.all(token).some((object) => object.outputs["bucket"] === id))
        ? "BucketNotEmpty: the bucket you tried to delete is not empty"
        : undefined,
    outputs: (making, id) => ({
      arn: `arn:${partitionOf(making.world.region).id}:s3:::${id}`,
      bucketDomainName: `${id}.s3.${partitionOf(making.world.region).dnsSuffix}`,
      bucketRegionalDomainName: `${id}.s3.${making.world.region}.${partitionOf(making.world.region).dnsSuffix}`,
      bucketRegion: making.world.region,
      hostedZoneId: "Z3AQBSTGFYJSTF",
      requestPayer: "BucketOwner",
    }),
  },
  bucketPart("PublicAccessBlock"),
  bucketPart("Policy"),
  bucketPart("OwnershipControls"),
  bucketPart("ServerSideEncryptionConfiguration", "expectedBucketOwner"),
  bucketPart("LifecycleConfiguration", "expectedBucketOwner"),
  bucketPart("Versioning", "expectedBucketOwner"),
  ...objects.map((token): ResourceType => ({
    token,
    replaces: ["bucket", "key"],
    references: [bucketReference, keyReference("kmsKeyId")],
    id: (making) =>
      token.endsWith("v2") ? `${making.text("bucket")}/${making.text("key")}` : making.text("key"),
    outputs: (making) => ({
      arn: `arn:${partitionOf(making.world.region).id}:s3:::${making.text("bucket")}/${making.text("key")}`,
      etag: making.hex(32),
      storageClass: "STANDARD",
      contentType: making.inputs["contentType"] ?? "application/octet-stream",
    }),
  })),
  {
    token: fileSystem,
    replaces: ["availabilityZoneName", "creationToken", "encrypted", "kmsKeyId", "performanceMode"],
    references: [keyReference("kmsKeyId")],
    id: (making) => `fs-0${making.hex(16)}`,
    check: (inputs) => [
      ...rules.performance.check(inputs, "performanceMode"),
      ...rules.throughput.check(inputs, "throughputMode"),
    ],
    usedBy: [mountTarget],
    latency: { create: 8 },
    outputs: (making, id) => ({
      arn: arnOf(making, "elasticfilesystem", `file-system/${id}`),
      creationToken: making.text("creationToken") || `terraform-${making.hex(26)}`,
      dnsName: `${id}.efs.${making.world.region}.${partitionOf(making.world.region).dnsSuffix}`,
      performanceMode: making.inputs["performanceMode"] ?? "generalPurpose",
    }),
  },
  {
    token: accessPoint,
    replaces: ["fileSystemId", "posixUser", "rootDirectory"],
    references: [ref("fileSystemId", fileSystem)],
    id: (making) => `fsap-0${making.hex(16)}`,
    check: checkAccessPoint,
    outputs: (making, id) => ({
      arn: arnOf(making, "elasticfilesystem", `access-point/${id}`),
      fileSystemArn: arnOf(making, "elasticfilesystem", `file-system/${making.text("fileSystemId")}`),
    }),
  },
  {
    token: mountTarget,
    replaces: ["fileSystemId", "subnetId", "ipAddress", "ipAddressType"],
    references: [
      ref("fileSystemId", fileSystem),
      subnetReference("subnetId"),
      groupReference("securityGroups[]"),
    ],
    id: (making) => `fsmt-0${making.hex(16)}`,
    conflicts: (inputs, world, self) => {
      const zoneOf = (subnet: unknown): string =>
        textOf(world.find(tokens.subnet, subnet)?.outputs["availabilityZone"]);
      const zone = zoneOf(inputs["subnetId"]);
      const taken = world
        .all(mountTarget)
        .some(
          ({ id, outputs }) =>
            id !== self &&
            outputs["fileSystemId"] === inputs["fileSystemId"] &&
            zoneOf(outputs["subnetId"]) === zone,
        );
      return rules.mountZone.unless(!taken, "subnetId", () => {
        return `a mount target exists in ${zone} already (MountTargetConflict)`;
      });
    },
    latency: { create: 90, delete: 10 },
    outputs: (making) => {
      const subnet = making.world.find(tokens.subnet, making.inputs["subnetId"])?.outputs;
      const host = `${making.text("fileSystemId")}.efs.${making.world.region}.${partitionOf(making.world.region).dnsSuffix}`;
      return {
        availabilityZoneName: textOf(subnet?.["availabilityZone"]),
        availabilityZoneId: textOf(subnet?.["availabilityZoneId"]),
        dnsName: host,
        mountTargetDnsName: `${textOf(subnet?.["availabilityZone"])}.${host}`,
        fileSystemArn: arnOf(making, "elasticfilesystem", `file-system/${making.text("fileSystemId")}`),
        networkInterfaceId: `eni-0${making.hex(16, "interface")}`,
      };
    },
  },
  fileSystemPart("aws:efs/fileSystemPolicy:FileSystemPolicy"),
  fileSystemPart("aws:efs/backupPolicy:BackupPolicy"),
];
