/** The bucket of an account's CloudFormation stack, which outlives it: found again, and deleted when it is named. */
import { BerthError } from "../../errors";
import type { AwsClients } from "../clients";
import { ask, askIfThere } from "../ask";

/** What an earlier stack left. */
export interface KeptBucket {
  readonly name: string;
  /** The key that its objects are encrypted with. */
  readonly keyArn: string;
}

/** Objects in one call (DeleteObjects: "The request can contain a list of up to 1,000 keys"). */
const batchSize = 1_000;

/** Twelve digits. @throws BerthError (usage) where there are no credentials, or AWS doesn't take them */
export async function accountId(clients: AwsClients): Promise<string> {
  return ask("usage", "AWS credentials", async () => {
    const { Account = "" } = await (await clients.sts()).getCallerIdentity({});
    return Account;
  });
}

/** The bucket of that name, `undefined` where there is none. */
export async function keptBucket(clients: AwsClients, name: string): Promise<KeptBucket | undefined> {
  const s3 = await clients.s3();
  return askIfThere("deployment", name, ["NotFound", "NoSuchBucket"], async () => {
    await s3.headBucket({ Bucket: name });
    const { ServerSideEncryptionConfiguration: found } = await s3.getBucketEncryption({ Bucket: name });
    const keyArn = found?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID;
    if (keyArn === undefined) {
      throw new BerthError("usage", {
        path: name,
        message: "the bucket is not encrypted with a key of KMS, so berth bootstrap did not make it",
        hint: "rename it, or move what is in it elsewhere and delete it",
      });
    }
    return { name, keyArn };
  });
}

/** Deletes the bucket with every version of every object. */
export async function deleteBucket(clients: AwsClients, name: string): Promise<void> {
  return ask("deployment", `s3://${name}`, async () => {
    const s3 = await clients.s3();
    for (;;) {
      const { Versions = [], DeleteMarkers = [] } = await s3.listObjectVersions({
        Bucket: name,
        MaxKeys: batchSize,
      });
      const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
      if (Objects.length === 0) break;
      const { Errors = [] } = await s3.deleteObjects({ Bucket: name, Delete: { Objects, Quiet: true } });
      const [failed] = Errors;
      if (failed !== undefined) {
        throw new BerthError("deployment", {
          path: `s3://${name}/${failed.Key ?? ""}`,
          message: `S3 did not delete it: ${failed.Code ?? ""} ${failed.Message ?? ""}`,
        });
      }
    }
    await s3.deleteBucket({ Bucket: name });
  });
}

/** Keys below a prefix, at most a thousand. */
export async function keysBelow(
  clients: AwsClients,
  bucket: string,
  prefix: string,
): Promise<readonly string[]> {
  return ask("deployment", `s3://${bucket}/${prefix}`, async () => {
    const s3 = await clients.s3();
    const { Contents = [] } = await s3.listObjectsV2({ Bucket: bucket, Prefix: prefix });
    return Contents.map(({ Key = "" }) => Key);
  });
}
