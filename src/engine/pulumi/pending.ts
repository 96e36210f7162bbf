/** What a run of Pulumi that was killed had begun: taken into its checkpoint, for a refresh to look at what exists. */
import type { ChildResource, TaggedResource } from "../../ports";
import {
  childOf,
  derivedIdentity,
  isFoundByCreation,
  isFoundByTags,
  taggedIdentity,
  type Identity,
} from "./identities";

/** A resource as a checkpoint holds it, as far as Berth reads it. */
export interface CheckpointResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** The old half of a replacement, still to be deleted. */
  readonly delete?: boolean;
  /** It is deleted already, to make room for the one that takes its place (pulumi, `DeleteStep`). */
  readonly pendingReplacement?: boolean;
}

interface PendingOperation {
  readonly type: string;
  readonly resource: CheckpointResource;
}

interface StoredCheckpoint {
  readonly checkpoint: {
    readonly latest?: {
      readonly resources?: readonly CheckpointResource[];
      readonly pending_operations?: readonly PendingOperation[];
    } | null;
  };
}

/** A checkpoint with what was begun in it. */
export interface Taken {
  /** The checkpoint's text. Its pending operations are still there: the refresh that has looked clears them. */
  readonly text: string;
  /** What the refresh is to look at. */
  readonly urns: readonly string[];
  /** What was being deleted: AWS may still be at it, so the deletion is done again, to its end. */
  readonly deletions: readonly string[];
  /** A line for each operation. */
  readonly notes: readonly string[];
  /** How many of those that only their tags identify were not found. */
  readonly missing: number;
}

/** Whether only the stack's tags show the result of one of the operations. */
export function needsTags(text: string): boolean {
  return pendingOf(parse(text)).some(
    ({ type, resource }) => type === "creating" && isFoundByTags(resource.type),
  );
}

/** What was being made that only its parent identifies, by URN. */
export function begunChildren(text: string): ReadonlyMap<string, ChildResource> {
  const children = new Map<string, ChildResource>();
  for (const { type, resource } of pendingOf(parse(text))) {
    const child = type === "creating" ? childOf(resource.type, resource.inputs ?? {}) : undefined;
    if (child !== undefined) children.set(resource.urn, child);
  }
  return children;
}

/** Whether a run was killed in the middle of something. */
export function hasPending(text: string): boolean {
  return pendingOf(parse(text)).length > 0;
}

/**
 * Takes into the checkpoint what was begun: a resource that was being created is in it with the id that it has, if it
 * exists. Where it was to replace one that still exists, one of the two is marked to be deleted: the old one where the
 * new one's id is made of its inputs, since to make that one again would be to make the same thing, which would then be
 * deleted; else the new one, and the next run makes it again. Of one that was deleted first only the new half is left.
 *
 * @param tagged - what has the stack's tags
 * @param children - ids of what was found by its parent, by URN
 */
export function takePending(
  text: string,
  tagged: readonly TaggedResource[],
  children: ReadonlyMap<string, string> = new Map(),
): Taken {
  const stored = parse(text);
  const latest = stored.checkpoint.latest ?? {};
  const resources = [...(latest.resources ?? [])];
  const urns = new Set<string>();
  const deletions = new Set<string>();
  const notes: string[] = [];
  let missing = 0;
  for (const { type, resource } of pendingOf(stored)) {
    const told =
      type === "creating" ? take(resource, resources, tagged, children) : (endings[type] ?? compared);
    if (told === notFound) missing += 1;
    const stands = resources.some(({ urn, delete: gone }) => urn === resource.urn && gone !== true);
    // The old half of a replacement shares its URN with the new one; the next run deletes it by itself.
    const isHalf = resources.some(({ urn, delete: gone }) => urn === resource.urn && gone === true);
    if (stands) (type === "deleting" && !isHalf ? deletions : urns).add(resource.urn);
    notes.push(`${resource.type} ${nameOf(resource.urn)} was being ${words[type] ?? type}: ${told}`);
  }
  const checkpoint = { ...stored.checkpoint, latest: { ...latest, resources } };
  return {
    text: JSON.stringify({ ...stored, checkpoint }, undefined, 4),
    urns: [...urns],
    deletions: [...deletions],
    notes,
    missing,
  };
}

const notFound = "nothing with the stack's tags matches it";

const noChild = "AWS has none";

const createdAgain = "it is created again; where AWS has it already, nothing is added";

