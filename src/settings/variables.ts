/** The variables of the environment: their forms, how to put each right, and what they say together. */
import type { Arguments } from "./arguments";
import type { Problem } from "../errors";
import { roleArn } from "../model/zone-role";
import { modeNames } from "../modes/names";
import { regionMeant } from "./region";
import { subnetIdForm, vpcIdForm } from "../modes/network-settings";
import { fixes } from "./fixes";
import { between, commaSeparated, listOf, matching, oneOf, Wrong, type Form } from "./forms";
import {
  hostname,
  levels,
  name,
  rehearsedFaults,
  repositoryPrefix,
  timeLimit,
  timeToLive,
  url,
} from "./values";

const region: Form<string> = (text) => {
  const meant = regionMeant(text);
  const problems = [
    ...(/^[a-z]{2,4}(-[a-z]+)+-\d$/.test(text) ? [] : ["must be a region such as eu-west-1"]),
    ...(meant === undefined ? [] : [`there is no such region; did you mean ${meant}?`]),
  ];
  return problems.length === 0 ? text : new Wrong(problems);
};

/** What the account's owner allowed, with commas between; `none` is nothing, which is not the same as not known. */
const allowed: Form<readonly string[]> = (text) => (text === "none" ? [] : commaSeparated(text));

/** Any text: nothing is checked. */
const text: Form<string> = (value) => value;

const arn = matching(/^arn:/, "must be an ARN, which begins with arn:");

const logLevel: Form<(typeof levels)[number]> = (text) => {
  const level = text.toLowerCase();
  return levels.find((one) => one === level) ?? "warn";
};

/**
 * Every variable that Berth itself reads; what a form takes from elsewhere is read where the variable is set. An empty value
 * is the same as none, as the AWS CLI has it.
 */
