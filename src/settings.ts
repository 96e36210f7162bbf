/**
 * The settings of a run: the command line and the environment, parsed once (DESIGN section 3).
 * Nothing downstream reads the environment again.
 */
import { join } from "node:path";
import { z } from "zod";
import { parseArguments, type Arguments } from "./arguments";
import { BerthError, type Problem } from "./errors";
import { definedOnly } from "./project/defined";
import type { ServiceFault } from "./ports/rehearsal";
import { modeNames } from "./project/modes";
import { subnetIds, vpcId, type ExistingVpc } from "./project/network-settings";
import {
  commaSeparated,
  fixes,
  hostname,
  levels,
  name,
  rehearsedFaults,
  repositoryPrefix,
  timeLimit,
  url,
} from "./setting-values";

/** Every variable that Berth itself reads; an empty value is the same as none, as the AWS CLI has it. */
const variables = z.object({
  BERTH_PROJECT: name.optional(),
  BERTH_STACK: name.default("dev"),
  AWS_REGION: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be a region such as eu-west-1")
    .optional(),
  AWS_DEFAULT_REGION: z.string().optional(),
  AWS_PROFILE: z.string().optional(),
  AWS_ENDPOINT_URL: url.optional(),
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
  BERTH_EVENTS: z.string().optional(),
  BERTH_TTL: z.string().optional(),
  BERTH_TIMEOUT: timeLimit.optional(),
  ECS_CONTAINER_METADATA_URI_V4: url.optional(),
  BERTH_SIMULATE_LATENCY: z.coerce.number().min(0).max(10).default(0),
  BERTH_SIMULATE_FAILURES: rehearsedFaults.optional(),
  LOG_LEVEL: z.string().toLowerCase().pipe(z.enum(levels)).default("warn"),
  NO_COLOR: z.string().optional(),
  CI: z.string().optional(),
  GITHUB_SERVER_URL: z.string().optional(),
  GITHUB_REPOSITORY: z.string().optional(),
  GITHUB_SHA: z.string().optional(),
  CI_PROJECT_URL: z.string().optional(),
  CI_COMMIT_SHA: z.string().optional(),
  HOME: z.string().optional(),
});

type Variables = z.infer<typeof variables>;

