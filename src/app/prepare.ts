/** Everything that is known of a deployment before an engine starts. */
import { createHash } from "node:crypto";
import type { ProjectArchive } from "../archive";
import { BerthError } from "../errors";
import type { ImageTags, ProjectProgramArgs, SecretVersion, StackIdentity, TimeToLive } from "../ports";
import { definedOnly } from "../defined";
import type { Project, Warning } from "../model/project";
import { modeSettings } from "../modes/modes";
import type { Settings } from "../settings/settings";
import { defaultStack, parameterName } from "../model/naming";
import { build, version } from "../version";
import type { Deps } from "./deps";
import { imageTags } from "../builds/image-tags";
import { findCrossAccountZones, unusedZones } from "./cross-account-zones";
import { checkNamedZones } from "./named-zones";
import { judgeAllowances, judgeNearerZones } from "./allowances";
import { pinBases, readBases } from "./base-images";
import { chooseExecutor } from "./executor";
import { findFileSystems } from "./file-systems";
import { lastBuilds } from "./no-build";
import { KnownImages } from "./known-images";
import { loadProject, withFiles } from "./load-project";
import { formerRecords } from "./former-records";
import { checkEdge } from "./resolve-edge";
import { checkStores } from "./resolve-stores";
import type { Prepared } from "./prepared";
import { withRestored } from "./restore";
import { checkPartition } from "./partition";

/**
 * Reads the project and settles what its deployment depends on.
 *
 * @throws BerthError (project) on problems of the file, (usage) on a missing region or on secrets that are not set
 */
export async function prepare(settings: Settings, deps: Deps): Promise<Prepared> {
  const known = new KnownImages(settings, deps);
  const loaded = await loadProject(settings, deps, known);
  const { archive, passThrough, locate } = loaded;
  const read = withRestored(loaded.project, settings.restore);
  const identity = { project: read.name, stack: settings.stack };
  Object.assign(deps.learned, { project: read.name, warnings: loaded.warnings });
  const mode = modeSettings(
    settings.mode,
    { ...definedOnly({ vpc: settings.vpc }), ...read.overrides },
    locate,
  );
  const images = await known.pin(read, identity);
  const based = await basesOf({ project: images.project, archive, identity, mode }, settings, deps);
  const { project, bases, executor } = based;
  const fileSystems = await findFileSystems({ identity, project, mode }, deps);
  const told = [...loaded.warnings, ...images.warnings, ...based.warnings, ...fileSystems.warnings];
  checkStores({ project, mode, locate });
  const allowed = judgeAllowances({ project, mode, settings, locate });
  const warnings = [...told, ...allowed, ...unusedZones({ project, settings, locate })];
  deps.learned.warnings = warnings;
  const region = await deps.region();
  checkPartition(project, region, locate);
  checkEdge({ project, mode, locate, region });
  const crossAccountZones = await zonesOf({ project, mode, settings, region, locate }, deps);
  const kept = settings.noBuild ? lastBuilds(project, known.built) : { images: {}, rest: project };
  const found = await tagsOf(archive, kept.rest, (await deps.secrets()) === undefined);
  const tags = { ...kept.images, ...found.images };
  const versions = await secretVersions(identity, project, deps);
  return {
    ...{ identity, archive, passThrough, project, locate, mode, region },
    ...{ images: tags, digests: images.digests, bases, ...definedOnly({ executor }) },
    secretVersions: versions,
    mountTargets: fileSystems.targets,
    crossAccountZones,
    warnings: [...warnings, ...found.missingFiles, ...unsetSecrets(identity, versions)],
    storeWarnings: [],
    fingerprint: fingerprintOf({
      program: `${version} ${build}`,
      ...identity,
      project: { ...project, warnings: [], coverage: [] },
      ...{ mode, region, images: tags },
      ...(crossAccountZones.length === 0 ? {} : { crossAccountZones }),
      secrets: versions,
      settings: accountSettings(settings),
      ttl: settings.ttl,
    }),
  };
}

/** The zones of other accounts; those of this one that are named are looked at, and what this account's owner has a say in beside them is judged. */
async function zonesOf(
  args: Omit<Parameters<typeof judgeNearerZones>[0], "crossAccountZones">,
  deps: Deps,
): Promise<Prepared["crossAccountZones"]> {
  const crossAccountZones = await findCrossAccountZones(args, () => deps.zones());
  await checkNamedZones(args, () => deps.zones());
  await judgeNearerZones({ ...args, crossAccountZones }, () => deps.zones());
  return crossAccountZones;
}

