/** The template of the account's stack: what cfn-lint says of it, and what its policies let the CD task do. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { bootstrapTemplate } from "../../../src/launcher/account/template";
import { partitionIds } from "../../../src/partitions";
import { resolveTemplate } from "../../support/iam/template";
import { parametersOf } from "../../../src/launcher/account/options";
import { readTemplate, templateBody } from "../../../src/launcher/account/template-json";
import type { Given } from "../../../src/launcher/core/command";

const root = join(__dirname, "../../..");

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

interface Resource {
  readonly Type: string;
  readonly Properties: { readonly PolicyDocument: { readonly Statement: readonly Statement[] } };
}

/** CloudFormation's short forms are tags; only their text matters here. */
const customTags = ["Ref", "Sub", "GetAtt", "Condition"].map((tag) => ({
  tag: `!${tag}`,
  resolve: (text: string) => `\${${text}}`,
}));
const sequenceTags = ["If", "Equals", "Not", "And", "Join", "Select", "Cidr", "GetAZs", "Sub", "Or"].map(
  (tag) => ({
    tag: `!${tag}`,
    collection: "seq" as const,
  }),
);

const { Resources: resources } = parse(bootstrapTemplate(), {
  customTags: [...customTags, ...sequenceTags],
  logLevel: "silent",
}) as { readonly Resources: Readonly<Record<string, Resource>> };

function statementsOf(name: string): readonly Statement[] {
  const statements: readonly unknown[] = resources[name]?.Properties.PolicyDocument.Statement ?? [];
  // A statement that a condition decides on is a list: the condition, the statement, and nothing.
  return statements.flat().filter((each): each is Statement => typeof each === "object" && each !== null);
}

test("cfn-lint finds nothing", () => {
  const python = execFileSync(process.execPath, [join(root, "scripts/python-env.mjs")], {
    encoding: "utf8",
  }).trim();
  const file = join(root, "stacks/bootstrap.yaml");
  expect(
    execFileSync(join(dirname(python), "cfn-lint"), ["--non-zero-exit-code", "warning", file], {
      encoding: "utf8",
    }),
  ).toBe("");
});

test("it fits into one call", () => {
  // CreateChangeSet, TemplateBody: "a maximum length of 51,200 bytes"
  expect(Buffer.byteLength(templateBody())).toBeLessThanOrEqual(51_200);
});

/** Of the parameters that have a check in the template: a value that it refuses, as an option of `berth bootstrap`. */
const refusedValues: Readonly<Record<string, readonly string[]>> = {
  CpuArchitecture: ["arch", "sparc"],
  TaskCpu: ["cpu", "100"],
  TaskMemory: ["memory", "1"],
  VpcId: ["vpc", "x"],
  LogRetentionDays: ["logRetention", "2"],
  UploadRetentionDays: ["uploadRetention", "3651"],
  PermissionsBoundaryArn: ["permissionsBoundary", "arn:aws:s3:::x"],
  ExtraPolicyArn: ["extraPolicy", "x"],
  GitHubRepository: ["github", "x"],
  GitHubProviderArn: ["githubProvider", "x"],
  GitLabProject: ["gitlab", "x"],
  GitLabProviderArn: ["gitlabProvider", "x"],
};

test("what the template checks for people and is not sent, the options check", () => {
  const { Parameters: own } = readTemplate(bootstrapTemplate());
  const checked = Object.entries(own as Readonly<Record<string, Readonly<Record<string, unknown>>>>)
    .filter(([, parameter]) =>
      ["AllowedPattern", "AllowedValues", "MinValue"].some((key) => key in parameter),
    )
    .map(([name]) => name);
  // Whether a bucket was left, and its key, are what the launcher finds; no option gives VpcCidr.
  const found = ["BucketExists", "KeyArn", "VpcCidr"];
  expect(checked.filter((name) => !found.includes(name)).sort()).toEqual(Object.keys(refusedValues).sort());
  for (const [option = "", value = ""] of Object.values(refusedValues)) {
    const given = { has: () => false, text: (name: string) => (name === option ? value : undefined) };
    expect(() => parametersOf(given as unknown as Given)).toThrow(JSON.stringify(value));
  }
  expect(templateBody()).not.toMatch(/"(AllowedPattern|AllowedValues|MinValue|MaxValue)"/);
});

