/**
 * The settings of a run: the command line and the environment, parsed once (docs/design.md, Contracts).
 * Nothing downstream reads the environment again.
 */
import { join } from "node:path";
import { parseArguments, type Arguments } from "./arguments";
import { BerthError, type Problem } from "../errors";
import { definedOnly } from "../defined";
import { cdTaskOf, contradictions, readVariables, type Variables } from "./variables";

/** The settings of a run. */
export type Settings = Arguments &
  Readonly<ReturnType<typeof assemble>> & {
    /** Whether the command line named a compose file in the place of a project. @default false */
    readonly namedFile?: boolean;
    /** A folder in which digests of a project's files are kept between runs. @default every file is hashed */
    readonly digestCache?: string;
  };

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
 * @param launching - whether another process is going to run it, with the account's variables beside these
 * @throws as {@link readSettings}
 */
export function settingsOf(
  parse: () => Arguments,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
  launching = false,
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
  const read = readVariables(environment, problems);
  if (read !== undefined && parsed !== undefined) problems.push(...contradictions(read, parsed, launching));
  if (parsed === undefined || read === undefined || problems.length > 0)
    throw new BerthError("usage", problems);
  return assemble(parsed, read, environment, cwd);
}

function assemble(
  parsed: Arguments,
  read: Variables,
  environment: Readonly<Record<string, string>>,
  cwd: string,
) {
  const home = read.HOME ?? cwd;
  const backendUrl = read.PULUMI_BACKEND_URL ?? `file://${join(home, ".berth")}`;
  const root = backendUrl.startsWith("file://") ? localPath(backendUrl, home) : join(home, ".berth");
  return {
    ...parsed,
    ...ofAccount(read),
    ...definedOnly({
      archive: parsed.archive ?? read.BERTH_ARCHIVE,
      archiveSha256: read.BERTH_ARCHIVE_SHA256,
      project: read.BERTH_PROJECT,
      passphrase: read.PULUMI_CONFIG_PASSPHRASE,
      events: read.BERTH_EVENTS,
      /** How long the run may take. @default as long as it wants */
      timeout: read.BERTH_TIMEOUT,
      /** How long the stack lives: `12h`, `never`. @default what its last run said */
      ttl: read.BERTH_TTL,
      /** The revision of the project, as the caller or CI names it. */
      commit: read.BERTH_COMMIT ?? read.GITHUB_SHA ?? read.CI_COMMIT_SHA,
      /** Who started the run, as CI or the shell names them. */
      actor: read.BERTH_ACTOR ?? read.GITHUB_ACTOR ?? read.GITLAB_USER_LOGIN ?? read.USER ?? read.LOGNAME,
      /** The task metadata endpoint of the ECS task that this process is in. */
      ecsMetadataUri: read.ECS_CONTAINER_METADATA_URI_V4,
    }),
    stack: read.BERTH_STACK,
    mode: read.BERTH_MODE,
    /** Labels of the images that are built: where their source is, and which revision, as CI says. */
    imageLabels: imageLabels(read),
    /** Where Pulumi keeps its state: `file://` or `s3://`. */
    backendUrl: backendUrl.startsWith("file://") ? `file://${root}` : backendUrl,
    secretsProvider: read.BERTH_SECRETS_PROVIDER ?? "passphrase",
    /** Where the simulator keeps its state and its cloud: a directory. */
    simulatorDirectory: join(root, "simulator"),
    /** Factor on the latencies of the simulated AWS; 0 is none. */
    simulatorLatency: read.BERTH_SIMULATE_LATENCY,
    /** What fails in a rehearsal. */
    simulatorFaults: read.BERTH_SIMULATE_FAILURES,
    logLevel: read.LOG_LEVEL,
    ci: isCi(read),
    noColor: read.NO_COLOR !== undefined,
    /** Whether a newer version is looked for, at a terminal: not in CI, nor against an emulator. */
    updateNotice:
      !isCi(read) &&
      read.AWS_ENDPOINT_URL === undefined &&
      (read.BERTH_NO_UPDATE_NOTICE ?? read.NO_UPDATE_NOTIFIER) === undefined,
    /** `FORCE_COLOR`: colours also where no terminal is. */
    forceColor: read.FORCE_COLOR !== undefined && !["0", "false"].includes(read.FORCE_COLOR),
    /** A terminal that knows no movements of the cursor. */
    dumb: read.TERM === "dumb",
    /** What happens to the progress where it isn't shown on a terminal: lines, or the events as they are. */
    progress: read.BERTH_PROGRESS ?? "lines",
    cwd,
    home,
    /** The whole environment, for interpolation (as Compose reads it) and for the Pulumi CLI. */
    environment,
  };
}

/** What says which account it is, and what the stack uses in there. */
function ofAccount(read: Variables) {
  const { BERTH_VPC_ID: id, BERTH_VPC_PUBLIC_SUBNETS: publicSubnets = [] } = read;
  return definedOnly({
    /** Where the environment says so; the SDK's profile decides else. */
    region: read.AWS_REGION ?? read.AWS_DEFAULT_REGION,
    profile: read.AWS_PROFILE,
    endpointUrl: read.AWS_ENDPOINT_URL,
    domain: read.BERTH_DOMAIN,
    hostedZoneId: read.BERTH_HOSTED_ZONE_ID,
    /** The role of another account that changes the records of the domain's zone. @default the zone is in this account */
    hostedZoneRoleArn: read.BERTH_HOSTED_ZONE_ROLE_ARN,
    bucket: read.BERTH_BUCKET,
    /** Prefix of the ECR repositories that a pull-through cache rule fills from Docker Hub. */
    pullThroughDockerHub: read.BERTH_PULL_THROUGH_DOCKER_HUB,
    /** The same for ECR Public. */
    pullThroughEcrPublic: read.BERTH_PULL_THROUGH_ECR_PUBLIC,
    secretsKeyArn: read.BERTH_SECRETS_KEY_ARN,
    permissionsBoundaryArn: read.BERTH_PERMISSIONS_BOUNDARY_ARN,
    /** Policies that services may have besides those that only read; ARNs with `*`. @default nothing is known of them */
    allowedPolicies: read.BERTH_ALLOWED_POLICIES,
    /** Names of the DNS records that this run may change, with `*`. @default nothing is known of them */
    recordNames: read.BERTH_RECORD_NAMES,
    /** Roles of other accounts that this run may take for their zones. @default nothing is known of them */
    zoneRoles: read.BERTH_ZONE_ROLES,
    /** The VPC of the account that stacks are in; the file's own overrides it. @default a new one */
    vpc:
      id === undefined
        ? undefined
        : { id, publicSubnets, privateSubnets: read.BERTH_VPC_PRIVATE_SUBNETS ?? [] },
    cdTask: cdTaskOf(read),
  });
}

function isCi({ CI }: Variables): boolean {
  return CI !== undefined && CI !== "false";
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

/** Whether what is written to a stream is coloured: `--color`, then `NO_COLOR`, `FORCE_COLOR`, then what the stream is. */
export function isColoured(
  {
    color = "auto",
    noColor,
    forceColor,
    dumb,
    ci,
  }: Pick<Settings, "color" | "noColor" | "forceColor" | "dumb" | "ci">,
  terminal: boolean,
): boolean {
  if (color !== "auto") return color === "always";
  if (noColor) return false;
  return forceColor || (terminal && !dumb && !ci);
}
