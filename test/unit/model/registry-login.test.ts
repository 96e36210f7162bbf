import { registryOf } from "../../../src/model/image-name";
import { ecrRegion, isEcr } from "../../../src/model/registry-login";

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