const policies = Object.entries(resources)
  .filter(([, { Type }]) => Type === "AWS::IAM::ManagedPolicy")
  .map(([name]) => name);

/** As it is in the partition and region with the longest names; a role's own name has 18 characters more than its logical one. */
const resolved = resolveTemplate({}, { partition: "aws-us-gov" }).resources;
/** Room for names that CloudFormation makes longer than they are here, of a dozen references. */
const room = 12 * 25;

test.each(partitionIds)("in %s every ARN of the template is of that partition", (partition) => {
  const text = JSON.stringify(resolveTemplate({}, { partition }).resources);
  const found = [...text.matchAll(/arn:(aws[a-z-]*):/g)].map(([, id]) => id);
  expect(new Set(found)).toEqual(new Set([partition]));
});

test.each(policies)("%s fits into a managed policy", (name) => {
  // IAM quotas: 6,144 characters, white space apart.
  const document = resolved[name]?.Properties["PolicyDocument"];
  expect(JSON.stringify(document).length + room).toBeLessThan(6_144);
});

test.each(policies.filter((name) => !name.endsWith("Boundary")))(
  "%s allows no service as a whole by IAM, S3, KMS or ECS",
  (name) => {
    for (const { Action } of statementsOf(name)) {
      for (const action of [Action].flat())
        expect(action).not.toMatch(/^(\*|(iam|s3|kms|ecs|ssm|rds|sts|organizations):\*)$/);
    }
  },
);

test("roles are made and passed under Berth's path alone, and only with the boundary", () => {
  const identity = statementsOf("IdentityPolicy");
  const creates = identity.filter(({ Action }) => [Action].flat().includes("iam:CreateRole"));
  expect(creates).toHaveLength(1);
  expect(JSON.stringify(creates[0])).toMatch(/role\/berth\/\*.*iam:PermissionsBoundary/);
  const passes = identity.filter(({ Action }) => [Action].flat().includes("iam:PassRole"));
  expect(passes).toHaveLength(1);
  expect(JSON.stringify(passes[0])).toMatch(/role\/berth\/\*.*iam:PassedToService/);
});

test("the limit of the CD task holds also where a wider policy is attached", () => {
  const denied = statementsOf("CdBoundary").filter(({ Effect }) => Effect === "Deny");
  const actions = denied.flatMap(({ Action }) => Action);
  for (const action of [
    "iam:CreateRole",
    "iam:PassRole",
    "iam:DeleteRolePermissionsBoundary",
    "iam:CreatePolicy*",
  ])
    expect(actions).toContain(action);
});

test("every action of the provider's services that the components use is there", () => {
  const services = new Set(
    readFileSync(join(root, "src/components/stack/aws-provider.ts"), "utf8")
      .match(/^ {2}"[a-z0-9]+",$/gm)
      ?.map((line) => line.replace(/[^a-z0-9]/g, "")),
  );
  /** The provider's endpoint names that are not the prefix of the service's actions. */
  const prefixes: Readonly<Record<string, string>> = {
    applicationautoscaling: "application-autoscaling",
    appautoscaling: "application-autoscaling",
    cloudwatchlogs: "logs",
    efs: "elasticfilesystem",
    elbv2: "elasticloadbalancing",
    eventbridge: "events",
    sfn: "states",
  };
  const allowed = policies
    .filter((name) => !["CdBoundary", "Boundary", "LauncherPolicy"].includes(name))
    .flatMap((name) => statementsOf(name).flatMap(({ Action }) => Action))
    .map((action) => action.split(":")[0]);
  expect(services.size).toBeGreaterThan(10);
  for (const service of services) expect(allowed).toContain(prefixes[service] ?? service);
});
