/** External volumes: what their file systems have already, and what is said of it. */
import { findFileSystems } from "../../../src/app/file-systems";
import { BerthError } from "../../../src/errors";
import { modeSettings } from "../../../src/modes/modes";
import type { FoundFileSystem, FoundMountTarget } from "../../../src/ports";
import { containerOf, projectOf } from "../../support/projects";

const id = "fs-0123456789abcdef0";
const vpc = "vpc-0123456789abcdef0";
const target = (over: Partial<FoundMountTarget> = {}): FoundMountTarget => ({
  subnetId: "subnet-1",
  zone: "us-east-1a",
  vpcId: vpc,
  groups: ["sg-1"],
  own: false,
  ...over,
});

async function find(found: FoundFileSystem | undefined, inVpc = vpc) {
  const asked: unknown[] = [];
  const volumes = [{ volume: "data/sub", folder: "/", fileSystem: id, path: "/data", readOnly: false }];
  const given = {
    identity: { project: "shop", stack: "dev" },
    project: projectOf([containerOf({ volumes })]),
    mode: modeSettings("affordable", { vpc: inVpc }),
  };
  const finder = {
    find: (...what: readonly unknown[]) => {
      asked.push(what);
      return Promise.resolve(found);
    },
  };
  const result = await findFileSystems(given, { fileSystems: () => Promise.resolve(finder) });
  return { ...result, asked, said: result.warnings.map(({ path, message }) => `${path}: ${message}`) };
}

test("one without mount targets, opened by its owner, needs no word", async () => {
  const { targets, said, asked } = await find({ targets: [], open: true }, "new");
  expect([targets, said]).toEqual([{ [id]: [] }, []]);
  expect(asked).toEqual([[{ project: "shop", stack: "dev" }, id]]);
});

test("targets of others are used as they are, with what they have to let in; the stack's own are not among them", async () => {
  const other = target({ subnetId: "subnet-2", groups: ["sg-1", "sg-2"] });
  const { targets, said } = await find({ targets: [target(), other, target({ own: true })], open: true });
  expect(targets[id]).toEqual([target(), other]);
  expect(said).toEqual([
    `volumes.data: the mount targets of ${id} stay as they are: their security groups (sg-1, sg-2) have to let in TCP 2049 from the private subnets`,
  ]);
});

test("one that nobody opened is warned of, with the command", async () => {
  expect((await find({ targets: [], open: false })).said).toEqual([
    expect.stringContaining(`aws efs tag-resource --resource-id ${id} --tags Key=berth:shared,Value=true`),
  ]);
});

test.each<[string, FoundFileSystem | undefined, string, RegExp]>([
  ["none", undefined, vpc, /this account has no file system of that id/],
  ["targets in another VPC", { targets: [target({ vpcId: "vpc-9" })], open: true }, vpc, /vpc: vpc-9/],
  [
    "targets, and a stack with a VPC of its own",
    { targets: [target()], open: true },
    "new",
    /a VPC of the stack's own/,
  ],
])("%s is an error before anything is made", async (_, found, inVpc, words) => {
  const error: unknown = await find(found, inVpc).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BerthError);
  const [problem] = (error as BerthError).problems;
  expect(problem?.path).toBe("volumes.data");
  expect(`${problem?.message ?? ""} ${problem?.hint ?? ""}`).toMatch(words);
});

test("a stack's own targets are no obstacle, in whatever VPC", async () => {
  const { targets } = await find(
    { targets: [target({ own: true, vpcId: "vpc-own" })], open: true },
    undefined,
  );
  expect(targets[id]).toEqual([]);
});

test("nobody is asked where no volume is external, or in a simulation", async () => {
  const given = {
    identity: { project: "a", stack: "b" },
    project: projectOf([containerOf()]),
    mode: modeSettings("affordable"),
  };
  const never = () => Promise.reject(new Error("asked"));
  expect(await findFileSystems(given, { fileSystems: never })).toEqual({ targets: {}, warnings: [] });
  expect(await findFileSystems(given, {})).toEqual({ targets: {}, warnings: [] });
});
