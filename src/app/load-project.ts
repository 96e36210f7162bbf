/** From a location to a project: the archive read, the compose files loaded, the model made. */
import type { ImageConfig } from "../model/image-config";
import { describeSize, leastSize } from "../model/sizing";
import type { DeployedServices } from "../model/deployed";
import { pullPolicyOf, type PullPolicy } from "../model/pull-policy";
import { knownConfig } from "../images/known-configs";
import { FileNotKept, openArchive, type ProjectArchive } from "../archive";
import { BerthError, type Problem } from "../errors";
import { definedOnly } from "../defined";
import { imagesOf, interpretProject, type Known } from "../interpret";
import {
  checkCircles,
  checkConsistency,
  composeProjectName,
  composeNames,
  filesOfEnvironment,
  loadCompose,
  type LoadOptions,
  type LoadedProject,
} from "../compose";
import type { Project, Warning } from "../model/project";
import type { Settings } from "../settings/settings";
import type { Deps } from "./deps";

/** An env file, an include or a secret may name a file that the first pass didn't keep: so many further passes at most. */
const maximumPasses = 8;

export interface LoadedArchive {
  readonly archive: ProjectArchive;
  readonly loaded: LoadedProject;
}

/** What reading a project needs from outside. */
export type LoadDeps = Pick<Deps, "archives" | "signal" | "images">;

/** How a compose file is read. */
export interface Reading {
  /** What a variable that is set nowhere becomes: empty (as Compose has it), or a secret. */
  readonly unset: LoadOptions["unset"];
  /** A compose file that the location names is read as it is, without the `.env` beside it. @default false */
  readonly alone?: boolean;
}

/**
 * Opens the archive and loads its compose files.
 *
 * @throws BerthError (project) with every problem; BerthError (usage) where no archive is named and the working
 * directory has no compose file
 */
export async function loadArchive(
  settings: Settings,
  deps: LoadDeps,
  reading: Reading,
): Promise<LoadedArchive> {
  const archive = await openProject(settings, deps);
  const options = loadOptions(settings, archive, reading);
  return { archive, loaded: await withFiles(archive, () => loadCompose(archive, options)) };
}

/**
 * The name of the project that an archive or a folder is, whatever else is wrong in its compose files: who looks at a stack,
 * or takes it down, needs no more of them.
 *
 * @throws BerthError (project) where a file can't be read as YAML, or the name is none; BerthError (usage) as {@link loadArchive}
 */
export async function loadName(settings: Settings, deps: LoadDeps): Promise<string> {
  if (settings.project !== undefined) return settings.project;
  const archive = await openProject(settings, deps);
  const options = loadOptions(settings, archive, { unset: "secret" });
  return withFiles(archive, () => composeProjectName(archive, options));
}

async function openProject(settings: Settings, deps: LoadDeps): Promise<ProjectArchive> {
  const archive = await openArchive(settings.archive ?? ".", {
    store: lazyStore(deps),
    cwd: settings.cwd,
    signal: deps.signal,
    ...definedOnly({ expectedSha256: settings.archiveSha256, digestCache: settings.digestCache }),
  });
  if (settings.archive === undefined && !namesFiles(settings) && !hasComposeFile(archive)) {
    throw new BerthError("usage", {
      path: "ARCHIVE",
      message: `no archive is named, and ${settings.cwd} has no compose file`,
      hint: "go to the project's folder, or name a folder, a compose file or an archive (BERTH_ARCHIVE does too); berth init writes a compose file",
    });
  }
  return archive;
}

/** Does what reads files, again with each file that the first pass over the archive did not keep. */
export async function withFiles<T>(archive: ProjectArchive, read: () => T): Promise<T> {
  for (let pass = 1; ; pass++) {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof FileNotKept) || pass === maximumPasses) throw error;
      await archive.readMore([error.path]);
    }
  }
}

function loadOptions(settings: Settings, archive: ProjectArchive, reading: Reading): LoadOptions {
  const named = settings.files.length === 0 ? archive.composeFile : undefined;
  const files = named === undefined ? settings.files : [named];
  const alone = reading.alone === true && (named !== undefined || settings.namedFile === true);
  const envFiles = alone ? [] : undefined;
  return {
    directoryName: archive.directoryName,
    environment: settings.environment,
    unset: reading.unset,
    ...definedOnly({
      files: orNothing(files),
      envFiles: orNothing(settings.envFiles) ?? envFiles,
      profiles: orNothing(settings.profiles),
      projectName: settings.project,
      projectFolder: settings.projectDirectory,
      root: archive.directory ? archive.location : undefined,
    }),
  };
}

function orNothing(list: readonly string[]): readonly string[] | undefined {
  return list.length === 0 ? undefined : list;
}

/**
 * What `config` prints: references to what is not there are nobody's fault yet, as in the reference loader's corpus; a circle of
 * dependencies is, as in `docker compose config`.
 *
 * @throws as {@link loadArchive}
 */
export async function loadForConfig(settings: Settings, deps: LoadDeps): Promise<LoadedProject> {
  const { loaded } = await loadArchive(settings, deps, { unset: "empty", alone: true });
  const circles = checkCircles(loaded);
  if (circles.length > 0) throw new BerthError("project", circles);
  return loaded;
}

/** The store is an adapter with an SDK behind it: not loaded before a location asks for it. */
function lazyStore(deps: LoadDeps): { open(location: string): Promise<NodeJS.ReadableStream> } {
  return { open: async (location) => (await deps.archives()).open(location) };
}

function namesFiles({ files, environment }: Settings): boolean {
  return files.length > 0 || filesOfEnvironment(environment) !== undefined;
}