/** The settings of a run. */
export interface Settings extends Arguments {
  readonly project?: string;
  readonly stack: string;
  /** Where the environment says so; the SDK's profile decides else. */
  readonly region?: string;
  readonly profile?: string;
  readonly endpointUrl?: string;
  readonly archiveSha256?: string;
  readonly mode: Variables["BERTH_MODE"];
  readonly domain?: string;
  readonly hostedZoneId?: string;
  readonly bucket?: string;
  /** Prefix of the ECR repositories that a pull-through cache rule fills from Docker Hub. */
  readonly pullThroughDockerHub?: string;
  /** The same for ECR Public. */
  readonly pullThroughEcrPublic?: string;
  /** Labels of the images that are built: where their source is, and which revision, as CI tells. */
  readonly imageLabels: Readonly<Record<string, string>>;
  readonly secretsKeyArn?: string;
  readonly permissionsBoundaryArn?: string;
  /** The VPC of the account that stacks stand in; the file's own word goes before it. @default a new one */
  readonly vpc?: Omit<ExistingVpc, "searchDomain">;
  /** Where Pulumi keeps its state: `file://` or `s3://`. */
  readonly backendUrl: string;
  readonly passphrase?: string;
  readonly secretsProvider: string;
  /** Where the simulator keeps its state and its cloud: a directory. */
  readonly simulatorDirectory: string;
  /** Factor on the latencies of the simulated AWS; 0 is none. */
  readonly simulatorLatency: number;
  /** How services fail in a rehearsal, by compose service. */
  readonly simulatorFailures: Readonly<Record<string, ServiceFault>>;
  readonly events?: string;
  /** How long the run may take. @default as long as it wants */
  readonly timeout?: { readonly milliseconds: number; readonly text: string };
  /** The task metadata endpoint of the ECS task that this process is in. */
  readonly ecsMetadataUri?: string;
  readonly logLevel: Variables["LOG_LEVEL"];
  readonly ci: boolean;
  readonly noColor: boolean;
  readonly cwd: string;
  readonly home: string;
  /** The whole environment, for interpolation (as Compose reads it) and for the Pulumi CLI. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The values that an environment variable's problem must not show. */
const secretVariables = new Set(["PULUMI_CONFIG_PASSPHRASE"]);

/**
 * Reads the settings.
 *
 * @param argv - without node and the script
 * @param env - the process's environment
 * @param cwd - the working directory
 * @throws BerthError (usage) with every problem of the command line and of the environment at once
 */
export function readSettings(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Settings {
  return settingsOf(() => parseArguments(argv), env, cwd);
}

/**
 * The settings of a command line that another program understands.
 *
 * @param parse - what the command line says; throws BerthError (usage) with its problems
 * @throws as {@link readSettings}
 */
export function settingsOf(
  parse: () => Arguments,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Settings {
  const problems: Problem[] = [];
  let parsed: Arguments | undefined;
  try {
    parsed = parse();
  } catch (error) {
    if (!(error instanceof BerthError)) throw error;
    problems.push(...error.problems);
  }
  const environment = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const read = variables.safeParse(
    Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== "")),
  );
  if (!read.success) problems.push(...read.error.issues.map((issue) => variableProblem(issue, environment)));
  else problems.push(...contradictions(read.data));
  if (parsed === undefined || !read.success || problems.length > 0) throw new BerthError("usage", problems);
  return assemble(parsed, read.data, environment, cwd);
}

function variableProblem(issue: z.core.$ZodIssue, environment: Readonly<Record<string, string>>): Problem {
  const variable = String(issue.path[0]);
  const shown = secretVariables.has(variable) ? "[secret]" : JSON.stringify(environment[variable] ?? "");
  const hint = fixes[variable];
  return { path: variable, message: `${shown}: ${issue.message}`, ...(hint === undefined ? {} : { hint }) };
}

/** What no single variable shows. */
function contradictions(read: Variables): Problem[] {
  const problems: Problem[] = [];
  if (read.BERTH_TTL !== undefined) {
    problems.push({
      path: "BERTH_TTL",
      message: `${JSON.stringify(read.BERTH_TTL)}: not supported yet`,
      hint: fixes["BERTH_TTL"] ?? "",
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

function assemble(
  parsed: Arguments,
  read: Variables,
  environment: Readonly<Record<string, string>>,
  cwd: string,
): Settings {
  const home = read.HOME ?? cwd;
  const backendUrl = read.PULUMI_BACKEND_URL ?? `file://${join(home, ".berth")}`;
  const root = backendUrl.startsWith("file://") ? localPath(backendUrl, home) : join(home, ".berth");
  return {
    ...parsed,
    ...definedOnly({
      archive: parsed.archive ?? read.BERTH_ARCHIVE,
      project: read.BERTH_PROJECT,
      region: read.AWS_REGION ?? read.AWS_DEFAULT_REGION,
      profile: read.AWS_PROFILE,
      endpointUrl: read.AWS_ENDPOINT_URL,
      archiveSha256: read.BERTH_ARCHIVE_SHA256,
      domain: read.BERTH_DOMAIN,
      hostedZoneId: read.BERTH_HOSTED_ZONE_ID,
      bucket: read.BERTH_BUCKET,
      pullThroughDockerHub: read.BERTH_PULL_THROUGH_DOCKER_HUB,
      pullThroughEcrPublic: read.BERTH_PULL_THROUGH_ECR_PUBLIC,
      secretsKeyArn: read.BERTH_SECRETS_KEY_ARN,
      permissionsBoundaryArn: read.BERTH_PERMISSIONS_BOUNDARY_ARN,
      vpc:
        read.BERTH_VPC_ID === undefined
          ? undefined
          : {
              id: read.BERTH_VPC_ID,
              publicSubnets: read.BERTH_VPC_PUBLIC_SUBNETS ?? [],
              privateSubnets: read.BERTH_VPC_PRIVATE_SUBNETS ?? [],
            },
      passphrase: read.PULUMI_CONFIG_PASSPHRASE,
      events: read.BERTH_EVENTS,
      timeout: read.BERTH_TIMEOUT,
      ecsMetadataUri: read.ECS_CONTAINER_METADATA_URI_V4,
    }),
    stack: read.BERTH_STACK,
    mode: read.BERTH_MODE,
    imageLabels: imageLabels(read),
    backendUrl: backendUrl.startsWith("file://") ? `file://${root}` : backendUrl,
    secretsProvider: read.BERTH_SECRETS_PROVIDER ?? "passphrase",
    simulatorDirectory: join(root, "simulator"),
    simulatorLatency: read.BERTH_SIMULATE_LATENCY,
    simulatorFailures: read.BERTH_SIMULATE_FAILURES ?? {},
    logLevel: read.LOG_LEVEL,
    ci: read.CI !== undefined && read.CI !== "false",
    noColor: read.NO_COLOR !== undefined,
    cwd,
    home,
    environment,
  };
}

/**
 * Pre-defined annotation keys of the OCI image specification, from the default variables of GitHub Actions and of
 * GitLab CI. No part of any digest: the same files on another commit are the same image.
 */
function imageLabels(read: Variables): Readonly<Record<string, string>> {
  const repository =
    read.GITHUB_SERVER_URL !== undefined && read.GITHUB_REPOSITORY !== undefined
      ? `${read.GITHUB_SERVER_URL}/${read.GITHUB_REPOSITORY}`
      : undefined;
  return definedOnly({
    "org.opencontainers.image.source": repository ?? read.CI_PROJECT_URL,
    "org.opencontainers.image.revision": read.GITHUB_SHA ?? read.CI_COMMIT_SHA,
  });
}

/** The directory of a `file://` URL; `file://~` is the home, as Pulumi has it. */
function localPath(backendUrl: string, home: string): string {
  const path = backendUrl.slice("file://".length);
  return path === "~" || path.startsWith("~/") ? join(home, path.slice(1)) : path;
}
