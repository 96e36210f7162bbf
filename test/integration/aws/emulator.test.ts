/** The tests' own AWS: what it adds to ministack, and that it never stays behind. */
import { execFile, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { account } from "../../support/emulator";
import { emulatedAccount } from "../../support/emulator/clients";

const root = resolve(__dirname, "../../..");
const run = promisify(execFile);

describe("the emulator", () => {
  const aws = emulatedAccount();

  it("has pull-through cache rules", async () => {
    const ecr = await aws.clients.ecr();
    const rule = { ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "registry-1.docker.io" };
    await ecr.createPullThroughCacheRule(rule);
    await expect(ecr.createPullThroughCacheRule(rule)).rejects.toMatchObject({
      name: "PullThroughCacheRuleAlreadyExistsException",
    });
    const { pullThroughCacheRules } = await ecr.describePullThroughCacheRules({});
    expect(pullThroughCacheRules).toMatchObject([{ ...rule, registryId: account }]);
    await ecr.deletePullThroughCacheRule({ ecrRepositoryPrefix: "hub" });
    await expect(ecr.describePullThroughCacheRules({ ecrRepositoryPrefixes: ["hub"] })).rejects.toMatchObject(
      {
        name: "PullThroughCacheRuleNotFoundException",
      },
    );
  });

  it("makes the resources of the bootstrap template by CloudFormation", async () => {
    const template = {
      Resources: {
        Network: { Type: "AWS::EC2::VPC", Properties: { CidrBlock: "10.9.0.0/16" } },
        Cluster: { Type: "AWS::ECS::Cluster", Properties: { ClusterName: "cd" } },
        Capacity: {
          Type: "AWS::ECS::ClusterCapacityProviderAssociations",
          Properties: {
            Cluster: { Ref: "Cluster" },
            CapacityProviders: ["FARGATE", "FARGATE_SPOT"],
            DefaultCapacityProviderStrategy: [{ CapacityProvider: "FARGATE", Weight: 1 }],
          },
        },
        Rule: {
          Type: "AWS::ECR::PullThroughCacheRule",
          Properties: { EcrRepositoryPrefix: "ecr-public", UpstreamRegistryUrl: "public.ecr.aws" },
        },
      },
      Outputs: { Range: { Value: { "Fn::GetAtt": ["Network", "CidrBlock"] } } },
    };
    const stack = { StackName: "cd", Version: "2010-05-15" };
    await aws.emulator.query("cloudformation", {
      Action: "CreateStack",
      ...stack,
      TemplateBody: JSON.stringify(template),
    });
    let described = "";
    do described = await aws.emulator.query("cloudformation", { Action: "DescribeStacks", ...stack });
    while (described.includes("CREATE_IN_PROGRESS"));
    expect(described).toContain("CREATE_COMPLETE");
    expect(described).toContain("10.9.0.0/16");
    const { clusters } = await (await aws.clients.ecs()).describeClusters({ clusters: ["cd"] });
    expect(clusters?.[0]?.capacityProviders).toEqual(["FARGATE", "FARGATE_SPOT"]);
    const { pullThroughCacheRules } = await (await aws.clients.ecr()).describePullThroughCacheRules({});
    expect(pullThroughCacheRules).toMatchObject([{ ecrRepositoryPrefix: "ecr-public" }]);
  });
});

it("ends with the process that started it", async () => {
  const { stdout } = await run(process.execPath, [join(root, "scripts/python-env.mjs")]);
  const directory = mkdtempSync(join(tmpdir(), "berth-orphan-"));
  const server = spawn(stdout.trim(), [join(root, "test/support/emulator/server.py")], {
    stdio: ["pipe", "ignore", "ignore"],
    env: { GATEWAY_PORT: "0", BIND_HOST: "127.0.0.1", IOT_MTLS_ENABLED: "0", TMPDIR: directory },
  });
  const exit = new Promise((ended) => server.once("exit", ended));
  // What the system does when that process dies, by whatever signal.
  server.stdin.destroy();
  expect(await exit).toBe(0);
  rmSync(directory, { recursive: true, force: true });
});

it("says what to install where there is no Python", async () => {
  const directory = mkdtempSync(join(tmpdir(), "berth-no-python-"));
  const script = join(directory, "scripts/python-env.mjs");
  mkdirSync(join(directory, "test/support/emulator"), { recursive: true });
  cpSync(join(root, "scripts/python-env.mjs"), script);
  const requirements = "test/support/emulator/requirements.txt";
  cpSync(join(root, requirements), join(directory, requirements));
  const failed = run(process.execPath, [script], { env: { PATH: directory } });
  await expect(failed).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /needs Python 3\.10 or later with venv and pip.*apt-get install/s,
    ) as string,
  });
  rmSync(directory, { recursive: true, force: true });
});
