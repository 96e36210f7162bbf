/** The variables of the environment: their forms, how to put each right, and what they say together. */
import { z } from "zod";
import type { Arguments } from "./arguments";
import type { Problem } from "../errors";
import { modeNames } from "../modes/modes";
import { regionMeant } from "./region";
import { subnetIds, vpcId } from "../modes/network-settings";
import {
  commaSeparated,
  fixes,
  hostname,
  levels,
  name,
  rehearsedFaults,
  repositoryPrefix,
  timeLimit,
  timeToLive,
  url,
} from "./values";

const region = z
  .string()
  .regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, "must be a region such as eu-west-1")
  .refine((text) => regionMeant(text) === undefined, {
    error: ({ input }) => `there is no such region; did you mean ${regionMeant(String(input)) ?? ""}?`,
  });

/** What the account's owner allowed, with commas between; `none` is nothing, which is not the same as not known. */
const allowed = z.string().transform((text) => (text === "none" ? [] : commaSeparated(text)));

/** Every variable that Berth itself reads; an empty value is the same as none, as the AWS CLI has it. */
export const variables = z.object({
  BERTH_PROJECT: name.optional(),
  BERTH_STACK: name.default("dev"),
  AWS_REGION: region.optional(),
  AWS_DEFAULT_REGION: z.string().optional(),
  AWS_PROFILE: z.string().optional(),
  AWS_ENDPOINT_URL: url.optional(),
  BERTH_ACTOR: z.string().optional(),
  BERTH_COMMIT: z.string().optional(),
  BERTH_ARCHIVE: z.string().optional(),
  BERTH_ARCHIVE_SHA256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits, lower case")
    .optional(),
  BERTH_MODE: z.enum(modeNames).default("affordable"),
  BERTH_DOMAIN: hostname.optional(),
  BERTH_HOSTED_ZONE_ID: z
    .string()
    .regex(/^Z[A-Z0-9]{1,31}$/, "must be a hosted zone's id such as Z0123456789ABC")
    .optional(),
  BERTH_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "must be a bucket's name")
    .optional(),
  BERTH_PULL_THROUGH_DOCKER_HUB: repositoryPrefix.optional(),
  BERTH_PULL_THROUGH_ECR_PUBLIC: repositoryPrefix.optional(),
  BERTH_SECRETS_KEY_ARN: z.string().startsWith("arn:").optional(),
  BERTH_VPC_ID: vpcId.optional(),
  BERTH_VPC_PUBLIC_SUBNETS: z.string().transform(commaSeparated).pipe(subnetIds).optional(),
  BERTH_VPC_PRIVATE_SUBNETS: z.string().transform(commaSeparated).pipe(subnetIds).optional(),
  BERTH_PERMISSIONS_BOUNDARY_ARN: z.string().startsWith("arn:").optional(),
  PULUMI_BACKEND_URL: z
    .string()
    .regex(/^(file|s3):\/\//, "must be a file:// or s3:// URL")
    .optional(),
  PULUMI_CONFIG_PASSPHRASE: z.string().optional(),
  PULUMI_CONFIG_PASSPHRASE_FILE: z.string().optional(),
  BERTH_SECRETS_PROVIDER: z
    .string()
    .regex(/^(passphrase$|awskms:\/\/)/, "must be passphrase or awskms://…")
    .optional(),
  BERTH_EVENTS: z
    .string()
    .regex(
      /^((s3|https?|file):\/\/|(?![a-z][a-z0-9+.-]*:\/\/))/i,
      "must be a path, s3://bucket/key or https://…",
    )
    .optional(),
  BERTH_TTL: timeToLive.optional(),
  BERTH_CLUSTER: z.string().optional(),
  BERTH_TASK_DEFINITION: z.string().optional(),
  BERTH_SUBNETS: z.string().transform(commaSeparated).optional(),
  BERTH_SECURITY_GROUPS: z.string().transform(commaSeparated).optional(),
  BERTH_SCHEDULER_ROLE_ARN: z.string().startsWith("arn:").optional(),
  BERTH_SCHEDULER_DEAD_LETTER_ARN: z.string().startsWith("arn:").optional(),
  BERTH_ALLOWED_POLICIES: allowed.optional(),
  BERTH_RECORD_NAMES: allowed.optional(),
  BERTH_TIMEOUT: timeLimit.optional(),
  ECS_CONTAINER_METADATA_URI_V4: url.optional(),
  BERTH_SIMULATE_LATENCY: z.coerce.number().min(0).max(10).default(0),
  BERTH_SIMULATE_FAILURES: rehearsedFaults.optional(),
  // Other programs read it too, and have other words: one that is not known here stops no command.
  LOG_LEVEL: z.string().toLowerCase().pipe(z.enum(levels)).default("warn").catch("warn"),
  BERTH_PROGRESS: z.enum(["lines", "events"]).optional(),
  NO_COLOR: z.string().optional(),
  /** The second is what other programs of npm's listen to (update-notifier). */
  BERTH_NO_UPDATE_NOTICE: z.string().optional(),
  NO_UPDATE_NOTIFIER: z.string().optional(),
  FORCE_COLOR: z.string().optional(),
  TERM: z.string().optional(),
  CI: z.string().optional(),
  GITHUB_SERVER_URL: z.string().optional(),
  GITHUB_REPOSITORY: z.string().optional(),
  GITHUB_SHA: z.string().optional(),
  CI_PROJECT_URL: z.string().optional(),
  CI_COMMIT_SHA: z.string().optional(),
  GITHUB_ACTOR: z.string().optional(),
  GITLAB_USER_LOGIN: z.string().optional(),
  USER: z.string().optional(),
  LOGNAME: z.string().optional(),
  HOME: z.string().optional(),
});