/** The project whose builds know their base images, as far as somebody asked for them, and what builds it. */
async function basesOf(
  { project, archive, identity, mode }: Pick<Prepared, "project" | "archive" | "identity" | "mode">,
  settings: Settings,
  deps: Deps,
): Promise<Pick<Prepared, "project" | "bases" | "executor" | "warnings">> {
  const before = await readBases(await deps.records(), identity);
  // What is not built has no newer base, and needs no executor.
  const images = settings.noBuild ? undefined : await deps.images?.();
  const pinned = await pinBases({
    project,
    archive,
    stack: identity,
    remembered: before,
    images,
    all: settings.build || mode.baseImages === "newer",
  });
  const { executor, warnings } = await chooseExecutor(project, identity, images);
  return {
    project: pinned.project,
    bases: { before, after: pinned.digests },
    ...definedOnly({ executor }),
    warnings: [...pinned.warnings, ...warnings],
  };
}

/**
 * The images' tags. What a Dockerfile copies and the project has not is a problem before anything is started; in a
 * simulation, which builds nothing and is run on a description alone as well, it is a warning.
 */
async function tagsOf(
  archive: ProjectArchive,
  project: Project,
  simulated: boolean,
): Promise<{
  readonly images: Readonly<Record<string, ImageTags>>;
  readonly missingFiles: readonly Warning[];
}> {
  let missingFiles: Warning[] = [];
  const images = await withFiles(archive, () => {
    missingFiles = [];
    if (!simulated) return imageTags(archive, project);
    return imageTags(archive, project, ({ path = "services", message, hint }) => {
      missingFiles.push({ path, message: hint === undefined ? message : `${message} (${hint})` });
    });
  });
  return { images, missingFiles };
}

/** The arguments of the program of a prepared deployment. */
export async function programArgs(
  prepared: Prepared,
  settings: Settings,
  deps: Deps,
  living: TimeToLive | undefined,
): Promise<ProjectProgramArgs> {
  return {
    project: prepared.project,
    stack: prepared.identity.stack,
    region: prepared.region,
    mode: prepared.mode,
    builds: await deps.imageBuilder(prepared.archive),
    tasks: await deps.taskRunner(),
    sites: await deps.sites(prepared.archive),
    images: prepared.images,
    ...definedOnly({ executor: prepared.executor }),
    mountTargets: prepared.mountTargets,
    crossAccountZones: prepared.crossAccountZones,
    ...definedOnly({ balancerLimits: deps.balancerLimits }),
    watch: await deps.serviceWatch(),
    wayOut: deps.wayOut(),
    forgotten: formerRecords(deps),
    secretVersions: Object.fromEntries(
      prepared.secretVersions.flatMap(({ name, version }) =>
        version === undefined ? [] : [[name, version]],
      ),
    ),
    ...(living === undefined ? {} : { timeToLive: living }),
    runMark: deps.clock.now().toString(36),
    ...accountSettings(settings),
  };
}

/** What the settings say of the account: the program is made from it, so the fingerprint covers it. */
function accountSettings(settings: Settings) {
  return definedOnly({
    domain: settings.domain,
    hostedZoneId: settings.hostedZoneId,
    endpointUrl: settings.endpointUrl,
    pullThroughDockerHub: settings.pullThroughDockerHub,
    pullThroughEcrPublic: settings.pullThroughEcrPublic,
    secretsKeyArn: settings.secretsKeyArn,
    permissionsBoundaryArn: settings.permissionsBoundaryArn,
  });
}

/**
 * Versions of the project's secrets. Under simulation none is set.
 *
 * @throws BerthError (usage) that names every secret which is not set, each with the command that sets it
 */
async function secretVersions(
  identity: StackIdentity,
  project: Project,
  deps: Deps,
): Promise<readonly SecretVersion[]> {
  if (project.secrets.length === 0) return [];
  const store = await deps.secrets();
  if (store === undefined) return project.secrets.map((name) => ({ name }));
  const versions = await store.versions(identity, project.secrets);
  const missing = versions.filter((secret) => secret.version === undefined);
  if (missing.length > 0) {
    throw new BerthError(
      "usage",
      missing.map(({ name }) => ({
        path: name,
        message: "the secret is not set",
        hint: `berth secret set ${name}${stackOption(identity)} asks for its value, and keeps it in ${parameterName(identity.project, identity.stack, name)}`,
      })),
    );
  }
  return versions;
}

/** What a command line says of the stack, where it is not the default one. */
function stackOption({ stack }: StackIdentity): string {
  return stack === defaultStack ? "" : ` --stack ${stack}`;
}

/** A preview, and a run of the simulator, go on without them. */
function unsetSecrets(identity: StackIdentity, versions: readonly SecretVersion[]): readonly Warning[] {
  return versions
    .filter((secret) => secret.version === undefined)
    .map(({ name }) => ({
      path: name,
      message: `secret still to be set: ${parameterName(identity.project, identity.stack, name)} (berth secret set ${name}${stackOption(identity)})`,
    }));
}

/** sha256 of the JSON with sorted keys. */
function fingerprintOf(value: unknown): string {
  const sorted = JSON.stringify(value, (_key, entry: unknown) =>
    entry !== null && typeof entry === "object" && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)))
      : entry,
  );
  return createHash("sha256").update(sorted).digest("hex");
}
