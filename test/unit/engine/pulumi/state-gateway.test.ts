/** The gateway before a state, asked by AWS's own client as Pulumi's CLI asks it. */
import { S3 } from "@aws-sdk/client-s3";
import { setTimeout as wait } from "node:timers/promises";
import { begunIn } from "../../../../src/engine/pulumi/later-writes";
import { StateGateway } from "../../../../src/engine/pulumi/state-gateway";
import { MemoryTexts } from "../../../support/memory-texts";

const key = ".pulumi/stacks/shop/dev.json";
const Bucket = "bucket";
const Key = `berth/${key}`;

/** A checkpoint as the CLI writes it. */
function checkpoint(pending: readonly string[], resources: readonly object[] = []): string {
  const operations = pending.map((text) => {
    const [type, name] = text.split(" ");
    return { resource: { urn: `urn:pulumi:dev::shop::t::${name}`, inputs: { note: "}}}" } }, type };
  });
  const latest = {
    ...{ manifest: { time: "0001-01-01T00:00:00Z" }, resources },
    ...(pending.length === 0 ? {} : { pending_operations: operations }),
    metadata: { integrity_error: { version: "{}" } },
  };
  return JSON.stringify({ version: 3, checkpoint: { stack: "dev", latest } }, undefined, 4);
}

/** A state whose writes wait until they are let go, or fail. */
class SlowTexts extends MemoryTexts {
  readonly written: string[] = [];
  readonly refused: Error[] = [];
  #go: (() => void)[] = [];
  isSlow = false;

  override async write(at: string, text: string): Promise<void> {
    if (this.isSlow) await new Promise<void>((resolve) => this.#go.push(resolve));
    const refused = this.refused.shift();
    if (refused !== undefined) throw refused;
    await super.write(at, text);
    this.written.push(at);
  }

  override async remove(at: string): Promise<void> {
    await super.remove(at);
    this.written.push(`- ${at}`);
  }

  letGo(): void {
    for (const go of this.#go.splice(0)) go();
  }

  get waiting(): number {
    return this.#go.length;
  }
}

let state: SlowTexts;
let gateway: StateGateway;
let s3: S3;

beforeEach(async () => {
  state = new SlowTexts();
  gateway = await StateGateway.open({
    backendUrl: "s3://bucket/berth?region=eu-west-1",
    state,
    checkpoint: key,
  });
  s3 = client();
});
afterEach(async () => {
  s3.destroy();
  state.isSlow = false;
  state.letGo();
  await gateway.close();
});

function client(url: string = gateway.backendUrl): S3 {
  const endpoint = new URL(url).searchParams.get("endpoint") ?? "";
  const credentials = { accessKeyId: "none", secretAccessKey: "none" };
  return new S3({ endpoint, region: "us-east-1", credentials, forcePathStyle: true, maxAttempts: 1 });
}

const put = (Body: string, at = Key) => s3.putObject({ Bucket, Key: at, Body });
const get = async (at = Key) => (await s3.getObject({ Bucket, Key: at })).Body?.transformToString();

/** Whether it settles within the time that the rest of a turn takes. */
async function isOpen(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([promise.then(() => false), wait(60, true)]);
}

async function until(is: () => boolean): Promise<void> {
  while (!is()) await wait(5);
}

test("objects are written, read, copied, listed and removed as in a bucket, below the backend's prefix", async () => {
  await put("one", "berth/.pulumi/meta.yaml");
  expect(state.texts.get(".pulumi/meta.yaml")).toBe("one");
  expect(await get("berth/.pulumi/meta.yaml")).toBe("one");
  expect((await s3.headObject({ Bucket, Key: "berth/.pulumi/meta.yaml" })).ContentLength).toBe(3);
  await s3.copyObject({
    Bucket,
    Key: "berth/.pulumi/b/ü&<.json",
    CopySource: "bucket/berth/.pulumi/meta.yaml",
  });
  const listed = await s3.listObjectsV2({ Bucket, Prefix: "berth/.pulumi/", Delimiter: "/" });
  expect(listed.Contents?.map((one) => one.Key)).toEqual(["berth/.pulumi/meta.yaml"]);
  expect(listed.CommonPrefixes?.map((one) => one.Prefix)).toEqual(["berth/.pulumi/b/"]);
  const inside = await s3.listObjectsV2({ Bucket, Prefix: "berth/.pulumi/b/" });
  expect(inside.Contents?.map((one) => one.Key)).toEqual(["berth/.pulumi/b/ü&<.json"]);
  await s3.deleteObject({ Bucket, Key: "berth/.pulumi/meta.yaml" });
  expect([...state.texts.keys()]).toEqual([".pulumi/b/ü&<.json"]);
  await expect(get("berth/.pulumi/meta.yaml")).rejects.toMatchObject({ name: "NoSuchKey" });
});

test("who does not know the port's secret is refused, and so is another bucket", async () => {
  const stranger = client(gateway.backendUrl.replace(/%2F[0-9a-f]{32}/, "%2F0"));
  await expect(stranger.getObject({ Bucket, Key })).rejects.toMatchObject({ name: "AccessDenied" });
  stranger.destroy();
  await expect(s3.getObject({ Bucket: "other", Key })).rejects.toMatchObject({ name: "AccessDenied" });
});

test("a text of more than five megabytes comes in parts", async () => {
  const parts = ["a".repeat(5_000_000), "é".repeat(1_000_000), "c"];
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key });
  const Parts = [];
  for (const [index, Body] of parts.entries()) {
    const PartNumber = index + 1;
    const { ETag } = await s3.uploadPart({ Bucket, Key, UploadId, PartNumber, Body });
    Parts.push({ PartNumber, ETag });
  }
  await s3.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts } });
  expect(await get()).toBe(parts.join(""));
});

