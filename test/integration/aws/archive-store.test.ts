/** Archives out of S3, by the SDK and by presigned URLs: what arrives, and what is said when nothing does. */
import { createHash, randomBytes } from "node:crypto";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { AwsArchiveStore } from "../../../src/aws/s3/archive-store";
import { AwsClients, type AwsConfig } from "../../../src/aws/clients";
import { systemClock } from "../../../src/wiring/clock";
import { BerthError, exitCodeOf } from "../../../src/errors";
import { region, startEmulator, type Emulator } from "../../support/emulator";
import { clientsOf } from "../../support/emulator/clients";

const bucket = "archives";
const key = "uploads/shop.tar.gz";
/** Several chunks, and not a multiple of their size. */
const archive = randomBytes(3_000_001);

let emulator: Emulator;
let clients: AwsClients;
const made: AwsClients[] = [];

function clientsWith(config: Partial<AwsConfig> = {}): AwsClients {
  const one = clientsOf(emulator, config);
  made.push(one);
  return one;
}

function storeWith(config: Partial<AwsConfig> = {}): AwsArchiveStore {
  return new AwsArchiveStore(clientsWith(config), systemClock);
}

async function read(store: AwsArchiveStore, location: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of await store.open(location)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** The error's one line; fails where the archive could be read. */
async function refusal(store: AwsArchiveStore, location: string): Promise<string> {
  const error: unknown = await read(store, location).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BerthError);
  expect(exitCodeOf(error)).toBe(3);
  const { message } = error as BerthError;
  expect(message.split("\n")).toHaveLength(1);
  return message;
}

/** @param age - seconds since the URL was made, which is good for 60 */
async function presigned(from: string, age = 0): Promise<string> {
  const signingDate = new Date(Date.now() - age * 1_000);
  const command = new GetObjectCommand({ Bucket: bucket, Key: from });
  return getSignedUrl(await clients.s3(), command, { expiresIn: 60, signingDate });
}

beforeAll(async () => {
  // The last of the SDK's providers of credentials would ask the network.
  process.env["AWS_EC2_METADATA_DISABLED"] = "true";
  emulator = await startEmulator({ enforceIam: true });
  clients = clientsWith();
  const s3 = await clients.s3();
  await s3.createBucket({ Bucket: bucket });
  await s3.putObject({ Bucket: bucket, Key: key, Body: archive });
});

afterAll(async () => {
  await Promise.all(made.map((one) => one.close()));
  await emulator.stop();
});

describe("s3://", () => {
  it("gives the object's bytes", async () => {
    const bytes = await read(storeWith(), `s3://${bucket}/${key}`);
    const sha256 = (of: Buffer): string => createHash("sha256").update(of).digest("hex");
    expect(sha256(bytes)).toBe(sha256(archive));
  });

  it("says that there is no such key", async () => {
    expect(await refusal(storeWith(), `s3://${bucket}/uploads/other.tar.gz`)).toMatch(
      /^s3:\/\/archives\/uploads\/other\.tar\.gz: there is no such object in the bucket archives \(check the key/,
    );
  });

  it("says that there is no such bucket", async () => {
    expect(await refusal(storeWith(), `s3://nowhere/${key}`)).toMatch(
      /^s3:\/\/nowhere\/.*: the bucket nowhere does not exist/,
    );
  });

  it("says that access is refused, for whom, and which permission it takes", async () => {
    const guest = await emulator.createUser("guest");
    expect(await refusal(storeWith({ credentials: guest }), `s3://${bucket}/${key}`)).toMatch(
      /^s3:\/\/archives\/.*: AWS refused access: .*user\/guest.*\(reading needs s3:GetObject/,
    );
  });

  it("says that the credentials are wrong", async () => {
    const stranger = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wrong" };
    const message = await refusal(storeWith({ credentials: stranger }), `s3://${bucket}/${key}`);
    expect(message).toMatch(/: AWS does not accept the credentials: /);
    expect(message).not.toContain("wrong");
  });

  it("says that there are no credentials", async () => {
    const clientsOfNobody = new AwsClients({
      region,
      endpointUrl: emulator.url,
      profile: "nobody",
      version: "test",
    });
    made.push(clientsOfNobody);
    const store = new AwsArchiveStore(clientsOfNobody, systemClock);
    expect(await refusal(store, `s3://${bucket}/${key}`)).toMatch(
      /no AWS credentials were found for the profile "nobody" .*AWS_PROFILE/,
    );
  });

  it("says that the endpoint can't be reached", async () => {
    const store = storeWith({ endpointUrl: "http://127.0.0.1:9", maxAttempts: 1 });
    expect(await refusal(store, `s3://${bucket}/${key}`)).toMatch(
      /: the endpoint can't be reached: .*ECONNREFUSED.*AWS_ENDPOINT_URL/,
    );
  });

  it("asks for a key", async () => {
    expect(await refusal(storeWith(), "s3://archives")).toMatch(
      /^s3:\/\/archives: is not a complete S3 address/,
    );
  });
});

describe("a presigned URL", () => {
  it("gives the object's bytes", async () => {
    const bytes = await read(storeWith(), await presigned(key));
    expect(bytes.equals(archive)).toBe(true);
  });

  it.each([
    [
      "that has expired",
      () => presigned(key, 3_600),
      /the presigned URL has expired \(HTTP 403 AccessDenied\)/,
    ],
    ["of a missing key", () => presigned("other"), /there is no such archive \(HTTP 404 NoSuchKey\)/],
    [
      "with a wrong signature",
      async () => (await presigned(key)).replace(/Signature=..../, "Signature=0000"),
      /the server refused access \(HTTP 403 SignatureDoesNotMatch\)/,
    ],
  ])("%s is refused, its query unprinted", async (_name, sign, expected) => {
    const message = await refusal(storeWith(), await sign());
    expect(message).toMatch(expected);
    expect(message).not.toMatch(/\?|X-Amz|Signature=/);
  });
});
