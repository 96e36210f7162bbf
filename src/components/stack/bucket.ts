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
  /** Days after which an object goes. */
  readonly expiry: number;
  /** Whether a destroy may delete the objects too. */
  readonly disposable: boolean;
  /** By which the user names what it holds, where that must not go unasked. @default nothing of worth */
  readonly holds?: string;
  /** What else the bucket's policy says, given the bucket's ARN. @default nothing */
  readonly statements?: (bucketArn: string) => readonly Statement[];
}

/** A bucket under its own name, and the policy to wait for before others write to it. */
export interface ClosedBucket {
  readonly bucket: Bucket;
  readonly policy: BucketPolicy;
  readonly name: string;
}

export function closedBucket(name: string, args: ClosedBucketArgs, parent: pulumi.Resource): ClosedBucket {
  const { scope } = args;
  const { project, stack, accountId, region } = scope;
  const parts = [namePrefix, project, stack, accountId, region, args.suffix];
  const bucketName = physicalName(parts, nameLimits.bucket);
  const arn = `arn:${scope.partition}:s3:::${bucketName}`;
  const bucket = new Bucket(
    name,
    { bucket: bucketName, forceDestroy: args.disposable, tags: scope.tags() },
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
    expiration: { days: args.expiry },
    abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
  };
  new BucketLifecycleConfiguration(name, { bucket: bucket.id, rules: [rule] }, { parent });
  const statements = [tlsOnly(arn), ...(args.statements?.(arn) ?? [])];
  const policy = new BucketPolicy(
    name,
    { bucket: bucket.id, policy: policyDocument(statements) },
    { parent, dependsOn: [block] },
  );
  return { bucket, policy, name: bucketName };
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
