import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SimulatedAws } from "../../../../src/simulator/cloud/aws";
import { isSealed, seal, unknown, type Properties } from "../../../../src/simulator/cloud/cloud";
import { FileCloudStore } from "../../../../src/simulator/cloud/store";
import { container, make, seededWorld, urnOf } from "../../../support/simulated-world";

const vpc = "aws:ec2/vpc:Vpc";
const repository = "aws:ecr/repository:Repository";
const database = "aws:rds/instance:Instance";

describe("deletion", () => {
  test.each([
    ["a VPC with subnets", vpc, "vpcId"],
    ["a subnet with a load balancer", "aws:ec2/subnet:Subnet", "subnetA"],
    ["a target group behind a listener", "aws:lb/targetGroup:TargetGroup", "targets"],
    ["a file system with mount targets", "aws:efs/fileSystem:FileSystem", "files"],
  ])("of %s is refused, and it stays", async (_, type, name) => {
    const { aws, ids } = await seededWorld();
    await expect(aws.delete(type, ids[name] ?? "")).rejects.toThrow(/DependencyViolation|InUse/);
    expect(await aws.read(type, ids[name] ?? "")).toBeDefined();
  });

  test("of what isn't there is done", async () => {
    const { aws } = await seededWorld();
    await expect(aws.delete(vpc, "vpc-none")).resolves.toBeUndefined();
  });

  test("of a repository with images is refused unless it is forced", async () => {
    const { aws } = await seededWorld();
    await aws.pushImage({ repository: "shop/images", tag: "v1", digest: "sha256:1" });
    await expect(aws.delete(repository, "shop/images")).rejects.toThrow(/RepositoryNotEmptyException/);
    await aws.update(repository, "shop/images", {}, { name: "shop/images", forceDelete: true });
    await aws.delete(repository, "shop/images");
    expect(aws.images("shop/images")).toEqual([]);
  });

  const plain: Properties = {
    identifier: "db",
    engine: "postgres",
    instanceClass: "db.t4g.micro",
    allocatedStorage: 20,
    username: "postgres",
    password: "long-enough",
  };

  test.each<[string, Properties, RegExp | undefined]>([
    ["without a final snapshot", {}, /final_snapshot_identifier is required/],
    ["that is protected", { deletionProtection: true, skipFinalSnapshot: true }, /Cannot delete protected/],
    ["with a final snapshot", { finalSnapshotIdentifier: "last" }, undefined],
    ["whose snapshot is skipped", { skipFinalSnapshot: true }, undefined],
  ])("of a database %s", async (_, more, refused) => {
    const { aws } = await seededWorld();
    const id = await make(aws, database, "db", { ...plain, ...more });
    const deleted = aws.delete(database, id);
    if (refused === undefined) await expect(deleted).resolves.toBeUndefined();
    else await expect(deleted).rejects.toThrow(refused);
  });
});

describe("a certificate", () => {
  test("is issued only when its records are there", async () => {
    const { aws, ids } = await seededWorld();
    const validation = "aws:acm/certificateValidation:CertificateValidation";
    const inputs = { certificateArn: ids["certificate"] };
    await expect(make(aws, validation, "v", inputs)).rejects.toThrow(
      /record _\w+\.example\.com\. that proves/,
    );
    const certificate = await aws.read("aws:acm/certificate:Certificate", ids["certificate"] ?? "");
    const [option] = certificate?.outputs["domainValidationOptions"] as { resourceRecordName: string }[];
    await make(aws, "aws:route53/record:Record", "v", {
      zoneId: ids["zone"],
      name: option?.resourceRecordName,
      type: "CNAME",
      ttl: 60,
      records: ["x"],
    });
    await make(aws, validation, "v", inputs);
    const https = {
      loadBalancerArn: ids["balancer"],
      port: 443,
      protocol: "HTTPS",
      certificateArn: ids["certificate"],
      defaultActions: [{ type: "forward", targetGroupArn: ids["targets"] }],
    };
    await expect(make(aws, "aws:lb/listener:Listener", "https", https)).resolves.toContain(
      ":listener/app/alb/",
    );
  });
});