const compared = "it is compared with what exists";
const endings: Readonly<Record<string, string>> = { deleting: "it is deleted now" };

const words: Readonly<Record<string, string>> = {
  creating: "created",
  updating: "updated",
  deleting: "deleted",
  reading: "read",
  importing: "imported",
};

function take(
  resource: CheckpointResource,
  resources: CheckpointResource[],
  tagged: readonly TaggedResource[],
  children: ReadonlyMap<string, string>,
): string {
  const inputs = resource.inputs ?? {};
  const child = children.get(resource.urn);
  const derived = child === undefined ? derivedIdentity(resource.type, inputs) : undefined;
  // What was deleted first may have had the same id, unless AWS makes it up: tags are listed for a while after.
  const isMade = (id: string): boolean => !isFoundByTags(resource.type) || endsWithName(id, inputs);
  const isKnown = (id: string): boolean =>
    resources.some(
      (one) =>
        one.type === resource.type && one.id === id && !(one.pendingReplacement === true && isMade(id)),
    );
  const found =
    derived ??
    (child === undefined
      ? taggedIdentity(resource.type, inputs, tagged, isKnown)
      : { id: child, outputs: inputs });
  if (found === undefined && isFoundByCreation(resource.type)) return createdAgain;
  if (found === undefined) return isFoundByTags(resource.type) ? notFound : noChild;
  // A run that was killed while it settled this one has taken it already.
  if (isKnown(found.id)) return `it is in the state already, and ${compared}`;
  const existing = resources.findIndex(({ urn, delete: gone }) => urn === resource.urn && gone !== true);
  const old = resources[existing];
  if (old === undefined) {
    resources.push(entryOf(resource, found, false));
    return `${found.id} is added to the state, if it exists`;
  }
  if (old.pendingReplacement === true) {
    resources.splice(existing, 1, entryOf(resource, found, false));
    return `${found.id} is added to the state, if it exists`;
  }
  if (derived === undefined) {
    resources.push(entryOf(resource, found, true));
    return `${found.id} exists beside the one that it replaces, and is deleted`;
  }
  // What is to be deleted comes after what takes its place, as the engine itself writes it.
  resources.splice(existing, 1, entryOf(resource, found, false));
  resources.push({ ...old, delete: true });
  return `${found.id} takes the place of ${old.id ?? ""}, which is deleted`;
}

/** As an ARN, or an address, does that is made of the name: of a topic, a queue, a service. */
function endsWithName(id: string, { name }: Readonly<Record<string, unknown>>): boolean {
  return (
    typeof name === "string" && name !== "" && /[/:]$/.test(id.slice(0, -name.length)) && id.endsWith(name)
  );
}

function entryOf(
  resource: CheckpointResource,
  { id, outputs }: Identity,
  existing: boolean,
): CheckpointResource {
  return {
    ...resource,
    id,
    ...(outputs === undefined ? {} : { outputs }),
    ...(existing ? { delete: true } : {}),
  };
}

/** The checkpoint of a stack that was only made holds nothing; one that isn't JSON throws. */
function parse(text: string): StoredCheckpoint {
  return JSON.parse(text) as StoredCheckpoint;
}

function pendingOf({ checkpoint }: StoredCheckpoint): readonly PendingOperation[] {
  return checkpoint.latest?.pending_operations ?? [];
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The checkpoint without its pending operations. */
export function withoutPending(text: string): string {
  const stored = parse(text);
  const { pending_operations: _settled, ...latest } = stored.checkpoint.latest ?? {};
  return JSON.stringify({ ...stored, checkpoint: { ...stored.checkpoint, latest } }, undefined, 4);
}

/** What shows that AWS has finished making a resource, where that takes minutes: an output that comes last. */
const lastOutputs: Readonly<Record<string, string>> = {
  "aws:elasticache/replicationGroup:ReplicationGroup": "primaryEndpointAddress",
  "aws:lb/loadBalancer:LoadBalancer": "dnsName",
  "aws:rds/instance:Instance": "endpoint",
};

/** The resources among these that AWS is still making: what depends on them would be made without their addresses. */
export function unready(text: string, urns: readonly string[]): readonly string[] {
  const resources = parse(text).checkpoint.latest?.resources ?? [];
  return resources
    .filter(({ urn, type, outputs, delete: gone }) => {
      const last = lastOutputs[type];
      return gone !== true && urns.includes(urn) && last !== undefined && (outputs?.[last] ?? "") === "";
    })
    .map(({ urn }) => urn);
}
