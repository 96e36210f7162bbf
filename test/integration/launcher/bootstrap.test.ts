/** `berth bootstrap` against an emulated CloudFormation: created, left alone, changed, taken down, found again. */
import type { AwsClients } from "../../../src/aws/clients";
import { account, region, startEmulator, type Emulator } from "../../support/emulator";
import { clientsOf } from "../../support/emulator/clients";
import { berth, type LauncherOptions, type LauncherRun } from "../../support/launcher";

const bucket = `berth-cd-bucket-${account}-${region}`;
let emulator: Emulator;
let clients: AwsClients;

beforeAll(async () => {
  emulator = await startEmulator();
  clients = clientsOf(emulator);
});

afterAll(async () => {
  await clients.close();
  await emulator.stop();
});

function bootstrap(argv: readonly string[] = [], options: LauncherOptions = {}): Promise<LauncherRun> {
  return berth(["bootstrap", ...argv], { env: { ...emulator.env, HOME: "/nowhere" }, ...options });
}

async function resources(): Promise<Readonly<Record<string, string>>> {
  const cloudFormation = await clients.cloudFormation();
  const { StackResources = [] } = await cloudFormation.describeStackResources({ StackName: "berth-cd" });
  return Object.fromEntries(
    StackResources.map(({ LogicalResourceId = "", ResourceType = "" }) => [LogicalResourceId, ResourceType]),
  );
}

/** ESTATE, part A: once for an account and region. */
const estate = {
  Bucket: "AWS::S3::Bucket",
  Cluster: "AWS::ECS::Cluster",
  ClusterCapacity: "AWS::ECS::ClusterCapacityProviderAssociations",
  ExecutionRole: "AWS::IAM::Role",
  TaskRole: "AWS::IAM::Role",
  Vpc: "AWS::EC2::VPC",
  SubnetA: "AWS::EC2::Subnet",
  SubnetB: "AWS::EC2::Subnet",
  InternetGateway: "AWS::EC2::InternetGateway",
  InternetGatewayAttachment: "AWS::EC2::VPCGatewayAttachment",
  RouteTable: "AWS::EC2::RouteTable",
  DefaultRoute: "AWS::EC2::Route",
  SubnetARoutes: "AWS::EC2::SubnetRouteTableAssociation",
  SubnetBRoutes: "AWS::EC2::SubnetRouteTableAssociation",
  S3Endpoint: "AWS::EC2::VPCEndpoint",
  SecurityGroup: "AWS::EC2::SecurityGroup",
  LogGroup: "AWS::Logs::LogGroup",
  EcrPublicCache: "AWS::ECR::PullThroughCacheRule",
  TaskDefinition: "AWS::ECS::TaskDefinition",
  Key: "AWS::KMS::Key",
  KeyAlias: "AWS::KMS::Alias",
  SchedulerRole: "AWS::IAM::Role",
};

test("an image that its registry has not is refused before anything is made", async () => {
  const asked: string[] = [];
  const { code, stderr } = await bootstrap(["--image", "org/cd:1"], {
    launcher: (made) => {
      const { endpointUrl: _, ...settings } = made.settings;
      const fetcher = (url: string): Promise<Response> => {
        asked.push(url);
        return Promise.resolve(new Response(null, { status: 404 }));
      };
      return { ...made, settings, fetcher };
    },
  });
  expect([code, stderr]).toEqual([
    2,
    "error: --image: the CD task's image org/cd:1 is not in its registry\n  fix: push it there, or name another one: berth bootstrap --image IMAGE\n",
  ]);
  expect(asked).toEqual(["https://registry-1.docker.io/v2/org/cd/manifests/1"]);
  const cloudFormation = await clients.cloudFormation();
  await expect(cloudFormation.describeStacks({ StackName: "berth-cd" })).rejects.toThrow(/not exist/);
});

test("creates every row of the estate, with a line for each", async () => {
  const made = await bootstrap(["--image", "berth-cd:1"]);
  expect([made.code, made.stderr]).toEqual([0, expect.stringContaining("The account is ready") as string]);
  expect(await resources()).toMatchObject(estate);
  for (const [name, type] of Object.entries(estate))
    expect(made.stderr).toMatch(new RegExp(`created +${type.slice(5).replace("::", " ")} ${name}$`, "m"));
  expect(made.stdout).toContain(bucket);
});

