import { registryOf } from "../../../src/model/image-name";
import {
  ecrRefusalHint,
  ecrRegion,
  ecrRepositoryArn,
  isEcr,
  secretsManagerSecret,
} from "../../../src/model/registry-login";

test.each([
  ["123456789012.dkr.ecr.us-east-1.amazonaws.com", "us-east-1"],
  ["123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1"],
  ["123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"],
  ["123456789012.dkr-ecr.eu-west-1.on.aws", "eu-west-1"],
  ["public.ecr.aws", undefined],
  ["123456789012.dkr.ecr.us-east-1.amazonaws.com.evil/x", undefined],
  ["12.dkr.ecr.us-east-1.amazonaws.com", undefined],
])("%s is a registry of %s", (host, region) => {
  expect([isEcr(host), ecrRegion(host)]).toEqual([region !== undefined, region]);
});

test.each([
  ["nginx", "docker.io"],
  ["team/app", "docker.io"],
  ["index.docker.io/team/app", "docker.io"],
  ["localhost/app", "localhost"],
  ["127.0.0.1:5000/app:1", "127.0.0.1:5000"],
  ["ghcr.io/team/app@sha256:00", "ghcr.io"],
])("%s is pulled from %s", (reference, registry) => {
  expect(registryOf(reference)).toBe(registry);
});

test.each([
  [
    "210987654321.dkr.ecr.eu-west-1.amazonaws.com/team/tool:1",
    "arn:aws:ecr:eu-west-1:210987654321:repository/team/tool",
  ],
  [
    "210987654321.dkr.ecr.cn-north-1.amazonaws.com.cn/tool@sha256:00",
    "arn:aws-cn:ecr:cn-north-1:210987654321:repository/tool",
  ],
  [
    "210987654321.dkr-ecr.eu-west-1.on.aws/team/tool",
    "arn:aws:ecr:eu-west-1:210987654321:repository/team/tool",
  ],
  ["public.ecr.aws/docker/library/node:22", undefined],
  ["node:22", undefined],
])("%s is in the repository %s", (reference, arn) => {
  expect(ecrRepositoryArn(reference)).toBe(arn);
});

test.each([
  [
    "failed to resolve ref 210987654321.dkr.ecr.eu-west-1.amazonaws.com/tool:1: unexpected status code [manifests 1]: 403 Forbidden",
    true,
  ],
  [
    "GET https://210987654321.dkr.ecr.eu-west-1.amazonaws.com/v2/tool/manifests/1: DENIED: User: arn:aws:sts::123456789012:assumed-role/a/b is not authorized to perform: ecr:BatchGetImage",
    true,
  ],
  [
    "HEAD https://210987654321.dkr-ecr.eu-west-1.on.aws/v2/tool/manifests/1: unexpected status code 403",
    true,
  ],
  ["210987654321.dkr.ecr.eu-west-1.amazonaws.com/tool:1: not found", false],
  ["GET https://ghcr.io/v2/tool/manifests/1: DENIED: denied", false],
])("%s", (words, refused) => {
  expect(ecrRefusalHint(words)).toEqual(
    refused
      ? (expect.stringMatching(/^where 210987654321 is not .*ecr:GetDownloadUrlForLayer$/) as string)
      : undefined,
  );
});

test.each([
  ["secretsmanager:team/ghcr", { id: "team/ghcr" }],
  [
    "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:a/b-AbC123",
    { id: "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:a/b-AbC123", region: "cn-north-1" },
  ],
  ["GHCR_LOGIN", undefined],
  ["secretsmanager:", undefined],
  ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:ghcr", undefined],
  ["arn:aws:ssm:eu-west-1:123456789012:parameter/a-AbC123", undefined],
])("%s names the secret %j of Secrets Manager", (text, secret) => {
  expect(secretsManagerSecret(text)).toEqual(secret);
});
