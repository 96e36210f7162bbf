/** File systems of the account, from clients that answer as the API references say. */
import { EfsFileSystems } from "../../../../src/aws/estate/file-systems";
import type { AwsClients } from "../../../../src/aws/clients";

const stack = { project: "shop", stack: "dev" };

interface Answers {
  readonly tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly pages?: readonly (readonly object[])[];
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly own?: readonly string[];
}

function systems({ tags = [], pages = [[]], groups = {}, own = [] }: Answers) {
  const asked: unknown[] = [];
  const efs = {
    describeFileSystems: () => Promise.resolve({ FileSystems: [{ Tags: tags }] }),
    describeMountTargets: ({ Marker = "0" }: { readonly Marker?: string }) => {
      const next = Number(Marker) + 1;
      const more = next < pages.length ? { NextMarker: String(next) } : {};
      return Promise.resolve({ MountTargets: pages[Number(Marker)], ...more });
    },
    describeMountTargetSecurityGroups: ({ MountTargetId }: { readonly MountTargetId: string }) =>
      Promise.resolve({ SecurityGroups: groups[MountTargetId] }),
  };
  const ec2 = {
    describeSecurityGroups: (request: unknown) => {
      asked.push(request);
      return Promise.resolve({ SecurityGroups: own.map((GroupId) => ({ GroupId })) });
    },
  };
  const clients = { efs: () => Promise.resolve(efs), ec2: () => Promise.resolve(ec2) };
  return { systems: new EfsFileSystems(clients as unknown as AwsClients), asked };
}

const mount = (MountTargetId: string, over: object = {}) => ({
  MountTargetId,
  SubnetId: `subnet-${MountTargetId}`,
  AvailabilityZoneName: "us-east-1a",
  VpcId: "vpc-1",
  LifeCycleState: "available",
  ...over,
});

test("mount targets of every page, each with whose it is; what is being deleted is none", async () => {
  const { systems: from, asked } = systems({
    pages: [[mount("a"), mount("x", { LifeCycleState: "deleting" })], [mount("b")]],
    groups: { a: ["sg-a"], b: ["sg-b", "sg-own"] },
    own: ["sg-own"],
  });
  const found = await from.find(stack, "fs-1");
  expect(found?.targets).toEqual([
    { subnetId: "subnet-a", zone: "us-east-1a", vpcId: "vpc-1", groups: ["sg-a"], own: false },
    { subnetId: "subnet-b", zone: "us-east-1a", vpcId: "vpc-1", groups: ["sg-b", "sg-own"], own: true },
  ]);
  expect(asked).toEqual([
    {
      Filters: [
        { Name: "group-id", Values: ["sg-a", "sg-b", "sg-own"] },
        { Name: "tag:berth:project", Values: ["shop"] },
        { Name: "tag:berth:stack", Values: ["dev"] },
      ],
    },
  ]);
});

test.each([
  [[], false],
  [[{ Key: "berth:shared", Value: "true" }], true],
  [[{ Key: "berth:shared", Value: "false" }], false],
  [[{ Key: "berth:project", Value: "old" }], true],
])("with tags %j it is open: %s", async (tags, open) => {
  const { systems: from, asked } = systems({ tags });
  expect(await from.find(stack, "fs-1")).toEqual({ open, targets: [] });
  expect(asked).toEqual([]);
});

test("one that is not there", async () => {
  const gone = Object.assign(new Error("no"), { name: "FileSystemNotFound", $metadata: {} });
  const clients = { efs: () => Promise.resolve({ describeFileSystems: () => Promise.reject(gone) }) };
  expect(await new EfsFileSystems(clients as unknown as AwsClients).find(stack, "fs-1")).toBeUndefined();
});
