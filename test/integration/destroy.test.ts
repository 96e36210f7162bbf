/** Taking a stack down where AWS refuses some of it, on the simulator. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/wiring/clock";
import { SimulatorEngine } from "../../src/simulator/engine/engine";
import type { SimulatedAws } from "../../src/simulator/cloud/aws";
import { cd, type Ran } from "../support/cd";
import { make } from "../support/simulated-world";

const identity = { project: "shop", stack: "dev" };
const interfaceType = "aws:ec2/networkInterface:NetworkInterface";

let home: string;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "berth-destroy-"));
  mkdirSync(join(home, "shop"));
  writeFileSync(
    join(home, "shop/compose.yaml"),
    `name: shop\nservices: { web: { image: "nginx:1.29", ports: ["80:80"] } }\n`,
  );
  expect((await run("up")).code).toBe(0);
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function run(command: string): Promise<Ran> {
  return cd([command, "--simulate", "--json"], { env: { HOME: home }, cwd: join(home, "shop") });
}

/** The simulated cloud as it lies on the disk. */
function cloudOf(): SimulatedAws {
  const stateDirectory = join(home, ".berth/simulator");
  return new SimulatorEngine({ stateDirectory, region: "us-east-1", clock: systemClock }).cloud(identity);
}

/** An interface in the services' own security group, or in another one. @returns its id */
async function leave(description: string, groupName = "shop_app-sg"): Promise<string> {
  const cloud = cloudOf();
  const group = cloud
    .all("aws:ec2/securityGroup:SecurityGroup")
    .find(({ urn }) => urn.endsWith(`::${groupName}`));
  const [subnet] = cloud.all("aws:ec2/subnet:Subnet");
  return make(cloud, interfaceType, "left", {
    subnetId: subnet?.id,
    securityGroups: [group?.id],
    description,
  });
}

const types = (): readonly string[] =>
  [
    ...new Set(
      cloudOf()
        .list()
        .map(({ type }) => type),
    ),
  ].sort();

test("interfaces that stopped tasks have left are deleted, and the stack with them", async () => {
  const left = await leave(
    "arn:aws:ecs:us-east-1:123456789012:attachment/0b5d5a2e-1111-4222-8333-444455556666",
  );
  const down = await run("down");
  expect(down.stderr).toContain(
    `Network interfaces that stopped tasks had left are deleted: ${left}; once more`,
  );
  expect(down.code).toBe(0);
  expect(types()).toEqual([]);
  expect((await run("list")).result.outputs).toEqual({ stacks: [] });
});

test("what can't be deleted is listed with AWS's reason, the rest is gone, and the next run goes on", async () => {
  const left = await leave("somebody's");
  const failed = await run("down");
  expect(failed.code).toBe(5);
  expect(failed.result.error?.message).toContain(
    `DependencyViolation: it has dependencies and cannot be deleted: ec2 NetworkInterface '${left}'`,
  );
  expect(failed.stderr).toMatch(
    /error: shop\/dev: \d+ resources are left, those that others need among them/,
  );
  // The interface holds its group and its subnet, and these the network; revisions stay until the stack is gone.
  const network = ["aws:ec2/securityGroup:SecurityGroup", "aws:ec2/subnet:Subnet", "aws:ec2/vpc:Vpc"];
  expect(types()).toEqual([...network, interfaceType, "aws:ecs/taskDefinition:TaskDefinition"].sort());
  const stacks = (await run("list")).result.outputs["stacks"] as { readonly resourceCount: number }[];
  expect(stacks).toMatchObject([{ ...identity, resourceCount: expect.any(Number) as number }]);

  const again = await run("destroy");
  expect(again.code).toBe(5);
  await cloudOf().delete(interfaceType, left);
  const last = await run("down");
  expect(last.code).toBe(0);
  expect(types()).toEqual([]);
  expect((await run("list")).result.outputs).toEqual({ stacks: [] });
});

test("images in the registry and objects in buckets go with them", async () => {
  const cloud = cloudOf();
  const [repository] = cloud.all("aws:ecr/repository:Repository");
  await cloud.pushImage({ repository: repository?.id ?? "", tag: "old", digest: `sha256:${"0".repeat(64)}` });
  const [bucket] = cloud.all("aws:s3/bucket:Bucket");
  await make(cloud, "aws:s3/bucketObjectv2:BucketObjectv2", "left", { bucket: bucket?.id, key: "left" });
  const down = await run("down");
  expect(down.stderr).not.toMatch(/NotEmpty/);
  expect(down.code).toBe(0);
});

test("a store that a destroy had deleted before it failed, and that was made again, leaves a snapshot of its own", async () => {
  const services = `web: { image: "nginx:1.29", ports: ["80:80"] }, cache: { image: "redis:7", x-redis: true }`;
  writeFileSync(join(home, "shop/compose.yaml"), `name: shop\nservices: { ${services} }\n`);
  expect((await run("up")).code).toBe(0);
  // The store's group stands when the store is made again.
  const left = await leave("somebody's", "cache-server");
  expect((await run("destroy")).code).toBe(5);
  expect(types()).not.toContain("aws:elasticache/replicationGroup:ReplicationGroup");
  await cloudOf().delete(interfaceType, left);
  expect((await run("up")).code).toBe(0);
  const down = await run("down");
  expect([down.code, down.result.error]).toEqual([0, undefined]);
  const snapshots = cloudOf().snapshots.list();
  expect(new Set(snapshots.map(({ name }) => name)).size).toBe(2);
});
