/**
 * What a tag of an image means to a deployment: the digest that it had when the stack last succeeded, until something
 * asks for a newer one. Digests lie beside the state, so that a run that changes something else changes no image.
 */
import { createHash } from "node:crypto";
import type { ContainerService, Project, Warning } from "../model/project";
import type { PullPolicy } from "../model/pull-policy";
import type { DeployedServices } from "../model/deployed";
import type { ImageConfigs, StackIdentity } from "../ports";
import { definedOnly } from "../defined";
import { answerWithin, type AskedTags } from "./asked-tags";
import type { Journal } from "./running/journal";

/** By service: what is remembered of its image after a run that succeeds. */
export type Digests = Journal["images"];

export interface PinnedImages {
  /** With images by their digests, as far as they are to be pinned. */
  readonly project: Project;
  readonly digests: Digests;
  /** What registries have said of the project's tags, in this run or within the interval of the service's policy. */
  readonly asked: AskedTags;
  readonly warnings: readonly Warning[];
}

export interface PinningRequest {
  readonly project: Project;
  readonly stack: StackIdentity;
  readonly remembered: Digests;
  /** What registries said of tags in earlier runs. */
  readonly asked: AskedTags;
  /** What the stack runs. */
  readonly deployed: DeployedServices;
  /** What asks registries. @default none is asked */
  readonly images: ImageConfigs | undefined;
  /** What the command line says in the place of every policy. */
  readonly pull?: "always" | "missing" | "never";
  /** Whether the command line wants what the tags mean now, whatever runs. @default only what has moved counts */
  readonly insists: boolean;
  /** Berth's version and build. */
  readonly program: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A service whose image is a tag, and what was known of it. */
interface Tagged {
  readonly service: ContainerService;
  readonly reference: string;
  readonly before: Digests[string] | undefined;
  /** sha256 of the service as the file has it. */
  readonly definition: string;
  /** Whether it is deployed again whatever its image is. */
  readonly changes: boolean;
  /** What its registry said of it within the policy's interval. */
  readonly recent: string | undefined;
  readonly asks: boolean;
}

/**
 * Images by digest. A service that the stack runs by its tag alone, from before digests were remembered, keeps it until
 * something else of it changes: nothing is deployed again for the sake of a digest.
 */
export async function pinImages(request: PinningRequest): Promise<PinnedImages> {
  const { project, images, stack, now } = request;
  const tagged = project.services.flatMap((service) => taggedOf(service, request) ?? []);
  const asking = images === undefined ? [] : tagged.filter(({ asks }) => asks);
  const requests = asking.map(({ reference, service }) => ({
    reference,
    ...definedOnly({ login: service.registryCredentials }),
  }));
  const answers =
    images === undefined || requests.length === 0
      ? { digests: new Map<string, string>(), unread: [] }
      : await images.digests(requests, stack);
  const entries = new Map(
    tagged.map((one) => [
      one.service.name,
      entryOf(one, answers.digests.get(one.reference) ?? one.recent, request),
    ]),
  );
  const services = project.services.map((service) => {
    const entry = entries.get(service.name);
    if (service.kind !== "container" || entry?.pinned !== true || entry.digest === undefined) return service;
    return {
      ...service,
      image: { kind: "reference" as const, reference: byDigest(entry.reference, entry.digest) },
    };
  });
  const { unread } = answers;
  const list = unread.map(({ reference, why }) => `${reference} (${why})`).join(", ");
  const message = `what these tags mean now could not be asked, so what ran last holds, else the tag as it is: ${list}`;
  return {
    project: { ...project, services },
    digests: Object.fromEntries(entries),
    asked: askedNow(request.asked, answers.digests, tagged, now),
    warnings: unread.length === 0 ? [] : [{ path: "services", message }],
  };
}

/** The answers of this run, and the earlier ones of tags that the project still has. */
function askedNow(
  before: AskedTags,
  answers: ReadonlyMap<string, string>,
  tagged: readonly Tagged[],
  now: number,
): AskedTags {
  const at = new Date(now).toISOString();
  const references = [...new Set(tagged.map(({ reference }) => reference))].sort();
  return Object.fromEntries(
    references.flatMap((reference) => {
      const digest = answers.get(reference);
      const asked = digest === undefined ? before[reference] : { digest, at };
      return asked === undefined ? [] : [[reference, asked]];
    }),
  );
}

function taggedOf(
  service: Project["services"][number],
  { remembered, asked, deployed, pull, now, program }: PinningRequest,
): Tagged | undefined {
  if (service.kind !== "container" || service.image.kind !== "reference") return undefined;
  const { reference } = service.image;
  if (reference.includes("@")) return undefined;
  const definition = createHash("sha256").update(JSON.stringify(service)).digest("hex");
  const last = remembered[service.name];
  const before = last?.reference === reference ? last : undefined;
  const changes =
    last === undefined
      ? !deployed.has(service.name)
      : last.program === program && last.definition !== definition;
  const policy: PullPolicy =
    pull === undefined
      ? (service.pull ?? { kind: "last" })
      : pull === "always"
        ? { kind: "asked", everySeconds: 0 }
        : { kind: pull === "never" ? "never" : "last" };
  const recent = answerWithin(policy, asked[reference], now);
  const asks =
    policy.kind === "asked"
      ? recent === undefined
      : policy.kind === "last" && changes && before?.digest === undefined;
  return { service, reference, before, definition, changes, recent, asks };
}

function entryOf(
  { reference, before, definition, changes }: Tagged,
  answer: string | undefined,
  { program, insists }: PinningRequest,
): Digests[string] {
  const digest = answer ?? before?.digest;
  const moved = before?.digest === undefined ? insists : answer !== before.digest;
  const pins = before?.pinned === true || changes || (answer !== undefined && moved);
  return {
    reference,
    definition,
    program,
    pinned: digest !== undefined && pins,
    ...definedOnly({ digest }),
  };
}

/** `nginx@sha256:…`: ECS takes a tag or a digest (ECS API reference, ContainerDefinition, image). */
function byDigest(reference: string, digest: string): string {
  return `${reference.replace(/:[\w][\w.-]*$/, "")}@${digest}`;
}