describe("a checkpoint", () => {
  test("that begins something is answered when it is kept", async () => {
    state.isSlow = true;
    const begun = put(checkpoint(["creating a"]));
    expect(await isOpen(begun)).toBe(true);
    await until(() => state.waiting === 1);
    state.letGo();
    await begun;
    expect(state.texts.get(key)).toBe(checkpoint(["creating a"]));
  });

  test("that only ends what had begun is answered at once, read as it was written, and kept with the next", async () => {
    await put(checkpoint(["creating a", "creating b"]));
    state.isSlow = true;
    await put(checkpoint(["creating b"], [{ urn: "a" }]));
    expect(await get()).toBe(checkpoint(["creating b"], [{ urn: "a" }]));
    expect(state.texts.get(key)).toBe(checkpoint(["creating a", "creating b"]));
    const next = put(checkpoint(["creating b", "creating c"], [{ urn: "a" }]));
    await until(() => state.waiting === 1);
    state.letGo();
    await next;
    expect(state.texts.get(key)).toBe(checkpoint(["creating b", "creating c"], [{ urn: "a" }]));
    expect(state.written).toEqual([key, key]);
  });

  test("that nobody waits for is kept by itself after a while", async () => {
    await put(checkpoint(["creating a"]));
    await put(checkpoint([], [{ urn: "a" }]));
    await until(() => state.texts.get(key) === checkpoint([], [{ urn: "a" }]));
  });

  test("another operation on the same resource is a beginning too", async () => {
    await put(checkpoint(["creating a"]));
    state.isSlow = true;
    const updated = put(checkpoint(["updating a"]));
    expect(await isOpen(updated)).toBe(true);
    await until(() => state.waiting > 0);
    state.letGo();
    await updated;
  });

  test("is kept before anything else happens: a lock goes after it", async () => {
    await put("lock", "berth/.pulumi/locks/dev.json");
    await put(checkpoint(["deleting a"]));
    await put(checkpoint([]));
    await s3.deleteObject({ Bucket, Key: "berth/.pulumi/locks/dev.json" });
    expect(state.written).toEqual([".pulumi/locks/dev.json", key, key, "- .pulumi/locks/dev.json"]);
  });

  test("is kept when the gateway closes", async () => {
    await put(checkpoint(["creating a"]));
    await put(checkpoint([], [{ urn: "a" }]));
    await gateway.close();
    expect(state.texts.get(key)).toBe(checkpoint([], [{ urn: "a" }]));
  });

  test("is listed from the first write on, and the list is asked for once", async () => {
    const list = jest.spyOn(state, "list");
    const keys = async () =>
      (await s3.listObjectsV2({ Bucket, Prefix: Key })).Contents?.map((one) => one.Key) ?? [];
    expect(await keys()).toEqual([]);
    await put(checkpoint(["creating a"]));
    expect(await keys()).toEqual([Key]);
    expect(list).toHaveBeenCalledTimes(1);
  });
});

