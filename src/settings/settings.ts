/**
 * The settings of a run: the command line and the environment, parsed once (docs/design.md, Contracts).
 * Nothing downstream reads the environment again.
 */
import { join } from "node:path";
import { parseArguments, type Arguments } from "./arguments";
import { BerthError, type Problem } from "../errors";
import { definedOnly } from "../defined";
import type { BuildFault, NatFault, RehearsedStartFault, ServiceFault } from "../ports/rehearsal";
import type { ExistingVpc } from "../modes/network-settings";
import { cdTaskOf, contradictions, readVariables, type CdTaskSettings, type Variables } from "./variables";

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
  /** The role of another account that changes the records of the domain's zone. @default the zone is in this account */
  readonly hostedZoneRoleArn?: string;
  readonly bucket?: string;
  /** Prefix of the ECR repositories that a pull-through cache rule fills from Docker Hub. */
  readonly pullThroughDockerHub?: string;
  /** The same for ECR Public. */
  readonly pullThroughEcrPublic?: string;
  /** Labels of the images that are built: where their source is, and which revision, as CI tells. */
  readonly imageLabels: Readonly<Record<string, string>>;
  /** Who started the run, as CI or the shell names them. */
  readonly actor?: string;
  /** The revision of the project, as the caller or CI names it. */
  readonly commit?: string;
  readonly secretsKeyArn?: string;
  readonly permissionsBoundaryArn?: string;
  /** Policies that services may have besides those that only read; ARNs with `*`. @default nothing is known of them */
  readonly allowedPolicies?: readonly string[];
  /** Names of the DNS records that this run may change, with `*`. @default nothing is known of them */
  readonly recordNames?: readonly string[];
  /** Roles of other accounts that this run may take for their zones. @default nothing is known of them */
  readonly zoneRoles?: readonly string[];
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
  /** The same for the builds of their images. */
  readonly simulatorBuildFailures: Readonly<Record<string, BuildFault>>;
  /** How the tasks of builds and of one-off services do not begin at first, by compose service. */
  readonly simulatorStartFailures: Readonly<Record<string, RehearsedStartFault>>;
  /** How the NAT instance is late, or fails. @default it forwards at once */
  readonly simulatorNatFailure: NatFault | undefined;
  /** Whether the simulated CloudFront refuses the account. */
  readonly simulatorUnverified: boolean;
  /** Whether simulated roles of other accounts let nobody take them. */
  readonly simulatorUntrusted: boolean;
  readonly events?: string;
  /** How long the stack lives: `12h`, `never`. @default what its last run said */
  readonly ttl?: string;
  readonly cdTask?: CdTaskSettings;
  /** How long the run may take. @default as long as it wants */
  readonly timeout?: { readonly milliseconds: number; readonly text: string };
  /** The task metadata endpoint of the ECS task that this process is in. */
  readonly ecsMetadataUri?: string;
  readonly logLevel: Variables["LOG_LEVEL"];
  readonly ci: boolean;
  readonly noColor: boolean;
  /** Whether a newer version is looked for, at a terminal: not in CI, nor against an emulator. */
  readonly updateNotice: boolean;
  /** `FORCE_COLOR`: colours also where no terminal is. */
  readonly forceColor: boolean;
  /** A terminal that knows no movements of the cursor. */
  readonly dumb: boolean;
  /** What becomes of the progress where it isn't shown on a terminal: lines, or the events as they are. */
  readonly progress: "lines" | "events";
  readonly cwd: string;
  /** Whether the command line named a compose file in the place of a project. @default false */
  readonly namedFile?: boolean;
  readonly home: string;
  /** A folder in which digests of a project's files are kept between runs. @default every file is hashed */
  readonly digestCache?: string;
  /** The whole environment, for interpolation (as Compose reads it) and for the Pulumi CLI. */
  readonly environment: Readonly<Record<string, string>>;
}

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
      hostedZoneRoleArn: read.BERTH_HOSTED_ZONE_ROLE_ARN,
      bucket: read.BERTH_BUCKET,
      pullThroughDockerHub: read.BERTH_PULL_THROUGH_DOCKER_HUB,
      pullThroughEcrPublic: read.BERTH_PULL_THROUGH_ECR_PUBLIC,
      secretsKeyArn: read.BERTH_SECRETS_KEY_ARN,
      permissionsBoundaryArn: read.BERTH_PERMISSIONS_BOUNDARY_ARN,
      allowedPolicies: read.BERTH_ALLOWED_POLICIES,
      recordNames: read.BERTH_RECORD_NAMES,
      zoneRoles: read.BERTH_ZONE_ROLES,
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
      ttl: read.BERTH_TTL,
      cdTask: cdTaskOf(read),
      commit: read.BERTH_COMMIT ?? read.GITHUB_SHA ?? read.CI_COMMIT_SHA,
      actor: read.BERTH_ACTOR ?? read.GITHUB_ACTOR ?? read.GITLAB_USER_LOGIN ?? read.USER ?? read.LOGNAME,
      ecsMetadataUri: read.ECS_CONTAINER_METADATA_URI_V4,
    }),
    stack: read.BERTH_STACK,
    mode: read.BERTH_MODE,
    imageLabels: imageLabels(read),
    backendUrl: backendUrl.startsWith("file://") ? `file://${root}` : backendUrl,
    secretsProvider: read.BERTH_SECRETS_PROVIDER ?? "passphrase",
    simulatorDirectory: join(root, "simulator"),
    simulatorLatency: read.BERTH_SIMULATE_LATENCY,
    simulatorFailures: read.BERTH_SIMULATE_FAILURES?.services ?? {},
    simulatorBuildFailures: read.BERTH_SIMULATE_FAILURES?.builds ?? {},
    simulatorStartFailures: read.BERTH_SIMULATE_FAILURES?.starts ?? {},
    simulatorNatFailure: read.BERTH_SIMULATE_FAILURES?.nat,
    simulatorUnverified: read.BERTH_SIMULATE_FAILURES?.unverified === true,
    simulatorUntrusted: read.BERTH_SIMULATE_FAILURES?.untrusted === true,
    logLevel: read.LOG_LEVEL,
    ci: isCi(read),
    noColor: read.NO_COLOR !== undefined,
    updateNotice:
      !isCi(read) &&
      read.AWS_ENDPOINT_URL === undefined &&
      (read.BERTH_NO_UPDATE_NOTICE ?? read.NO_UPDATE_NOTIFIER) === undefined,
    forceColor: read.FORCE_COLOR !== undefined && !["0", "false"].includes(read.FORCE_COLOR),
    dumb: read.TERM === "dumb",
    progress: read.BERTH_PROGRESS ?? "lines",
    cwd,
    home,
    environment,
  };
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