describe("a difference", () => {
  const { aws } = { aws: new SimulatedAws({ region: "us-east-1" }) };

  test.each<[string, string, Properties, Properties, readonly string[], readonly string[], boolean]>([
    ["nothing", vpc, { cidrBlock: "a", tags: {} }, { cidrBlock: "a", tags: {} }, [], [], false],
    ["null and absent", vpc, { tags: null }, {}, [], [], false],
    ["a tag", vpc, { tags: { a: "1" } }, { tags: { a: "2" } }, ["tags"], [], false],
    ["a range", vpc, { cidrBlock: "a" }, { cidrBlock: "b" }, ["cidrBlock"], ["cidrBlock"], false],
    [
      "what isn't known",
      vpc,
      { cidrBlock: "a" },
      { cidrBlock: unknown },
      ["cidrBlock"],
      ["cidrBlock"],
      false,
    ],
    [
      "a fixed name's group",
      "aws:lb/targetGroup:TargetGroup",
      { name: "w", port: 1 },
      { name: "w", port: 2 },
      ["port"],
      ["port"],
      true,
    ],
    [
      "a made name's group",
      "aws:lb/targetGroup:TargetGroup",
      { name: "w", port: 1, __defaults: ["name"] },
      { name: "w", port: 2, __defaults: ["name"] },
      ["port"],
      ["port"],
      false,
    ],
    [
      "a database's class",
      database,
      { instanceClass: "a" },
      { instanceClass: "b" },
      ["instanceClass"],
      [],
      false,
    ],
    ["a database's engine", database, { engine: "a" }, { engine: "b" }, ["engine"], ["engine"], false],
    [
      "a namespace deep inside",
      "aws:servicediscovery/service:Service",
      { dnsConfig: { namespaceId: "a", x: 1 } },
      { dnsConfig: { namespaceId: "b", x: 1 } },
      ["dnsConfig"],
      ["dnsConfig"],
      false,
    ],
    [
      "what lies beside it",
      "aws:servicediscovery/service:Service",
      { dnsConfig: { namespaceId: "a", x: 1 } },
      { dnsConfig: { namespaceId: "a", x: 2 } },
      ["dnsConfig"],
      [],
      false,
    ],
  ])("of %s", (_, type, before, after, changed, replaces, deleteBeforeReplace) => {
    expect(aws.diff(type, before, after)).toEqual({ changed, replaces, deleteBeforeReplace });
  });
});

describe("the cloud", () => {
  test("outlives its process, in a file for its owner alone", async () => {
    const directory = mkdtempSync(join(tmpdir(), "berth-cloud-"));
    const path = join(directory, "cloud.json");
    const { aws } = await seededWorld({ store: new FileCloudStore(path) });
    await aws.pushImage({ repository: "shop/images", tag: "v1", digest: "sha256:1" });
    const again = new SimulatedAws({ region: "us-east-1", store: new FileCloudStore(path) });
    expect(again.list()).toEqual(JSON.parse(JSON.stringify(aws.list())));
    expect(again.images("shop/images")).toHaveLength(1);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual(["cloud.json"]);
    rmSync(directory, { recursive: true });
  });

  test("gives no two resources an id, also where one replaces the other", async () => {
    const { aws } = await seededWorld();
    const first = await make(aws, vpc, "twin", { cidrBlock: "10.7.0.0/16" });
    expect(await make(aws, vpc, "twin", { cidrBlock: "10.7.0.0/16" })).not.toBe(first);
  });

  test("counts the revisions of a task definition", async () => {
    const { aws } = await seededWorld();
    const arn = await make(aws, "aws:ecs/taskDefinition:TaskDefinition", "web", {
      family: "web",
      containerDefinitions: JSON.stringify([container()]),
    });
    expect(arn).toMatch(/task-definition\/web:2$/);
  });

  test("takes as long as people see, scaled", async () => {
    const slept: number[] = [];
    const clock = { sleep: (milliseconds: number) => Promise.resolve(void slept.push(milliseconds)) };
    await seededWorld({ latencyScale: 0.5, clock });
    expect(slept).toContain(60_000);
    slept.length = 0;
    await seededWorld({ clock });
    expect(slept).toEqual([]);
  });

  test("doesn't look into secrets, and refuses nothing of them", async () => {
    const { aws } = await seededWorld();
    const inputs = { name: "/a", type: "SecureString", value: seal("0".repeat(5000)) };
    expect(aws.check("aws:ssm/parameter:Parameter", urnOf("p", "p"), inputs).refusals).toEqual([]);
    expect(isSealed(inputs.value)).toBe(true);
  });

  test.each(["aws:quantum/computer:Computer"])("has no %s, and says so", async (type) => {
    const { aws } = await seededWorld();
    expect(() => aws.check(type, urnOf(type, "q"), {})).toThrow(`the simulated AWS has no ${type}`);
    await expect(aws.create(type, urnOf(type, "q"), {})).rejects.toThrow("the simulated AWS has no");
    await expect(aws.invoke("aws:quantum/getQubit:getQubit", {})).rejects.toThrow("has no function");
  });
});

