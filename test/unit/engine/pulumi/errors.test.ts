/** What the CLI's words about its state mean: whether it passes, and whose hand can put it right. */
import { CliFailure } from "../../../../src/engine/pulumi/cli";
import { explain, isStateLost } from "../../../../src/engine/pulumi/errors";

const backendUrl = "s3://state/berth";

function failure(...lines: readonly string[]): CliFailure {
  return new CliFailure({ stdout: "", stderr: lines.map((line) => `error: ${line}\n`).join(""), code: 255 });
}

function explained(error: CliFailure) {
  const identity = { project: "shop", stack: "dev" };
  const { kind, problems } = explain({ error, identity, backendUrl, problems: [], thrown: [] });
  return { kind, ...problems[0] };
}

test.each([
  "could not list bucket: blob (code=Unknown): operation error S3: ListObjectsV2, deserialization failed, failed to decode response body, unexpected EOF",
  "saving update info: operation error S3: PutObject, exceeded maximum number of attempts, 3, StatusCode: 0",
  "failed to save snapshot: blob (key): operation error S3: PutObject, https response error StatusCode: 503, SlowDown",
  'read ".pulumi/meta.yaml": blob (key ".pulumi/meta.yaml") (code=Unknown): read tcp: connection reset by peer',
])("%s passes: exit code 5, and another run goes on", (line) => {
  expect(isStateLost(failure(line))).toBe(true);
  expect(explained(failure(line))).toMatchObject({
    kind: "deployment",
    path: "PULUMI_BACKEND_URL",
    message: expect.stringContaining("could not be reached, again and again") as string,
    hint: expect.stringContaining("run again") as string,
  });
});

test("a bucket that isn't there is a setting's fault, and doesn't pass", () => {
  const error = failure(
    "unable to open bucket s3://state: blob (code=NotFound): StatusCode: 404, NoSuchBucket",
  );
  expect(isStateLost(error)).toBe(false);
  expect(explained(error).kind).toBe("usage");
});

test("what AWS answered a resource is not about the state", () => {
  const error = failure(
    "creating S3 Bucket (b): operation error S3: CreateBucket, StatusCode: 503",
    "update failed",
  );
  expect(isStateLost(error)).toBe(false);
  expect(explained(error)).toMatchObject({ kind: "deployment", message: "update failed" });
});
