/** What exists of a stack, by the SDK, from the simulated AWS's own answers. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AwsClients } from "../../../src/aws/clients";
import { AwsExistingResources } from "../../../src/aws/estate/existing";
import { SimulatedAws } from "../../../src/simulator/cloud/aws";
import { serveExisting, type ServedExisting } from "../../../src/simulator/cloud/existing";
import { make } from "../../support/simulated-world";

const credentials = { accessKeyId: "test", secretAccessKey: "test" };
const tags = { "berth:project": "shop", "berth:stack": "dev" };
let cloud: SimulatedAws;
let served: ServedExisting;
let clients: AwsClients;

beforeEach(async () => {
  cloud = new SimulatedAws({ region: "us-east-1" });
  served = await serveExisting(cloud);
  clients = new AwsClients({ region: "us-east-1", endpointUrl: served.url, credentials, version: "0.0.0" });
});
afterEach(async () => {
  await clients.close();
  served.close();
});

test("the stack's own resources come with their ARNs and tags, those of others don't", async () => {
  const id = await make(cloud, "aws:ec2/vpc:Vpc", "net", {
    cidrBlock: "10.0.0.0/16",
    tags: { ...tags, Name: "net" },
  });
  await make(cloud, "aws:ec2/vpc:Vpc", "other", {
    cidrBlock: "10.1.0.0/16",
    tags: { ...tags, "berth:stack": "prod" },
  });
  await make(cloud, "aws:ec2/vpc:Vpc", "nobody's", { cidrBlock: "10.2.0.0/16" });
  expect(await new AwsExistingResources(clients).tagged({ project: "shop", stack: "dev" })).toEqual([
    { arn: `arn:aws:ec2:us-east-1:123456789012:vpc/${id}`, tags: { ...tags, Name: "net" } },
  ]);
});

test("a mount target is told by its file system and subnet, a secret's current version by its secret", async () => {
  const vpcId = await make(cloud, "aws:ec2/vpc:Vpc", "net", { cidrBlock: "10.0.0.0/16" });
  const subnet = (name: string, availabilityZone: string, cidrBlock: string): Promise<string> =>
    make(cloud, "aws:ec2/subnet:Subnet", name, { vpcId, availabilityZone, cidrBlock });
  const [one, two] = [
    await subnet("a", "us-east-1a", "10.0.0.0/24"),
    await subnet("b", "us-east-1b", "10.0.1.0/24"),
  ];
  const fileSystemId = await make(cloud, "aws:efs/fileSystem:FileSystem", "files", { encrypted: true });
  const target = await make(cloud, "aws:efs/mountTarget:MountTarget", "files-1", {
    fileSystemId,
    subnetId: one,
  });
  const existing = new AwsExistingResources(clients);
  const mounted = (subnetId: string, system = fileSystemId) =>
    existing.child({ kind: "mount target", fileSystemId: system, subnetId });
  expect(await mounted(one)).toEqual({ id: target, isMaking: false });
  expect(await mounted(two)).toBeUndefined();
  expect(await mounted(one, "fs-0123456789abcdef0")).toBeUndefined();

  const secretId = await make(cloud, "aws:secretsmanager/secret:Secret", "key", { name: "key" });
  const current = () => existing.child({ kind: "secret version", secretId });
  expect(await current()).toBeUndefined();
  const version = (secretString: string): Promise<string> =>
    make(cloud, "aws:secretsmanager/secretVersion:SecretVersion", secretString, { secretId, secretString });
  await version("old");
  const id = await version("new");
  expect(await current()).toEqual({ id, isMaking: false });
  expect(await existing.child({ kind: "secret version", secretId: `${secretId}-` })).toBeUndefined();
});

test("a role is the stack's own where it bears its tags, whatever else has its name", async () => {
  const existing = new AwsExistingResources(clients);
  const assumeRolePolicy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
  for (const [name, own] of [
    ["ours", tags],
    ["theirs", { ...tags, "berth:stack": "prod" }],
    ["nobodys", {}],
  ] as const)
    await make(cloud, "aws:iam/role:Role", name, { name, assumeRolePolicy, tags: own });
  const role = (name: string) => existing.child({ kind: "role", name, tags });
  expect(await role("ours")).toEqual({ id: "ours", isMaking: false });
  for (const name of ["theirs", "nobodys", "none"]) expect(await role(name)).toBeUndefined();

  await make(cloud, "aws:iam/instanceProfile:InstanceProfile", "agent", {
    name: "agent",
    role: "ours",
    tags,
  });
  const profile = (name: string) => existing.child({ kind: "instance profile", name, tags });
  expect(await profile("agent")).toEqual({ id: "agent", isMaking: false });
  expect(await profile("ours")).toBeUndefined();
});

test("what has no region is asked for where it is seen, outside of us-east-1", async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const region = /\/([a-z0-9-]+)\/tagging\//.exec(request.headers.authorization ?? "")?.[1] ?? "";
    asked.push(region);
    const zone = { ResourceARN: "arn:aws:route53:::hostedzone/Z1", Tags: [] };
    response.setHeader("content-type", "application/x-amz-json-1.1");
    response.end(JSON.stringify({ ResourceTagMappingList: region === "us-east-1" ? [zone] : [] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpointUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const abroad = new AwsClients({ region: "eu-west-1", endpointUrl, credentials, version: "0" });
  try {
    expect(await new AwsExistingResources(abroad).tagged({ project: "shop", stack: "dev" })).toEqual([
      { arn: "arn:aws:route53:::hostedzone/Z1", tags: {} },
    ]);
    expect(asked).toEqual(["eu-west-1", "us-east-1"]);
  } finally {
    await abroad.close();
    server.close();
  }
});

test("where AWS can't be asked, that is the error", async () => {
  served.close();
  const asked = new AwsExistingResources(
    new AwsClients({
      region: "us-east-1",
      endpointUrl: served.url,
      credentials,
      version: "0",
      maxAttempts: 1,
    }),
  ).tagged({ project: "shop", stack: "dev" });
  await expect(asked).rejects.toMatchObject({ kind: "deployment", problems: [{ path: "tag:GetResources" }] });
});
