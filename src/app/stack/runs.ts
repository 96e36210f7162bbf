/**
 * The history of a stack: a text for each run that changed it, or tried to, at `runs/PROJECT/STACK/ID.json` beside the
 * state. A run writes its record when it begins and once more when it ends, so a record without an end is of a run that
 * goes on, or that was killed: the stack's lease tells which. No record holds a secret: what changed is the summary's
 * own words, in which secrets are hidden already.
 */
import { randomBytes } from "node:crypto";
import { BerthError } from "../../errors";
import type { StackIdentity, TextStore } from "../../ports";
import { listOf, mapOf, oneOf, optional, orElse, record, text, whole, type Shaped } from "../../ports/shape";
import { parsedBy } from "./parsed";

const runShape = record({
  /** When it began, and a random part: `20261125T224501123Z-1a2b3c4d`. Ids sort by time; its events have the same name. */
  id: text,
  /** `up`, `down`, `refresh`, `restart`, `rollback`, … */
  command: text,
  /** ISO 8601. */
  started: text,
  /** ISO 8601; absent while it goes on, and of a run that was killed. */
  ended: optional(text),
  outcome: optional(oneOf("succeeded", "unchanged", "failed", "cancelled")),
  /** The exit code of the program (docs/design.md, Contracts). */
  exitCode: optional(whole),
  /** Who started it, as CI or the shell names them; CloudTrail has who it was to AWS. */
  actor: optional(text),
  /** The revision that was deployed, and the repository's address, as CI names them. */
  commit: optional(text),
  repository: optional(text),
  /** What it changed, a line each: `web: memory 512M → 1G`. */
  what: orElse(listOf(text), () => []),
  /** Counts of resources by operation. */
  changes: orElse(mapOf(whole), () => ({})),
  /** The first line of its error. */
  error: optional(text),
  /** The ARN of the ECS task that it ran in; absent where it ran in a process of somebody's machine. */
  taskArn: optional(text),
  /** Where its page is: a path, or `s3://bucket/key`, which expires with the bucket's events. */
  page: optional(text),
  /** Berth's. */
  version: text,
});

/** A run, as the history has it. */
export type StackRun = Readonly<Shaped<typeof runShape>>;

/** What is known of a run when it begins. */
export type BegunRun = Omit<StackRun, "ended" | "outcome" | "exitCode" | "error" | "what" | "changes"> &
  Partial<Pick<StackRun, "what" | "changes">>;

/** What is known of a run before anybody knows which stack it is of. */
export type RunOrigin = Omit<BegunRun, "command" | "what" | "changes">;

/** What is known of it when it has ended. */
export type RunEnd = Required<Pick<StackRun, "ended" | "outcome" | "exitCode">> &
  Partial<Pick<StackRun, "what" | "changes" | "error" | "page">>;

/** Runs of a stack that are kept. */
const kept = 100;

/** The id of a run that begins now. @param now - milliseconds since the epoch */
export function newRunId(now: number): string {
  const at = new Date(now).toISOString().replaceAll(/[-:.]/g, "");
  return `${at}-${randomBytes(4).toString("hex")}`;
}

/**
 * Writes that a run has begun, and removes the oldest records over those that are kept. The writer has the stack's
 * lease, or is allowed to write without one (`berth restart`).
 */
export async function beginRun(store: TextStore, stack: StackIdentity, run: BegunRun): Promise<void> {
  await store.write(keyOf(stack, run.id), textOf(run));
  const keys = await store.list(folderOf(stack));
  await Promise.all(keys.slice(0, Math.max(0, keys.length - kept)).map((key) => store.remove(key)));
}

/** Writes how a run ended, over the record of its beginning. */
export async function endRun(
  store: TextStore,
  stack: StackIdentity,
  run: BegunRun,
  end: RunEnd,
): Promise<void> {
  await store.write(keyOf(stack, run.id), textOf({ ...run, ...end }));
}

/**
 * The runs of a stack, the newest first. Records of another version that can't be read are left out.
 *
 * @param most - how many are read: each is a request of its own, and all go side by side
 */
export async function runsOf(
  store: TextStore,
  stack: StackIdentity,
  most = kept,
): Promise<readonly StackRun[]> {
  const keys = (await store.list(folderOf(stack))).slice(-most).reverse();
  const texts = await Promise.all(keys.map((key) => store.read(key)));
  return texts.flatMap((text) => parsedBy(runShape, text) ?? []);
}

/**
 * One run.
 *
 * @param which - its id, the beginning of one, or its place in the history: 1 is the newest @default the newest
 * @throws BerthError (usage) where there is no such run, or more than one
 */
export async function findRun(store: TextStore, stack: StackIdentity, which = "1"): Promise<StackRun> {
  const ids = (await store.list(folderOf(stack)))
    .map((key) => key.slice(folderOf(stack).length + 1, -".json".length))
    .reverse();
  const place = /^\d{1,3}$/.test(which) ? ids[Number(which) - 1] : undefined;
  const found = place === undefined ? ids.filter((id) => id.startsWith(which)) : [place];
  const [id] = found;
  const run =
    id !== undefined && found.length === 1
      ? parsedBy(runShape, await store.read(keyOf(stack, id)))
      : undefined;
  if (run !== undefined) return run;
  throw new BerthError("usage", {
    path: "RUN",
    message: `${JSON.stringify(which)}: ${found.length > 1 ? `${found.length} runs have ids that begin with it` : "there is no such run"} in the history of ${stack.project}/${stack.stack}`,
    hint:
      ids.length === 0
        ? "its history is empty: each run that changes the stack is in it"
        : `1 is the newest of ${ids.length}; berth history lists their ids`,
  });
}

function textOf(run: BegunRun & Partial<RunEnd>): string {
  return `${JSON.stringify(runShape(run))}\n`;
}

function folderOf({ project, stack }: StackIdentity): string {
  return `runs/${project}/${stack}`;
}

function keyOf(stack: StackIdentity, id: string): string {
  return `${folderOf(stack)}/${id}.json`;
}