test("the task gets everything that berth-cd reads", async () => {
  const ecs = await clients.ecs();
  const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: "berth-cd" });
  const [container] = taskDefinition?.containerDefinitions ?? [];
  const environment = Object.fromEntries(
    (container?.environment ?? []).map(({ name = "", value = "" }) => [name, value]),
  );
  expect(container).toMatchObject({ image: "berth-cd:1", stopTimeout: 120 });
  expect(environment).toMatchObject({
    AWS_REGION: region,
    BERTH_BUCKET: bucket,
    BERTH_CLUSTER: `arn:aws:ecs:${region}:${account}:cluster/berth-cd`,
    BERTH_TASK_DEFINITION: "berth-cd",
    BERTH_SUBNETS: expect.stringMatching(/^subnet-\w+,subnet-\w+$/) as string,
    BERTH_SECURITY_GROUPS: expect.stringMatching(/^sg-/) as string,
    BERTH_SECRETS_KEY_ARN: expect.stringMatching(/^arn:aws:kms:/) as string,
    BERTH_PERMISSIONS_BOUNDARY_ARN: expect.stringMatching(/:policy\//) as string,
    BERTH_SCHEDULER_ROLE_ARN: expect.stringMatching(/:role\//) as string,
    BERTH_PULL_THROUGH_ECR_PUBLIC: "berth-cd-ecrpublic",
    PULUMI_BACKEND_URL: `s3://${bucket}?region=${region}&awssdk=v2`,
    BERTH_SECRETS_PROVIDER: expect.stringMatching(
      /^awskms:\/\/\/arn:aws:kms:.*\?region=us-east-1&awssdk=v2$/,
    ) as string,
  });
});

test("the bucket is encrypted, versioned and closed", async () => {
  const s3 = await clients.s3();
  expect((await s3.getBucketVersioning({ Bucket: bucket })).Status).toBe("Enabled");
  const { Policy = "" } = await s3.getBucketPolicy({ Bucket: bucket });
  expect(Policy).toContain("aws:SecureTransport");
  const { PublicAccessBlockConfiguration } = await s3.getPublicAccessBlock({ Bucket: bucket });
  expect(PublicAccessBlockConfiguration).toMatchObject({
    BlockPublicAcls: true,
    RestrictPublicBuckets: true,
  });
});

test("the same again changes nothing", async () => {
  const again = await bootstrap();
  expect([again.code, again.stderr]).toEqual([0, expect.stringContaining("Nothing to change") as string]);
});

test("a change is shown, asked for, and made", async () => {
  const refused = await bootstrap(["--log-retention", "7"], { answers: [false] });
  expect([refused.code, refused.questions]).toEqual([130, ["Make these changes?"]]);
  expect(refused.stderr).toMatch(/modify +LogGroup +AWS::Logs::LogGroup/);
  const nobody = await bootstrap(["--log-retention", "7"]);
  expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining("nobody can be asked") as string]);
  const made = await bootstrap(["--log-retention", "7", "--yes"]);
  expect([made.code, made.stderr]).toEqual([
    0,
    expect.stringMatching(/updated +Logs LogGroup LogGroup/) as string,
  ]);
  const { logGroups } = await (
    await clients.logs()
  ).describeLogGroups({ logGroupNamePrefix: "/berth/berth-cd" });
  expect(logGroups?.[0]?.retentionInDays).toBe(7);
});

test("what was not said keeps its value: the image of the first time", async () => {
  const { taskDefinition } = await (
    await clients.ecs()
  ).describeTaskDefinition({ taskDefinition: "berth-cd" });
  expect(taskDefinition?.containerDefinitions?.[0]?.image).toBe("berth-cd:1");
});

