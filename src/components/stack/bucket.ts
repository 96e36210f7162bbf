/** A closed bucket: no public access, encrypted, TLS only, its objects gone after a while. */
import { Bucket } from "@pulumi/aws/s3/bucket";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration";
import * as pulumi from "@pulumi/pulumi";
import { nameLimits, physicalName } from "../../model/naming";
import { policyDocument, type Statement } from "./iam";
import type { Scope } from "./scope";

/** Only buckets that begin so may the CD task of `stacks/bootstrap.yaml` make and change. */
const namePrefix = "berth";

export interface ClosedBucketArgs {
  readonly scope: Scope;
  /** What the name ends with; bucket names are one space for all accounts, so account and region come before it. */
  readonly suffix: string;
  /** Days after which an object goes. @default it stays */
  readonly expiry?: number;
  /** Whether a destroy may delete the objects too. */
  readonly disposable: boolean;
  /** By which the user names its content, where that must not go unasked. @default it has no data to keep */
  readonly holds?: string;
  /** What else the bucket's policy says, given the bucket's ARN. @default nothing */
  readonly statements?: (bucketArn: string) => readonly Statement[];
  /** What its name says before the project: by it the policy of those who deploy knows it. @default nothing */
  readonly kind?: "sites";
  /** The compose service that it is for alone. */
  readonly service?: string;
}

/** A bucket that has no policy yet. */
export interface OpenBucket extends Omit<ClosedBucket, "policy"> {
  readonly arn: string;
  /** Has to be there before the policy. */
  readonly block: BucketPublicAccessBlock;
}

/** A bucket under its own name, and the policy to wait for before others write to it. */
export interface ClosedBucket {
  readonly bucket: Bucket;
  readonly policy: BucketPolicy;
  readonly name: string;
}

export function closedBucket(name: string, args: ClosedBucketArgs, parent: pulumi.Resource): ClosedBucket {
  const made = bucketWithoutPolicy(name, args, parent);
  return { ...made, policy: bucketPolicy(name, made, args.statements?.(made.arn) ?? [], parent) };
}

/** For whom the policy has to name what does not exist before the bucket: {@link bucketPolicy} follows. */
export function bucketWithoutPolicy(
  name: string,
  args: Omit<ClosedBucketArgs, "statements">,
  parent: pulumi.Resource,
): OpenBucket {
  const { scope } = args;
  const { project, stack, accountId, region } = scope;
  const kind = args.kind === undefined ? [] : [args.kind];
  const parts = [namePrefix, ...kind, project, stack, accountId, region, args.suffix];
  const bucketName = physicalName(parts, nameLimits.bucket);
  const arn = `arn:${scope.partition}:s3:::${bucketName}`;
  const bucket = new Bucket(
    name,
    { bucket: bucketName, forceDestroy: args.disposable, tags: scope.tags(args.service) },
    { parent, ...(args.holds === undefined ? {} : scope.holds(args.holds)) },
  );
  const block = new BucketPublicAccessBlock(
    `${name}-block`,
    {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    { parent },
  );
  new BucketServerSideEncryptionConfiguration(
    name,
    { bucket: bucket.id, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    { parent },
  );
  const rule = {
    ...{ id: "expiry", status: "Enabled", filter: { prefix: "" } },
    ...(args.expiry === undefined ? {} : { expiration: { days: args.expiry } }),
    abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
  };
  new BucketLifecycleConfiguration(name, { bucket: bucket.id, rules: [rule] }, { parent });
  return { bucket, block, arn, name: bucketName };
}

export function bucketPolicy(
  name: string,
  { bucket, block, arn }: OpenBucket,
  statements: readonly Statement[],
  parent: pulumi.Resource,
): BucketPolicy {
  return new BucketPolicy(
    name,
    { bucket: bucket.id, policy: policyDocument([tlsOnly(arn), ...statements]) },
    { parent, dependsOn: [block] },
  );
}

function tlsOnly(arn: string): Statement {
  return {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}
