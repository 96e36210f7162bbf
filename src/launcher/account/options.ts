/** The options of `berth bootstrap`, and the parameters of the template that they are. */
import { z } from "zod";
import { BerthError, type Problem } from "../../errors";
import type { Given, OptionDescription } from "../core/command";
import { roleArn } from "../../model/zone-role";
import { trustOptions } from "./trust";

const arn = (what: string, kind: RegExp) => z.string().regex(kind, `must be the ARN of ${what}`);
const days = z.string().regex(/^\d+$/, "must be a number of days");

/** CloudWatch Logs keeps log events for these numbers of days alone (PutRetentionPolicy). */
const logDays = "1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653".split(
  " ",
);

interface ParameterOption extends OptionDescription {
  /** In camel case, as commander names it. */
  readonly name: string;
  readonly parameter: string;
  readonly value: z.ZodType<string, string>;
}

/** One option for each parameter that a person may choose; an update leaves alone what is not given. */
const table: readonly ParameterOption[] = [
  {
    flags: "--image <IMAGE>",
    name: "image",
    parameter: "Image",
    description: "the image of the CD task (else the published one of this version)",
    value: z.string().regex(/^[^\s]+[:@][^\s/]+$/, "must be an image with a tag or a digest"),
  },
  {
    flags: "--arch <ARCH>",
    name: "arch",
    parameter: "CpuArchitecture",
    description: "the processor of the image: amd64 (default) or arm64",
    value: z
      .enum(["amd64", "arm64"], "must be amd64 or arm64")
      .transform((arch) => (arch === "arm64" ? "ARM64" : "X86_64")),
  },
  {
    flags: "--cpu <UNITS>",
    name: "cpu",
    parameter: "TaskCpu",
    description: "CPU units of the CD task (1024)",
    value: z.enum(["512", "1024", "2048", "4096"], "must be 512, 1024, 2048 or 4096"),
  },
  {
    flags: "--memory <MIB>",
    name: "memory",
    parameter: "TaskMemory",
    description: "MiB of memory of the CD task (4096)",
    value: z.enum(["2048", "3072", "4096", "8192"], "must be 2048, 3072, 4096 or 8192"),
  },
  {
    flags: "--vpc <ID>",
    name: "vpc",
    parameter: "VpcId",
    description: "an existing VPC for the CD task, with --subnets",
    value: z.string().regex(/^vpc-[0-9a-f]+$/, "must be a VPC's id"),
  },
  {
    flags: "--subnets <IDS>",
    name: "subnets",
    parameter: "SubnetIds",
    description: "subnets of that VPC with a way out to the internet, separated by commas",
    value: z.string().regex(/^subnet-[0-9a-f]+(,subnet-[0-9a-f]+)*$/, "must be subnets' ids, with commas"),
  },
  {
    flags: "--log-retention <DAYS>",
    name: "logRetention",
    parameter: "LogRetentionDays",
    description: "days that the CD task's logs are kept (30)",
    value: z.string().refine((text) => logDays.includes(text), `must be one of ${logDays.join(", ")}`),
  },
  {
    flags: "--upload-retention <DAYS>",
    name: "uploadRetention",
    parameter: "UploadRetentionDays",
    description: "days that uploaded archives are kept (30)",
    value: days.refine((text) => Number(text) >= 1 && Number(text) <= 3650, "must be from 1 to 3650"),
  },
  {
    flags: "--permissions-boundary <ARN>",
    name: "permissionsBoundary",
    parameter: "PermissionsBoundaryArn",
    description: "a policy of your own that bounds the roles of projects, in place of Berth's",
    value: arn("a policy of this account", /^arn:[a-z-]+:iam::\d{12}:policy\/.+$/),
  },
  {
    flags: "--extra-policy <ARN>",
    name: "extraPolicy",
    parameter: "ExtraPolicyArn",
    description: "a managed policy that the CD task may use besides its own",
    value: arn("a policy", /^arn:[a-z-]+:iam::(aws|\d{12}):policy\/.+$/),
  },
  {
    flags: "--allow-policies <ARNS>",
    name: "allowPolicies",
    parameter: "AllowedPolicyArns",
    description: "policies that services may have (x-policies) besides those that only read; * is any text",
    value: z
      .string()
      .regex(
        /^arn:[a-z*-]+:iam::(aws|\*|\d{12}):policy\/[^,\s]+(,arn:[a-z*-]+:iam::(aws|\*|\d{12}):policy\/[^,\s]+)*$/,
        "must be ARNs of policies, with commas between",
      ),
  },
  {
    flags: "--domains <NAMES>",
    name: "domains",
    parameter: "RecordNames",
    description: "domains whose DNS records the CD task may change, separated by commas",
    value: z
      .string()
      .toLowerCase()
      .regex(
        /^(\*|[a-z0-9.-]+\.[a-z0-9-]+(,[a-z0-9.-]+\.[a-z0-9-]+)*)$/,
        "must be domains, with commas between, or *",
      )
      .transform((text) =>
        text === "*"
          ? text
          : text
              .split(",")
              .flatMap((name) => [name, `*.${name}`])
              .join(","),
      ),
  },
  {
    flags: "--zone-roles <ARNS>",
    name: "zoneRoles",
    parameter: "ZoneRoleArns",
    description:
      "roles of other accounts that the CD task may assume for the zones there, separated by commas",
    value: z
      .string()
      .refine(
        (text) => text.split(",").every((part) => roleArn.test(part)),
        "must be ARNs of roles, with commas between",
      ),
  },
  {
    flags: "--docker-hub <USER>",
    name: "dockerHub",
    parameter: "DockerHubUsername",
    description: "cache Docker Hub's images as this user; the access token is asked for, or read from stdin",
    value: z.string().regex(/^[a-zA-Z0-9_.-]+$/, "must be a user of Docker Hub"),
  },
  {
    flags: "--github <OWNER/REPO>",
    name: "github",
    parameter: "GitHubRepository",
    description: "let this repository's GitHub Actions run berth without stored keys",
    value: z.string().regex(/^[\w.-]+\/[\w.*-]+$/, "must be owner/repository"),
  },
  {
    flags: "--github-provider <ARN>",
    name: "githubProvider",
    parameter: "GitHubProviderArn",
    description: "GitHub's OIDC provider, where the account has one already",
    value: arn(
      "GitHub's OIDC provider",
      /^arn:[a-z-]+:iam::\d{12}:oidc-provider\/token\.actions\.githubusercontent\.com$/,
    ),
  },
  {
    flags: "--gitlab <GROUP/PROJECT>",
    name: "gitlab",
    parameter: "GitLabProject",
    description: "let this project's jobs on gitlab.com run berth without stored keys",
    value: z.string().regex(/^[\w.-]+(\/[\w.*-]+)+$/, "must be group/project"),
  },
  {
    flags: "--gitlab-provider <ARN>",
    name: "gitlabProvider",
    parameter: "GitLabProviderArn",
    description: "gitlab.com's OIDC provider, where the account has one already",
    value: arn("gitlab.com's OIDC provider", /^arn:[a-z-]+:iam::\d{12}:oidc-provider\/gitlab\.com$/),
  },
];