test("Docker Hub's credentials and roles for CI come by an update; the token stands nowhere", async () => {
  const made = await bootstrap(
    ["--docker-hub", "ann", "--github", "acme/shop", "--gitlab", "acme/shop", "-y"],
    {
      stdin: "dckr_pat_hidden\n",
    },
  );
  expect(made.code).toBe(0);
  expect(await resources()).toMatchObject({
    DockerHubCredentials: "AWS::SecretsManager::Secret",
    DockerHubCache: "AWS::ECR::PullThroughCacheRule",
    GitHubProvider: "AWS::IAM::OIDCProvider",
    GitHubRole: "AWS::IAM::Role",
    GitLabProvider: "AWS::IAM::OIDCProvider",
    GitLabRole: "AWS::IAM::Role",
  });
  expect(made.stdout).toMatch(/role for GitHub Actions +arn:aws:iam/);
  expect(made.stdout + made.stderr).not.toContain("dckr_pat_hidden");
});

test("--down keeps the bucket, and a new stack finds it with its states", async () => {
  const s3 = await clients.s3();
  await s3.putObject({ Bucket: bucket, Key: ".pulumi/stacks/shop/dev.json", Body: "{}" });
  const down = await bootstrap(["--down"], { answers: [true] });
  expect([down.code, down.questions]).toEqual([0, ["Delete the stack berth-cd?"]]);
  expect(down.stderr).toContain(`The bucket ${bucket} and its key stay`);
  expect((await bootstrap(["--image", "berth-cd:2"])).code).toBe(0);
  expect(Object.keys(await resources())).not.toContain("Bucket");
  const { Body } = await s3.getObject({ Bucket: bucket, Key: ".pulumi/stacks/shop/dev.json" });
  expect(await Body?.transformToString()).toBe("{}");
});

test("the bucket goes only when it is named, by its own name, and without a state in it", async () => {
  const other = await bootstrap(["--down", "--yes", "--bucket", "another"]);
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining(`its name is ${bucket}`) as string]);
  const standing = await bootstrap(["--down", "--yes", "--bucket", bucket]);
  expect([standing.code, standing.stderr]).toEqual([
    2,
    expect.stringMatching(/shop\/dev: the stack still exists/) as string,
  ]);
  const s3 = await clients.s3();
  await s3.deleteObject({ Bucket: bucket, Key: ".pulumi/stacks/shop/dev.json" });
  const down = await bootstrap(["--down", "--yes", "--bucket", bucket]);
  expect(down.code).toBe(0);
  await expect(s3.headBucket({ Bucket: bucket })).rejects.toMatchObject({ name: "NotFound" });
  expect((await bootstrap(["--down", "--yes"])).stderr).toContain("nothing to remove");
});

test("a resource that fails is named with CloudFormation's own reason, and its remains can be removed", async () => {
  const ecr = await clients.ecr();
  const rule = { ecrRepositoryPrefix: "berth-cd-ecrpublic", upstreamRegistryUrl: "public.ecr.aws" };
  await ecr.createPullThroughCacheRule(rule);
  const failed = await bootstrap(["--image", "berth-cd:1"]);
  expect([failed.code, failed.stderr]).toEqual([
    5,
    expect.stringMatching(
      /^error: EcrPublicCache \(AWS::ECR::PullThroughCacheRule\): .*already exists/m,
    ) as string,
  ]);
  expect((await bootstrap()).stderr).toContain("berth bootstrap --down removes what is left of it");
  await ecr.deletePullThroughCacheRule({ ecrRepositoryPrefix: rule.ecrRepositoryPrefix });
  expect((await bootstrap(["--down", "--yes"])).code).toBe(0);
  expect((await bootstrap(["--image", "berth-cd:1"])).code).toBe(0);
});

test.each([
  [["--vpc", "vpc-1", "--log-retention", "2"], /--log-retention: "2"[\s\S]*give both, or neither/],
  [["--bucket", "b"], /names what --down deletes/],
  [["--github", "shop", "--arch", "x86"], /--arch: "x86": must be amd64 or arm64[\s\S]*--github: "shop"/],
])("%j is refused, with everything that is wrong", async (argv, message) => {
  const refused = await bootstrap(argv);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(message) as string]);
});

test("--print writes the template", async () => {
  const { code, stdout } = await bootstrap(["--print"], { env: { HOME: "/nowhere" } });
  expect([code, stdout]).toEqual([0, expect.stringContaining("AWS::ECS::TaskDefinition") as string]);
});