describe("a preview of a resource", () => {
  const { aws } = { aws: new SimulatedAws({ region: "us-east-1" }) };

  test("knows the inputs, and that AWS has yet to say the rest", () => {
    expect(aws.preview(vpc, "", { cidrBlock: "10.0.0.0/16" })).toMatchObject({
      cidrBlock: "10.0.0.0/16",
      arn: unknown,
      ipv6CidrBlock: unknown,
    });
  });

  test("of an update knows what stays", () => {
    const old = { arn: "arn", cidrBlock: "10.0.0.0/16", tags: {} };
    expect(aws.preview(vpc, "", { cidrBlock: "10.0.0.0/16", tags: { a: "b" } }, old)).toMatchObject({
      arn: "arn",
      tags: { a: "b" },
    });
  });
});

describe("functions", () => {
  test.each<[string, Properties, Properties]>([
    ["aws:index/getRegion:getRegion", {}, { region: "us-east-1", name: "us-east-1" }],
    ["aws:index/getCallerIdentity:getCallerIdentity", {}, { accountId: "123456789012" }],
    ["aws:index/getPartition:getPartition", {}, { partition: "aws" }],
    ["aws:ssm/getParameter:getParameter", { name: "/berth/shop/dev/X" }, { value: "(not set: simulated)" }],
    ["aws:route53/getZone:getZone", { name: "example.com." }, { name: "example.com" }],
  ])("%s", async (token, args, answer) => {
    const { aws } = await seededWorld();
    expect(await aws.invoke(token, args)).toMatchObject(answer);
  });

  test("zones are as many as the region has", async () => {
    const zones = async (region: string) =>
      (await new SimulatedAws({ region }).invoke("aws:index/getAvailabilityZones:getAvailabilityZones", {}))[
        "names"
      ];
    expect(await zones("us-east-1")).toHaveLength(6);
    expect(await zones("eu-west-1")).toEqual(["eu-west-1a", "eu-west-1b", "eu-west-1c"]);
  });

  test("a parameter that the stack has set is answered", async () => {
    const { aws } = await seededWorld();
    await make(aws, "aws:ssm/parameter:Parameter", "p", { name: "/a", type: "String", value: "v" });
    expect(await aws.invoke("aws:ssm/getParameter:getParameter", { name: "/a" })).toMatchObject({
      value: "v",
    });
  });

  test("a VPC outside of the stack is taken to exist once it is asked for", async () => {
    const { aws } = await seededWorld();
    const inputs = { vpcId: "vpc-0123456789abcdef0", name: "g" };
    const type = "aws:ec2/securityGroup:SecurityGroup";
    await expect(make(aws, type, "g", inputs)).rejects.toThrow(/no ec2 Vpc/);
    await aws.invoke("aws:ec2/getVpc:getVpc", { id: "vpc-0123456789abcdef0" });
    await expect(make(aws, type, "g", inputs)).resolves.toMatch(/^sg-0/);
    expect(aws.list().map(({ id }) => id)).not.toContain("vpc-0123456789abcdef0");
  });

  test("a random password is as long as asked for, and the same again", async () => {
    const { aws } = await seededWorld();
    const token = "aws:secretsmanager/getRandomPassword:getRandomPassword";
    const ask = async () => (await aws.invoke(token, { passwordLength: 70 }))["randomPassword"];
    expect(await ask()).toMatch(/^[0-9a-f]{70}$/);
    expect(await ask()).toBe(await ask());
  });

  test("a policy document is the JSON of its statements", async () => {
    const { aws } = await seededWorld();
    const { json } = await aws.invoke("aws:iam/getPolicyDocument:getPolicyDocument", {
      statements: [
        {
          actions: ["s3:GetObject"],
          resources: ["*"],
          principals: [{ type: "Service", identifiers: ["a"] }],
        },
      ],
    });
    expect(JSON.parse(String(json))).toEqual({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*", Principal: { Service: "a" } }],
    });
  });
});