test("a checkpoint is read once before it is written; a reading that fails is none", async () => {
  await state.write(key, checkpoint([]));
  const read = jest.spyOn(state, "read");
  read.mockRejectedValueOnce(new Error("reset by peer"));
  await expect(get()).rejects.toThrow();
  expect([await get(), await get()]).toEqual([checkpoint([]), checkpoint([])]);
  expect(read).toHaveBeenCalledTimes(2);
  await put(checkpoint(["creating a"]));
  expect(await get()).toBe(checkpoint(["creating a"]));
});

test("the copy of a checkpoint that the CLI makes before each write is kept once, as it was last", async () => {
  const copy = () => s3.copyObject({ Bucket, Key: `${Key}.bak`, CopySource: `${Bucket}/${Key}` });
  await expect(copy()).rejects.toMatchObject({ name: "NoSuchKey" });
  await put(checkpoint(["creating a"]));
  await copy();
  await put(checkpoint([], [{ urn: "a" }]));
  await copy();
  await put(checkpoint([], [{ urn: "a" }, { urn: "b" }]));
  expect(state.texts.has(`${key}.bak`)).toBe(false);
  await gateway.close();
  expect(state.texts.get(`${key}.bak`)).toBe(checkpoint([], [{ urn: "a" }]));
  expect(state.written).toEqual([key, key, `${key}.bak`]);
});

describe("a state that fails", () => {
  test("fails the write, is tried again by the next, and the gateway closes when it is kept", async () => {
    state.refused.push(new Error("cut off"));
    await expect(put(checkpoint(["creating a"]))).rejects.toMatchObject({ name: "InternalError" });
    await put(checkpoint(["creating a", "creating b"]));
    expect(state.texts.get(key)).toBe(checkpoint(["creating a", "creating b"]));
    expect(gateway.refusal).toBeUndefined();
  });

  test("and does not come back: closing says so", async () => {
    await put(checkpoint(["creating a"]));
    await put(checkpoint([]));
    state.refused.push(new Error("cut off"), new Error("cut off"));
    await expect(gateway.close()).rejects.toThrow("cut off");
    state.refused.length = 0;
  });

  test("because AWS refuses is refused with AWS's own word, and remembered", async () => {
    const cause = Object.assign(new Error("no"), {
      name: "AccessDenied",
      $metadata: { httpStatusCode: 403 },
    });
    state.refused.push(new Error("s3:PutObject is not allowed", { cause }));
    await expect(put(checkpoint(["creating a"]))).rejects.toMatchObject({ name: "AccessDenied" });
    expect(gateway.refusal).toMatchObject({ message: "s3:PutObject is not allowed" });
  });
});

describe("what a checkpoint says has begun", () => {
  test("is a set of operations and URNs", () => {
    expect(begunIn(checkpoint(["creating a", "deleting b"]))).toEqual(
      new Set(["creating urn:pulumi:dev::shop::t::a", "deleting urn:pulumi:dev::shop::t::b"]),
    );
    expect(begunIn(checkpoint([]))).toEqual(new Set());
  });

  test("cannot be told where a resource has a property of that name, so such a write waits", () => {
    expect(begunIn(checkpoint([], [{ inputs: { pending_operations: [] } }]))).toBeUndefined();
  });

  test("is not what a text in a resource says", () => {
    expect(begunIn(checkpoint([], [{ inputs: { text: '"pending_operations": [' } }]))).toEqual(new Set());
  });
});
