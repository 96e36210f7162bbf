import { regionMeant } from "../../../src/settings/region";

test.each([
  ["us-esat-1", "us-east-1"],
  ["eu-wset-3", "eu-west-3"],
  ["eu-centrall-1", "eu-central-1"],
  ["ap-southest-2", "ap-southeast-2"],
])("%s is a slip of the pen for %s", (written, meant) => {
  expect(regionMeant(written)).toBe(meant);
});

test.each([
  "us-east-1",
  "eu-west-9",
  "ap-southeast-7",
  "us-gov-west-1",
  "cn-north-1",
  "eusc-de-east-1",
  "sa-west-1",
])("%s is one, or may be one that is new", (region) => {
  expect(regionMeant(region)).toBeUndefined();
});