describe("a database over the years", () => {
  const database = "aws:rds/instance:Instance";
  const inputs = {
    identifier: "db",
    engine: "postgres",
    engineVersion: "16",
    instanceClass: "db.t4g.micro",
    allocatedStorage: 20,
    username: "postgres",
    password: "long-enough",
    finalSnapshotIdentifier: "last",
  };

  test("goes to a later major version where it is told so, and never back", async () => {
    const { aws } = await seededWorld();
    const id = await make(aws, database, "db", inputs);
    const to = (engineVersion: string, allowMajorVersionUpgrade: boolean) =>
      aws.update(database, id, {}, { ...inputs, engineVersion, allowMajorVersionUpgrade });
    await expect(to("17", false)).rejects.toThrow("AllowMajorVersionUpgrade flag must be present");
    await expect(to("16.4", false)).resolves.toMatchObject({ engineVersion: "16.4" });
    await expect(to("17", true)).resolves.toMatchObject({ engineVersion: "17" });
    await expect(to("16", true)).rejects.toThrow("Cannot downgrade postgres from 17 to 16");
  });

  test("grows by a tenth at least, and never shrinks", async () => {
    const { aws } = await seededWorld();
    const id = await make(aws, database, "db", { ...inputs, allocatedStorage: 40 });
    const to = (allocatedStorage: number) => aws.update(database, id, {}, { ...inputs, allocatedStorage });
    await expect(to(30)).rejects.toThrow("cannot be less than the current storage size (40)");
    await expect(to(43)).rejects.toThrow("at least 10 % greater");
    await expect(to(44)).resolves.toMatchObject({ allocatedStorage: 44 });
  });

  test("leaves a snapshot, under a name that is free once", async () => {
    const { aws } = await seededWorld();
    const deleting = aws.delete(database, await make(aws, database, "db", inputs));
    // Who is killed now finds the database, and can delete it.
    expect(aws.snapshots.list()).toEqual([]);
    await deleting;
    expect(aws.snapshots.list().map(({ name }) => name)).toEqual(["last"]);
    const again = await make(aws, database, "db", inputs);
    await expect(aws.delete(database, again)).rejects.toThrow("SnapshotAlreadyExists");
    const quiet = await make(aws, database, "quiet", {
      ...inputs,
      identifier: "quiet",
      skipFinalSnapshot: true,
    });
    await aws.delete(database, quiet);
    expect(aws.snapshots.list()).toHaveLength(1);
  });
});

describe("a cache's TLS and token", () => {
  const cache = "aws:elasticache/replicationGroup:ReplicationGroup";
  const subnets = "aws:elasticache/subnetGroup:SubnetGroup";
  const tls = { transitEncryptionEnabled: true, transitEncryptionMode: "required" };
  const preferred = { ...tls, transitEncryptionMode: "preferred" };
  // As the engines send it.
  const authToken = seal("a digest");

  test.each<[string, Properties, Properties, RegExp | undefined]>([
    ["a token comes in place, with forced TLS", preferred, { ...tls, authToken }, undefined],
    [
      "a token stays as it is in another change",
      { ...tls, authToken },
      { ...tls, authToken, snapshotRetentionLimit: 7 },
      undefined,
    ],
    ["a token does not go", { ...tls, authToken }, tls, /deleted only when transitioning to RBAC/],
    ["TLS does not change beside a token", { ...tls, authToken }, preferred, /access control enabled/],
    ["TLS changes at once", preferred, { ...tls, applyImmediately: false }, /applied immediately option/],
  ])("%s", async (_, before, after, refused) => {
    const { aws, ids } = await seededWorld();
    await make(aws, subnets, "cache", { name: "cache", subnetIds: [ids["subnetA"], ids["subnetB"]] });
    const inputs = {
      replicationGroupId: "cache",
      description: "cache",
      engine: "redis",
      engineVersion: "7.1",
      nodeType: "cache.t4g.micro",
      subnetGroupName: "cache",
      applyImmediately: true,
    };
    const id = await make(aws, cache, "cache", { ...inputs, ...before });
    const updated = aws.update(cache, id, {}, { ...inputs, ...after });
    if (refused === undefined) await expect(updated).resolves.toMatchObject(after);
    else await expect(updated).rejects.toThrow(refused);
  });

  test("a mode is no change where the engine before it knew none, and forced TLS", async () => {
    const { aws, ids } = await seededWorld();
    await make(aws, subnets, "cache", { name: "cache", subnetIds: [ids["subnetA"], ids["subnetB"]] });
    const inputs = {
      replicationGroupId: "cache",
      description: "cache",
      engine: "redis",
      nodeType: "cache.t4g.micro",
      subnetGroupName: "cache",
      transitEncryptionEnabled: true,
      authToken,
    };
    const id = await make(aws, cache, "cache", { ...inputs, engineVersion: "6.2" });
    const after = { ...inputs, engineVersion: "7.1", transitEncryptionMode: "required" };
    await expect(aws.update(cache, id, {}, after)).resolves.toMatchObject({ engineVersion: "7.1" });
  });
});