export type Variables = z.infer<typeof variables>;

/** The values that an environment variable's problem must not show. */
const secretVariables = new Set(["PULUMI_CONFIG_PASSPHRASE"]);

export function variableProblem(
  issue: z.core.$ZodIssue,
  environment: Readonly<Record<string, string>>,
): Problem {
  const variable = String(issue.path[0]);
  const shown = secretVariables.has(variable) ? "[secret]" : JSON.stringify(environment[variable] ?? "");
  const hint = fixes[variable];
  return { path: variable, message: `${shown}: ${issue.message}`, ...(hint === undefined ? {} : { hint }) };
}

/** What no single variable shows. @param launching - the CD task's variables are the account's, and not here */
export function contradictions(
  read: Variables,
  { command, simulate }: Arguments,
  launching: boolean,
): Problem[] {
  const problems: Problem[] = [];
  const deploys = (command === "up" || command === "preview") && !launching;
  const missing = read.BERTH_TTL === undefined || read.BERTH_TTL === "never" ? [] : missingOfCdTask(read);
  if (missing.length > 0 && deploys && !simulate) {
    problems.push({
      path: "BERTH_TTL",
      message: `"${read.BERTH_TTL ?? ""}": no task is known that could remove the stack (${missing.join(", ")})`,
      hint: "run berth bootstrap once and deploy with berth up: its task has these variables",
    });
  }
  for (const variable of ["BERTH_VPC_PUBLIC_SUBNETS", "BERTH_VPC_PRIVATE_SUBNETS"] as const) {
    if (read[variable] === undefined || read.BERTH_VPC_ID !== undefined) continue;
    problems.push({
      path: variable,
      message: `${JSON.stringify(read[variable].join(","))}: subnets without their VPC`,
      hint: "set BERTH_VPC_ID to the VPC that they are in",
    });
  }
  if (read.BERTH_HOSTED_ZONE_ID !== undefined && read.BERTH_DOMAIN === undefined) {
    problems.push({
      path: "BERTH_HOSTED_ZONE_ID",
      message: `"${read.BERTH_HOSTED_ZONE_ID}": a hosted zone without a domain`,
      hint: "set BERTH_DOMAIN to the domain that services are published under",
    });
  }
  return problems;
}

const cdTaskVariables = [
  "BERTH_CLUSTER",
  "BERTH_TASK_DEFINITION",
  "BERTH_SUBNETS",
  "BERTH_SECURITY_GROUPS",
  "BERTH_SCHEDULER_ROLE_ARN",
] as const;

function missingOfCdTask(read: Variables): readonly string[] {
  return cdTaskVariables.filter((variable) => read[variable] === undefined);
}

/** The CD task, as bootstrap describes it to itself. */
export interface CdTaskSettings {
  /** Name or ARN. */
  readonly cluster: string;
  /** Family, with or without a revision. */
  readonly taskDefinition: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly schedulerRoleArn: string;
  /** The queue of starts that failed. @default none: the account's stack is of an earlier version */
  readonly deadLetterArn?: string;
}

/** `undefined` unless every variable that describes it is set. */
export function cdTaskOf(read: Variables): CdTaskSettings | undefined {
  if (missingOfCdTask(read).length > 0) return undefined;
  return {
    cluster: read.BERTH_CLUSTER ?? "",
    taskDefinition: read.BERTH_TASK_DEFINITION ?? "",
    subnetIds: read.BERTH_SUBNETS ?? [],
    securityGroupIds: read.BERTH_SECURITY_GROUPS ?? [],
    schedulerRoleArn: read.BERTH_SCHEDULER_ROLE_ARN ?? "",
    ...(read.BERTH_SCHEDULER_DEAD_LETTER_ARN === undefined
      ? {}
      : { deadLetterArn: read.BERTH_SCHEDULER_DEAD_LETTER_ARN }),
  };
}
