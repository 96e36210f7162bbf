/**
 * What the tags of base images mean to the builds of a stack: the digests that they had when somebody last asked for newer
 * ones (`up --build`, `build.pull`, `x-berth: {baseImages: newer}`), so that a run that does not ask builds nothing again.
 * A build that nobody ever asked for has none: its tags are what they are when it is made.
 */
import type { ProjectArchive } from "../archive";
import { baseImages, type BaseImages } from "../builds/rewrite/bases";
import { definedOnly } from "../defined";
import { registryOf } from "../model/image-name";
import type { Build } from "../model/build";
import type { Project, Service, Warning } from "../model/project";
import type { ImageConfigs, StackIdentity, TagRequest, TextStore } from "../ports";
import { withFiles } from "./load-project";
import { mapOf, text, type Shaped } from "../ports/shape";
import { parsedBy } from "./stack/parsed";

const rememberedShape = mapOf(mapOf(text));

/** By service, then by reference: `sha256:…`. */
export type BaseDigests = Readonly<Shaped<typeof rememberedShape>>;

export interface BaseRequest {
  readonly project: Project;
  readonly archive: ProjectArchive;
  readonly stack: StackIdentity;
  readonly remembered: BaseDigests;
  /** What asks registries. @default none is asked */
  readonly images: ImageConfigs | undefined;
  /** Whether every build asks, and not only those with `build.pull`. */
  readonly all: boolean;
}

export interface PinnedBases {
  /** Its builds know the digests of their base images. */
  readonly project: Project;
  /** What is remembered once the run has succeeded. */
  readonly digests: BaseDigests;
  readonly warnings: readonly Warning[];
}

/** A build with the base images of its Dockerfile. */
interface Based extends BaseImages {
  readonly name: string;
  readonly build: Build;
}

export async function pinBases(request: BaseRequest): Promise<PinnedBases> {
  const { project, archive, stack, remembered, images, all } = request;
  const based = await withFiles(archive, () =>
    project.services.flatMap((each) => basedOf(each, archive) ?? []),
  );
  const asked = based.filter(({ build }) => all || build.pull === true);
  const answers =
    images === undefined || asked.length === 0
      ? { digests: new Map<string, string>(), unread: [] }
      : await images.digests(asked.flatMap(requestsOf), stack);
  const digests = new Map<string, Record<string, string>>();
  for (const one of based) {
    const asks = asked.includes(one);
    const known = one.references.flatMap((reference) => {
      const digest = (asks ? answers.digests.get(reference) : undefined) ?? remembered[one.name]?.[reference];
      return digest === undefined ? [] : [[reference, digest] as const];
    });
    if (known.length > 0) digests.set(one.name, Object.fromEntries(known));
  }
  const byName = new Map(based.map((one) => [one.name, one]));
  const services = project.services.map((service) =>
    withImages(service, byName.get(service.name), digests.get(service.name)),
  );
  return {
    project: { ...project, services },
    digests: Object.fromEntries(digests),
    warnings: unasked(answers.unread),
  };
}

function basedOf(service: Service, archive: ProjectArchive): Based | undefined {
  if (service.kind !== "container" || service.image.kind !== "build") return undefined;
  const { build } = service.image;
  const text = archive.dockerfile(build);
  return text === undefined ? undefined : { name: service.name, build, ...baseImages(text, build) };
}

function requestsOf({ build, references }: Based): readonly TagRequest[] {
  return references.map((reference) => {
    const login = build.registries?.find(({ host }) => host === registryOf(reference))?.secret;
    return { reference, ...definedOnly({ login }) };
  });
}

/** With what its build reads of Amazon ECR, and the digests of its base images. */
function withImages(
  service: Service,
  based: Based | undefined,
  bases: Readonly<Record<string, string>> | undefined,
): Service {
  if (based === undefined || service.kind !== "container") return service;
  const { build, ecr } = based;
  if (ecr.length === 0 && bases === undefined) return service;
  const digests = bases === undefined ? {} : { bases, ...labelled(based, bases) };
  return {
    ...service,
    image: {
      kind: "build",
      build: { ...build, ...(ecr.length === 0 ? {} : { ecrImages: ecr }), ...digests },
    },
  };
}

/** With what the image says of its base, too (OCI Image Format Specification, Annotations: image.base). */
function labelled(
  { build, own = "" }: Based,
  bases: Readonly<Record<string, string>>,
): Pick<Build, "labels"> {
  const digest = bases[own];
  if (digest === undefined) return {};
  const said = { "org.opencontainers.image.base.digest": digest, "org.opencontainers.image.base.name": own };
  const labels = { ...said, ...build.labels };
  return { labels: Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function unasked(
  unread: readonly { readonly reference: string; readonly why: string }[],
): readonly Warning[] {
  if (unread.length === 0) return [];
  const list = unread.map(({ reference, why }) => `${reference} (${why})`).join(", ");
  const message = `whether there are newer base images could not be asked, so those of the last build stay: ${list}`;
  return [{ path: "services", message }];
}

function keyOf({ project, stack }: StackIdentity): string {
  return `bases/${project}/${stack}.json`;
}

/** What is remembered; nothing, where it can't be read: tags then mean what they mean at a build. */
export async function readBases(store: TextStore, stack: StackIdentity): Promise<BaseDigests> {
  return parsedBy(rememberedShape, await store.read(keyOf(stack)).catch(() => undefined)) ?? {};
}

/** Written where something is remembered, or was. */
export async function writeBases(
  store: TextStore,
  stack: StackIdentity,
  before: BaseDigests,
  digests: BaseDigests,
): Promise<void> {
  if (JSON.stringify(before) === JSON.stringify(digests)) return;
  await store.write(keyOf(stack), `${JSON.stringify(digests)}\n`);
}

export async function removeBases(store: TextStore, stack: StackIdentity): Promise<void> {
  await store.remove(keyOf(stack));
}