export const bootstrapOptions: readonly OptionDescription[] = [
  ...table,
  ...trustOptions,
  { flags: "-y, --yes", description: "change an existing stack without a question" },
  { flags: "--print", description: "write the CloudFormation template and do nothing" },
  { flags: "--down", description: "remove the stack; the bucket with its states stays" },
  { flags: "--bucket <NAME>", description: "with --down: delete this bucket too, with every state in it" },
];

/**
 * The parameters that a command line asks for.
 *
 * @throws BerthError (usage) with every problem at once
 */
export function parametersOf(given: Given): Record<string, string> {
  const parameters: Record<string, string> = {};
  const problems: Problem[] = [];
  for (const { flags, name, parameter, value } of table) {
    const said = given.text(name);
    if (said === undefined) continue;
    const read = value.safeParse(said);
    if (read.success) parameters[parameter] = read.data;
    else
      problems.push({
        path: flags.split(" ")[0] ?? flags,
        message: `${JSON.stringify(said)}: ${read.error.issues[0]?.message ?? "is not understood"}`,
      });
  }
  problems.push(...contradictions(given));
  if (problems.length > 0) throw new BerthError("usage", problems);
  return parameters;
}

/** What no single option shows. */
function contradictions(given: Given): readonly Problem[] {
  const problems: Problem[] = [];
  if ((given.text("vpc") === undefined) !== (given.text("subnets") === undefined)) {
    problems.push({
      path: "--vpc, --subnets",
      message: "an existing VPC is given by its id and by its subnets",
      hint: "give both, or neither",
    });
  }
  if (given.text("bucket") !== undefined && !given.has("down")) {
    problems.push({
      path: "--bucket",
      message: "names what --down deletes",
      hint: "add --down, or leave it out",
    });
  }
  return problems;
}
