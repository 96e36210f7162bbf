/** `berth-cd up --simulate s3://…`: the archive read from an emulated S3, and everything that can be in its way. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { GetObjectCommand, S3 } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { packDirectory } from "../../src/archive";
import { Workspace } from "../support/archives";
import { credentials, region, startEmulator, type Emulator } from "../support/emulator";
import { program } from "../support/program";

const bucket = "berth-archives";
const key = "uploads/todo.tar.gz";
const location = `s3://${bucket}/${key}`;

let emulator: Emulator;
let workspace: Workspace;
let sha256: string;

beforeAll(async () => {
  workspace = new Workspace();
  emulator = await startEmulator({ enforceIam: true });
  const s3 = new S3({ endpoint: emulator.url, region, credentials, forcePathStyle: true });
  const packed = await buffer(packDirectory(join(__dirname, "../../examples/todo")));
  sha256 = createHash("sha256").update(packed).digest("hex");
  await s3.createBucket({ Bucket: bucket });
  await s3.putObject({ Bucket: bucket, Key: key, Body: packed });
  s3.destroy();
});

afterAll(async () => {
  await emulator.stop();
  workspace.remove();
});

function up(archive: string, env: Readonly<Record<string, string>> = {}) {
  return program("berth-cd", ["up", "--simulate", "--json", archive], {
    env: { ...emulator.env, HOME: workspace.path, ...env },
    cwd: workspace.path,
  });
}

test("up, and the same again", async () => {
  const first = await up(location, { BERTH_ARCHIVE_SHA256: sha256 });
  expect(first.stderr).not.toContain("error");
  expect(first).toMatchObject({ code: 0 });
  expect(first.result).toMatchObject({ project: "todo", outcome: "succeeded" });
  expect(first.result.endpoints).toHaveProperty("web");
  expect((await up(location)).result.outcome).toBe("unchanged");
});

test("the archive and its folder are the same project: nothing to change", async () => {
  await up(location);
  expect((await up(join(__dirname, "../../examples/todo"))).result.outcome).toBe("unchanged");
});

test("a presigned URL, whose signature stands in no output", async () => {
  const s3 = new S3({ endpoint: emulator.url, region, credentials, forcePathStyle: true });
  const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket: bucket, Key: key }), { expiresIn: 60 });
  s3.destroy();
  const read = await up(url, { BERTH_STACK: "presigned" });
  expect(read).toMatchObject({ code: 0 });
  const damaged = await up(url.replace(/Signature=./, "Signature=x"), { BERTH_STACK: "presigned" });
  expect(damaged.code).toBe(3);
  expect([read.stdout, read.stderr, damaged.stdout, damaged.stderr].join("")).not.toContain(
    "X-Amz-Signature",
  );
});

test("the event stream goes to S3 too", async () => {
  const events = `s3://${bucket}/events/run.ndjson`;
  expect((await up(location, { BERTH_EVENTS: events })).code).toBe(0);
  const archive = await up(events);
  // It is there, and it is no archive.
  expect([archive.code, archive.stderr]).toEqual([3, expect.stringMatching(/archive/) as string]);
});

async function refusal(archive: string, env?: Readonly<Record<string, string>>): Promise<string> {
  const { code, stderr, result } = await up(archive, env);
  expect(code).toBe(3);
  expect(result.error?.kind).toBe("project");
  expect(stderr.match(/^error: /gm)).toHaveLength(1);
  return stderr;
}

test("a wrong BERTH_ARCHIVE_SHA256", async () => {
  expect(await refusal(location, { BERTH_ARCHIVE_SHA256: "0".repeat(64) })).toMatch(/sha256/i);
});

test("a missing key", async () => {
  expect(await refusal(`s3://${bucket}/uploads/nothing.tar.gz`)).toContain(
    `no such object in the bucket ${bucket}`,
  );
});

test("a missing bucket", async () => {
  expect(await refusal("s3://berth-nowhere/a.tar.gz")).toContain("the bucket berth-nowhere does not exist");
});

test("a refused access", async () => {
  const stranger = await emulator.createUser("stranger");
  const env = { AWS_ACCESS_KEY_ID: stranger.accessKeyId, AWS_SECRET_ACCESS_KEY: stranger.secretAccessKey };
  expect(await refusal(location, env)).toContain("AWS refused access");
});

test("an address that nobody listens on", async () => {
  expect(await refusal(location, { AWS_ENDPOINT_URL: "http://127.0.0.1:9" })).toMatch(/can't be reached/);
});
