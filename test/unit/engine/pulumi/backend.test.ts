import {
  backendRoot,
  backendUrlFor,
  checkpointKey,
  locksFolder,
} from "../../../../src/engine/pulumi/backend";
import { parseCheckpoint } from "../../../../src/engine/pulumi/checkpoint";
import { planDependencies } from "../../../../src/engine/pulumi/plan";
import { BerthError } from "../../../../src/errors";

const stack = { project: "shop", stack: "dev" };

test.each([
  ["file:///s", { AWS_ENDPOINT_URL: "http://127.0.0.1:4566" }, "file:///s"],
  ["s3://b/p", {}, "s3://b/p"],
  ["s3://b?region=eu-west-1", { AWS_ENDPOINT_URL: "http://127.0.0.1:4566" }, "s3://b?region=eu-west-1"],
  [
    "s3://b/p",
    { AWS_ENDPOINT_URL: "http://127.0.0.1:4566", AWS_REGION: "eu-west-1" },
    "s3://b/p?endpoint=http%3A%2F%2F127.0.0.1%3A4566&s3ForcePathStyle=true&region=eu-west-1&awssdk=v2",
  ],
  [
    "s3://b",
    { AWS_ENDPOINT_URL: "http://a", AWS_ENDPOINT_URL_S3: "http://s3.a" },
    "s3://b?endpoint=http%3A%2F%2Fs3.a&s3ForcePathStyle=true&region=us-east-1&awssdk=v2",
  ],
])("the backend %s with %j is %s", (url, environment, expected) => {
  expect(backendUrlFor(url, environment)).toBe(expected);
});

test.each([
  ["s3://b/p/?awssdk=v2", "s3://b/p"],
  ["file:///s", "file:///s"],
])("objects of %s lie under %s", (url, root) => {
  expect(backendRoot(url)).toBe(root);
  expect(checkpointKey(stack)).toBe(".pulumi/stacks/shop/dev.json");
  expect(locksFolder(stack)).toBe(".pulumi/locks/organization/shop/dev");
});

const deployment = {
  secrets_providers: { type: "passphrase", state: { salt: "v1:x" } },
  resources: [
    {
      urn: "stack",
      type: "pulumi:pulumi:Stack",
      outputs: {
        url: "http://x",
        token: {
          "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
          ciphertext: "v1:abc",
        },
      },
    },
    { urn: "net", type: "aws:ec2/vpc:Vpc", dependencies: ["stack"] },
  ],
};

test.each([
  ["a checkpoint", { version: 3, checkpoint: { stack: "organization/shop/dev", latest: deployment } }],
  ["an export", { version: 3, deployment }],
])("%s tells outputs, dependencies and the secrets provider", (_what, stored) => {
  const checkpoint = parseCheckpoint(JSON.stringify(stored));
  expect(checkpoint.outputs).toEqual({ url: "http://x", token: "[secret]" });
  expect(Object.fromEntries(checkpoint.dependencies)).toEqual({ stack: [], net: ["stack"] });
  expect(checkpoint.secretsProvider).toEqual({ type: "passphrase", state: { salt: "v1:x" } });
});

test("a stack that was only made holds nothing", () => {
  const checkpoint = parseCheckpoint(
    '{"version":3,"checkpoint":{"stack":"organization/shop/dev","latest":null}}',
  );
  expect(checkpoint.outputs).toEqual({});
  expect(checkpoint.dependencies.size).toBe(0);
});

test.each(["", '{"version":3,"checkp'])("a half-written checkpoint (%j) is told as such", (text) => {
  expect(() => parseCheckpoint(text)).toThrow(BerthError);
});

test("a plan tells the dependencies of what will be, not of what goes", () => {
  const plan = {
    resourcePlans: { net: { goal: { dependencies: ["x"] } }, stack: { goal: {} }, gone: { goal: null } },
  };
  expect(Object.fromEntries(planDependencies(JSON.stringify(plan)))).toEqual({ net: ["x"], stack: [] });
});