function hasComposeFile(archive: ProjectArchive): boolean {
  return composeNames.some((file) => archive.has(file));
}

export interface LoadedModel {
  readonly archive: ProjectArchive;
  /** Variables that services take from outside by their name alone, and that are no secrets. */
  readonly passThrough: readonly string[];
  readonly project: Project;
  /** The loader's and the model's. */
  readonly warnings: readonly Warning[];
  /** The place of a canonical path in the compose files. */
  readonly locate: LoadedProject["locate"];
}

/**
 * The project of a deployment: loaded, checked for consistency, interpreted.
 *
 * @param before - what is known of the project's stack. @default there is none
 * @throws BerthError (project) with every problem at once
 */
export async function loadProject(
  settings: Settings,
  deps: ModelDeps,
  before: KnownStack = { deployed: () => Promise.resolve(new Map()) },
): Promise<LoadedModel> {
  const { archive, loaded } = await loadKnown(settings, deps);
  const checks: readonly Problem[] = checkConsistency(loaded);
  const stack = await before.deployed(loaded.canonical.name);
  const { known, warnings: ofImages } = await imageConfigs(archive, loaded, {
    ...deps,
    stack: settings.stack,
    meaning: (reference, policy) => before.meaning?.(reference, policy),
  });
  const result = await withFiles(archive, () =>
    interpretProject(loaded, checks, archive, { ...known, deployed: stack }),
  );
  if (!result.ok) throw new BerthError("project", result.problems);
  const { project } = result;
  const warnings = [...loaded.warnings, ...project.warnings, ...ofImages, ...unsized(project)];
  const { passThrough } = loaded;
  return { archive, passThrough, project, warnings, locate: (path) => loaded.locate(path) };
}

/** What is known of a project's stack. */
export interface KnownStack {
  /** The services that it runs. */
  deployed(project: string): Promise<DeployedServices>;
  /**
   * What the tag of an image means as long as no registry is asked about it; asked for after `deployed`.
   *
   * @default nothing is known
   */
  meaning?(reference: string, policy: PullPolicy): string | undefined;
}

/** What making a project needs from outside: without secrets to look at, none is set. */
export type ModelDeps = LoadDeps & Partial<Pick<Deps, "secrets">>;

/** Loaded once more where Parameter Store has a variable that the files alone take for no secret. */
async function loadKnown(settings: Settings, deps: ModelDeps): Promise<LoadedArchive> {
  const first = await loadArchive(settings, deps, { unset: "secret" });
  const { archive, loaded } = first;
  if (loaded.passThrough.length === 0) return first;
  const store = await deps.secrets?.();
  if (store === undefined) return first;
  const stack = { project: loaded.canonical.name, stack: settings.stack };
  const versions = await store.versions(stack, loaded.passThrough);
  const stored = new Set(versions.flatMap(({ name, version }) => (version === undefined ? [] : [name])));
  if (stored.size === 0) return first;
  const options = { ...loadOptions(settings, archive, { unset: "secret" }), stored };
  return { archive, loaded: await withFiles(archive, () => loadCompose(archive, options)) };
}

/** What the registries say of the images of a project, where they are asked; else the table of known images decides. */
async function imageConfigs(
  archive: ProjectArchive,
  loaded: LoadedProject,
  { stack, meaning, ...deps }: LoadDeps & { readonly stack: string; readonly meaning: Meaning },
): Promise<{ readonly known: Known; readonly warnings: readonly Warning[] }> {
  const reader = await deps.images?.();
  if (reader === undefined) return { known: {}, warnings: [] };
  const digests = pinnedDigests(loaded, meaning);
  const requests = (await withFiles(archive, () => imagesOf(loaded, archive))).map((request) => ({
    ...request,
    ...definedOnly({ digest: digests.get(request.reference) }),
  }));
  const { configs, unread } = await reader.read(requests, { project: loaded.canonical.name, stack });
  const images = (reference: string): ImageConfig | undefined =>
    configs.get(reference) ?? knownConfig(reference);
  const missing = unread.filter(({ reference }) => knownConfig(reference) === undefined);
  if (missing.length === 0) return { known: { images }, warnings: [] };
  const list = missing.map(({ reference, why }) => `${reference} (${why})`).join(", ");
  const message = `whether these images have a HEALTHCHECK, or files for a volume, could not be read: ${list}`;
  return { known: { images }, warnings: [{ path: "services", message }] };
}

type Meaning = (reference: string, policy: PullPolicy) => string | undefined;

/** What tags mean as long as no registry is asked about them, for any of their services. */
function pinnedDigests({ canonical }: LoadedProject, meaning: Meaning): ReadonlyMap<string, string> {
  const pinned = new Map<string, string>();
  const asked = new Set<string>();
  for (const { image, pull_policy: policy } of Object.values(canonical.services)) {
    if (image === undefined) continue;
    const digest = meaning(image, pullPolicyOf(policy));
    if (digest === undefined) asked.add(image);
    else pinned.set(image, digest);
  }
  for (const image of asked) pinned.delete(image);
  return pinned;
}

/** One line for all services of which nobody knows what they need. */
function unsized({ services }: Project): readonly Warning[] {
  const names = services.flatMap((service) =>
    service.kind === "container" && service.unsized === true ? [service.name] : [],
  );
  if (names.length === 0) return [];
  const message = `without a size, ${names.join(", ")} ${names.length === 1 ? "gets" : "get"} the least, ${describeSize(leastSize)} for each task; deploy.resources.limits gives more`;
  return [{ path: "services", message }];
}
