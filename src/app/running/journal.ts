/**
 * What was done to a stack beside its deployments: restarts, rollbacks, numbers of tasks, stops. It is beside the state
 * as `operations/<project>/<stack>.json`; the engine's state knows nothing of it, so the next `up` reads it.
 * Only the owner of the stack's lease writes it.
 */
import type { StackIdentity, TextStore } from "../../ports";
import {
  flag,
  listOf,
  mapOf,
  oneOf,
  optional,
  orElse,
  record,
  text,
  whole,
  type Shape,
  type Shaped,
} from "../../ports/shape";

const time = text;

const journalShape = record({
  /** Whether AWS may have what the engine's state doesn't know of: the next run compares them first. */
  behind: orElse(flag, () => false),
  /** By service: `berth scale`, and what the file said then. @default nobody knows what the file said */
  scaled: mapOrNone(record({ at: time, tasks: whole, file: optional(whole) })),
  /** By service: ARNs of task definitions. */
  rolledBack: mapOrNone(record({ at: time, from: text, to: text })),
  /** By service or database: the tasks that it had, and whether its autoscaling is suspended since. */
  stopped: mapOrNone(record({ at: time, tasks: optional(whole), suspended: orElse(flag, () => false) })),
  /** By service: the command that has left it unsteady. */
  failed: mapOrNone(record({ at: time, command: text })),
  /** What ran after each deployment that succeeded, the newest first: ARNs of task definitions by service. */
  deployments: orElse(listOf(record({ at: time, revisions: mapOf(text) })), () => []),
  /** By service: what its image's tag meant at the last deployment that succeeded (src/app/digests.ts). */
  images: mapOrNone(
    record({
      /** As the file has it. */
      reference: text,
      /** sha256 of the service as the file has it. */
      definition: text,
      /** The program that it was read by: another one may read the same file otherwise. */
      program: text,
      digest: optional(text),
      /** Whether the task definition names the digest. */
      pinned: flag,
    }),
  ),
  /** By service: the tags of its built image at the last deployment that succeeded ({@link ImageTags}). */
  built: mapOrNone(
    record({
      tag: text,
      platforms: listOf(record({ architecture: oneOf("ARM64", "X86_64"), digest: text })),
    }),
  ),
  /** By service: `deploy.replicas` of the last deployment. */
  replicas: mapOrNone(whole),
});

function mapOrNone<T>(of: Shape<T>): Shape<Record<string, T>> {
  return orElse(mapOf(of), () => ({}));
}

export type Journal = Readonly<Shaped<typeof journalShape>>;

/** Deployments that are kept. */
const kept = 20;

function keyOf({ project, stack }: StackIdentity): string {
  return `operations/${project}/${stack}.json`;
}

/** The journal; one that can't be read says that nothing is known of what AWS has. */
export async function readJournal(store: TextStore, stack: StackIdentity): Promise<Journal> {
  const found = await store.read(keyOf(stack));
  if (found === undefined) return journalShape({});
  try {
    return journalShape(JSON.parse(found));
  } catch {
    return journalShape({ behind: true });
  }
}

export async function writeJournal(store: TextStore, stack: StackIdentity, journal: Journal): Promise<void> {
  await store.write(keyOf(stack), `${JSON.stringify(journal)}\n`);
}

export async function removeJournal(store: TextStore, stack: StackIdentity): Promise<void> {
  await store.remove(keyOf(stack));
}

/** The deployments with what runs now as the newest of them, where that is another thing than before. */
export function deployedNow(
  deployments: Journal["deployments"],
  revisions: Readonly<Record<string, string>>,
  at: string,
): Journal["deployments"] {
  const [newest] = deployments;
  const isSame =
    newest !== undefined &&
    Object.keys(newest.revisions).length === Object.keys(revisions).length &&
    Object.entries(revisions).every(([service, arn]) => newest.revisions[service] === arn);
  return isSame ? deployments : [{ at, revisions }, ...deployments].slice(0, kept);
}

/** A copy of a record without some of its keys. */
export function without<T>(record: Readonly<Record<string, T>>, keys: Iterable<string>): Record<string, T> {
  const gone = new Set(keys);
  return Object.fromEntries(Object.entries(record).filter(([key]) => !gone.has(key)));
}
