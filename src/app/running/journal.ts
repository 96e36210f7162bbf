/**
 * What was done to a stack beside its deployments: restarts, rollbacks, numbers of tasks, stops. It lies beside the state
 * as `operations/<project>/<stack>.json`; the engine's state knows nothing of it, so the next `up` reads it.
 * Only whoever holds the stack's lease writes it.
 */
import { z } from "zod";
import type { StackIdentity, TextStore } from "../../ports";

const time = z.string();

const journalSchema = z.object({
  /** Whether AWS may have what the engine's state doesn't know of: the next run compares them first. */
  behind: z.boolean().default(false),
  /** By service: `berth scale`, and what the file said then. @default nobody knows what the file said */
  scaled: z.record(z.string(), z.object({ at: time, tasks: z.int(), file: z.int().optional() })).default({}),
  /** By service: ARNs of task definitions. */
  rolledBack: z.record(z.string(), z.object({ at: time, from: z.string(), to: z.string() })).default({}),
  /** By service or database: the tasks that it had, and whether its autoscaling is suspended since. */
  stopped: z
    .record(
      z.string(),
      z.object({ at: time, tasks: z.int().optional(), suspended: z.boolean().default(false) }),
    )
    .default({}),
  /** By service: the command that has left it unsteady. */
  failed: z.record(z.string(), z.object({ at: time, command: z.string() })).default({}),
  /** What ran after each deployment that succeeded, the newest first: ARNs of task definitions by service. */
  deployments: z.array(z.object({ at: time, revisions: z.record(z.string(), z.string()) })).default([]),
  /** By service: what its image's tag meant at the last deployment that succeeded (src/app/digests.ts). */
  images: z
    .record(
      z.string(),
      z.object({
        /** As the file has it. */
        reference: z.string(),
        /** sha256 of the service as the file has it. */
        definition: z.string(),
        /** The program that it was read by: another one may read the same file otherwise. */
        program: z.string(),
        digest: z.string().optional(),
        /** Whether the task definition names the digest. */
        pinned: z.boolean(),
      }),
    )
    .default({}),
  /** By service: the tags of its built image at the last deployment that succeeded ({@link ImageTags}). */
  built: z
    .record(
      z.string(),
      z.object({
        tag: z.string(),
        platforms: z.array(z.object({ architecture: z.enum(["ARM64", "X86_64"]), digest: z.string() })),
      }),
    )
    .default({}),
  /** By service: `deploy.replicas` of the last deployment. */
  replicas: z.record(z.string(), z.int()).default({}),
});

export type Journal = Readonly<z.infer<typeof journalSchema>>;

/** Deployments that are kept. */
const kept = 20;

function keyOf({ project, stack }: StackIdentity): string {
  return `operations/${project}/${stack}.json`;
}

/** The journal; one that can't be read says that nothing is known of what AWS has. */
export async function readJournal(store: TextStore, stack: StackIdentity): Promise<Journal> {
  const text = await store.read(keyOf(stack));
  if (text === undefined) return journalSchema.parse({});
  try {
    return journalSchema.parse(JSON.parse(text));
  } catch {
    return journalSchema.parse({ behind: true });
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