export const variables = {
  BERTH_PROJECT: name,
  BERTH_STACK: name,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: text,
  AWS_PROFILE: text,
  AWS_ENDPOINT_URL: url,
  BERTH_ACTOR: text,
  BERTH_COMMIT: text,
  BERTH_ARCHIVE: text,
  BERTH_ARCHIVE_SHA256: matching(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits, lower case"),
  BERTH_MODE: (value) => oneOf(...modeNames)(value),
  BERTH_DOMAIN: hostname,
  BERTH_HOSTED_ZONE_ID: matching(/^Z[A-Z0-9]{1,31}$/, "must be a hosted zone's id such as Z0123456789ABC"),
  BERTH_HOSTED_ZONE_ROLE_ARN: (value) => matching(roleArn, "must be the ARN of a role")(value),
  BERTH_BUCKET: matching(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "must be a bucket's name"),
  BERTH_PULL_THROUGH_DOCKER_HUB: repositoryPrefix,
  BERTH_PULL_THROUGH_ECR_PUBLIC: repositoryPrefix,
  BERTH_SECRETS_KEY_ARN: arn,
  BERTH_VPC_ID: (value) => matching(...vpcIdForm)(value),
  BERTH_VPC_PUBLIC_SUBNETS: (value) => listOf(matching(...subnetIdForm))(value),
  BERTH_VPC_PRIVATE_SUBNETS: (value) => listOf(matching(...subnetIdForm))(value),
  BERTH_PERMISSIONS_BOUNDARY_ARN: arn,
  PULUMI_BACKEND_URL: matching(/^(file|s3):\/\//, "must be a file:// or s3:// URL"),
  PULUMI_CONFIG_PASSPHRASE: text,
  PULUMI_CONFIG_PASSPHRASE_FILE: text,
  BERTH_SECRETS_PROVIDER: matching(/^(passphrase$|awskms:\/\/)/, "must be passphrase or awskms://…"),
  BERTH_EVENTS: matching(
    /^((s3|https?|file):\/\/|(?![a-z][a-z0-9+.-]*:\/\/))/i,
    "must be a path, s3://bucket/key or https://…",
  ),
  BERTH_TTL: timeToLive,
  BERTH_CLUSTER: text,
  BERTH_TASK_DEFINITION: text,
  BERTH_SUBNETS: commaSeparated,
  BERTH_SECURITY_GROUPS: commaSeparated,
  BERTH_SCHEDULER_ROLE_ARN: arn,
  BERTH_SCHEDULER_DEAD_LETTER_ARN: arn,
  BERTH_ALLOWED_POLICIES: allowed,
  BERTH_RECORD_NAMES: allowed,
  BERTH_ZONE_ROLES: allowed,
  BERTH_TIMEOUT: timeLimit,
  ECS_CONTAINER_METADATA_URI_V4: url,
  BERTH_SIMULATE_LATENCY: between(0, 10),
  BERTH_SIMULATE_FAILURES: rehearsedFaults,
  // Other programs read it too, and have other words: one that is not known here stops no command.
  LOG_LEVEL: logLevel,
  BERTH_PROGRESS: oneOf("lines", "events"),
  NO_COLOR: text,
  /** The second is what other programs of npm's listen to (update-notifier). */
  BERTH_NO_UPDATE_NOTICE: text,
  NO_UPDATE_NOTIFIER: text,
  FORCE_COLOR: text,
  TERM: text,
  CI: text,
  GITHUB_SERVER_URL: text,
  GITHUB_REPOSITORY: text,
  GITHUB_SHA: text,
  CI_PROJECT_URL: text,
  CI_COMMIT_SHA: text,
  GITHUB_ACTOR: text,
  GITLAB_USER_LOGIN: text,
  USER: text,
  LOGNAME: text,
  HOME: text,
} satisfies Readonly<Record<string, Form<unknown>>>;

type Forms = typeof variables;

/** What the variables are where they are not set. */
const defaults = {
  BERTH_STACK: "dev",
  BERTH_MODE: "affordable",
  BERTH_SIMULATE_LATENCY: 0,
  BERTH_SIMULATE_FAILURES: { services: {}, builds: {}, starts: {}, unverified: false, untrusted: false },
  LOG_LEVEL: "warn",
} as const;

type Value<Of> = Of extends Form<infer T> ? T : never;

/** The variables as they are read. */
export type Variables = {
  readonly [Name in Exclude<keyof Forms, keyof typeof defaults>]?: Value<Forms[Name]>;
} & { readonly [Name in keyof typeof defaults]: Value<Forms[Name]> };

/** Reads the variables; `undefined` where one of them has not its form. @param problems - gets what is wrong */
export function readVariables(
  environment: Readonly<Record<string, string>>,
  problems: Problem[],
): Variables | undefined {
  const read: Record<string, unknown> = { ...defaults };
  const before = problems.length;
  for (const [name, form] of Object.entries(variables)) {
    const value = environment[name];
    if (value === undefined || value === "") continue;
    const found = form(value);
    if (found instanceof Wrong)
      problems.push(...found.messages.map((message) => variableProblem(name, message, environment)));
    else read[name] = found;
  }
  return problems.length === before ? (read as Variables) : undefined;
}

/** The values that an environment variable's problem must not show. */
const secretVariables = new Set(["PULUMI_CONFIG_PASSPHRASE"]);

function variableProblem(
  variable: string,
  message: string,
  environment: Readonly<Record<string, string>>,
): Problem {
  const shown = secretVariables.has(variable) ? "[secret]" : JSON.stringify(environment[variable] ?? "");
  const hint = fixes[variable];
  return { path: variable, message: `${shown}: ${message}`, ...(hint === undefined ? {} : { hint }) };
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
  for (const variable of ["BERTH_HOSTED_ZONE_ID", "BERTH_HOSTED_ZONE_ROLE_ARN"] as const) {
    if (read[variable] === undefined || read.BERTH_DOMAIN !== undefined) continue;
    problems.push({
      path: variable,
      message: `"${read[variable]}": a hosted zone without a domain`,
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
