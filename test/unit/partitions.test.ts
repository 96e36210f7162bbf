import { partition } from "@aws-sdk/core/client";
import { checkPartition } from "../../src/app/partition";
import { BerthError } from "../../src/errors";
import { partitionIds, partitionOf } from "../../src/partitions";
import { containerOf, projectOf } from "../support/projects";

const regions = [
  ["eu-west-1", "aws"],
  ["us-east-1", "aws"],
  ["il-central-1", "aws"],
  ["cn-north-1", "aws-cn"],
  ["cn-northwest-1", "aws-cn"],
  ["us-gov-west-1", "aws-us-gov"],
  ["us-iso-east-1", "aws-iso"],
  ["us-isob-east-1", "aws-iso-b"],
  ["eu-isoe-west-1", "aws-iso-e"],
  ["us-isof-south-1", "aws-iso-f"],
  ["eusc-de-east-1", "aws-eusc"],
] as const;

test.each(regions)("%s lies in %s, as the AWS SDK has it", (region, id) => {
  const { name, dnsSuffix, ...more } = partition(region);
  const homeRegion = (more as { readonly implicitGlobalRegion?: string }).implicitGlobalRegion;
  expect(partitionOf(region)).toEqual({ id: name, dnsSuffix, homeRegion });
  expect(name).toBe(id);
});

test("every partition is known", () => {
  expect([...new Set(regions.map(([, id]) => id))].sort()).toEqual([...partitionIds].sort());
});

describe("a policy of another partition than the region's", () => {
  const policies = ["arn:aws-cn:iam::aws:policy/ReadOnlyAccess", "own"];
  const project = projectOf([containerOf({ name: "web", policies })]);

  test("is refused before anything is made, with the one that is meant", () => {
    const check = () => {
      checkPartition(project, "us-gov-west-1", () => undefined);
    };
    expect(check).toThrow(BerthError);
    try {
      check();
    } catch (error) {
      expect(error).toMatchObject({
        kind: "project",
        problems: [
          {
            path: "services.web.x-policies",
            message:
              "arn:aws-cn:iam::aws:policy/ReadOnlyAccess is of aws-cn, another partition of AWS; us-gov-west-1 is in aws-us-gov",
            hint: "write arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess, or deploy to a region of aws-cn",
          },
        ],
      });
    }
  });

  test("is taken in its own", () => {
    checkPartition(project, "cn-north-1", () => undefined);
  });
});

test("an alarm of another region than the stack's is refused, a name and one of its own are not", () => {
  const alarm = (region: string): string => `arn:aws:cloudwatch:${region}:123456789012:alarm:slow`;
  const alarms = [alarm("eu-west-1"), "slow"];
  const project = projectOf([containerOf({ name: "web", alarms })]);
  checkPartition(project, "eu-west-1", () => undefined);
  expect(() => {
    checkPartition(project, "us-east-1", () => undefined);
  }).toThrow(`services.web.x-alarms: ${alarm("eu-west-1")} is not of us-east-1, where the stack is`);
});
