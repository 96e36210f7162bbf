/** A stack of Pulumi's made fit for a run: its locks, its checkpoint, and what a run that was killed had begun. */
import { BerthError, messageOf } from "../../errors";
import type { ChildResource, Clock, ExistingResources, Recovery, TextStore } from "../../ports";
import { checkpointKey } from "./backend";
import { parseCheckpoint, requireCheckpoint } from "./checkpoint";
import { breakLocks, isLockGone, lockedError } from "./locks";
import {
  begunChildren,
  hasPending,
  needsTags,
  takePending,
  unready,
  withoutPending,
  type Taken,
} from "./pending";

export interface RecoveryPorts {
  readonly state: TextStore;
  readonly clock: Clock;
  readonly existing: () => Promise<ExistingResources>;
  /** Milliseconds. @default 20 s */
  readonly tagsFollowWithin?: number;
}

/** The operations of the engine that settle what was begun. */
export interface Settling {
  /** Compares these resources with what exists, and clears the pending operations. */
  refresh(urns: readonly string[]): Promise<void>;
  /** Deletes these resources. */
  remove(urns: readonly string[]): Promise<void>;
}

/**
 * @throws BerthError (locked) where a CLI has locked the stack; (deployment) where its state can't be read and none
 *   is kept, or AWS can't be asked what exists
 */
export async function recoverState(
  recovery: Recovery,
  ports: RecoveryPorts,
  settling: Settling,
): Promise<void> {
  await clearLocks(recovery, ports);
  await dropHalfAttributes(recovery, ports.state);
  const text = await wholeState(recovery, ports);
  if (text === undefined || !hasPending(text)) return;
  const taken = await takeBegun(text, recovery, ports);
  for (const line of taken.notes) recovery.note(line);
  await ports.state.write(checkpointKey(recovery), taken.text);
  const existing = await stillThere(taken.deletions, recovery, settling);
  const looked = [...taken.urns, ...existing];
  if (looked.length > 0) await refreshUntilReady(looked, recovery, ports, settling);
  const settled = await ports.state.read(checkpointKey(recovery));
  if (settled !== undefined && hasPending(settled)) {
    await ports.state.write(checkpointKey(recovery), withoutPending(settled));
  }
}

/**
 * Completes deletions. What AWS refuses to delete stays in the state, reported with the reason: it must
 * not keep every further run from beginning.
 *
 * @returns what was not deleted, as far as it is known
 */
async function stillThere(
  urns: readonly string[],
  recovery: Recovery,
  settling: Settling,
): Promise<readonly string[]> {
  if (urns.length === 0) return [];
  try {
    await settling.remove(urns);
    return [];
  } catch (error) {
    if (!(error instanceof BerthError) || error.kind !== "deployment") throw error;
    recovery.note(`warning: it stays in the state: ${messageOf(error)}`);
    return urns;
  }
}

/** Milliseconds between two looks at what AWS is still making. */
const lookEvery = 15_000;

async function refreshUntilReady(
  urns: readonly string[],
  recovery: Recovery,
  { state, clock }: RecoveryPorts,
  settling: Settling,
): Promise<void> {
  let left = urns;
  do {
    await settling.refresh(left);
    left = unready((await state.read(checkpointKey(recovery))) ?? '{"checkpoint":{}}', left);
    if (left.length > 0) await clock.sleep(lookEvery, recovery.signal);
  } while (left.length > 0);
}

async function clearLocks(recovery: Recovery, { state, clock }: RecoveryPorts): Promise<void> {
  const { broken, left } = await breakLocks(state, recovery, (lock) =>
    isLockGone(lock, recovery.after, clock),
  );
  for (const { user, host, pid } of broken) {
    recovery.note(`The lock of ${user}@${host} (pulumi, process ${pid}) is broken: its process is gone`);
  }
  if (left.length > 0) throw lockedError(recovery, left);
}

/**
 * Where the backend is a directory, each file has its attributes in one beside it, which the CLI writes in place: a kill
 * leaves it empty, and the CLI then can't load the file. Without attributes it can.
 */
async function dropHalfAttributes({ project }: Recovery, state: TextStore): Promise<void> {
  const beside = await state.list(`.pulumi/stacks/${project}`);
  for (const key of [".pulumi/meta.yaml.attrs", ...beside.filter((one) => one.endsWith(".attrs"))]) {
    const text = await state.read(key);
    if (text !== undefined && !isJson(text)) await state.remove(key);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The checkpoint, or the last good one in its place: the backend's own backup, else what the history keeps. */
async function wholeState(recovery: Recovery, ports: RecoveryPorts): Promise<string | undefined> {
  const { state } = ports;
  const key = checkpointKey(recovery);
  const text = await state.read(key);
  if (text === undefined) return undefined;
  try {
    parseCheckpoint(text);
    return text;
  } catch (error) {
    const good = [await state.read(`${key}.bak`), await recovery.lastGood()].find(isCheckpoint);
    if (good === undefined) throw error;
    await state.write(key, good);
    recovery.note(`warning: ${messageOf(error)}: the last good one is used instead`);
    await tellUnknown(good, recovery, ports);
    return good;
  }
}

/** What was made after the state that replaces a lost one: reported, since nothing says what it was made from. */
async function tellUnknown(text: string, recovery: Recovery, { existing }: RecoveryPorts): Promise<void> {
  try {
    for (const { arn } of await (await existing()).tagged(recovery)) {
      if (text.includes(JSON.stringify(arn))) continue;
      recovery.note(`warning: ${arn} has the stack's tags, and this state doesn't know it`);
    }
  } catch (error) {
    recovery.note(`warning: what this state doesn't know can't be looked for: ${messageOf(error)}`);
  }
}

function isCheckpoint(text: string | undefined): text is string {
  if (text === undefined) return false;
  try {
    requireCheckpoint(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Milliseconds for the last call of a run that was killed to show in the tags: the Tagging API follows the services
 * with a delay of seconds.
 */
const tagsFollowWithin = 20_000;

/** Looks again after a while for what wasn't found: what was made a moment ago may not be seen yet. */
async function takeBegun(text: string, recovery: Recovery, ports: RecoveryPorts): Promise<Taken> {
  const begun = begunChildren(text);
  if (!needsTags(text) && begun.size === 0) return takePending(text, []);
  const existing = await ports.existing();
  const children = await idsOf(begun, existing, recovery, ports.clock);
  if (!needsTags(text)) return takePending(text, [], children);
  const first = takePending(text, await existing.tagged(recovery), children);
  const patience = ports.tagsFollowWithin ?? tagsFollowWithin;
  if (first.missing === 0 || patience === 0) return first;
  recovery.note("A run that was killed had begun to make something: looking for it by the stack's tags");
  await ports.clock.sleep(patience, recovery.signal);
  return takePending(text, await existing.tagged(recovery), children);
}

/** The ids of what its parent identifies; it waits for what AWS is still making, which doesn't say that it is made. */
async function idsOf(
  begun: ReadonlyMap<string, ChildResource>,
  existing: ExistingResources,
  { signal }: Recovery,
  clock: Clock,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for (const [urn, child] of begun) {
    let found = await childOrName(child, existing);
    while (found?.isMaking === true) {
      await clock.sleep(lookEvery, signal);
      found = await existing.child(child);
    }
    if (found !== undefined) ids.set(urn, found.id);
  }
  return ids;
}

/** Where AWS can't be asked for a role's tags, its name is enough: the region is in it. */
async function childOrName(
  child: ChildResource,
  existing: ExistingResources,
): ReturnType<ExistingResources["child"]> {
  try {
    return await existing.child(child);
  } catch (error) {
    if (child.kind !== "role" && child.kind !== "instance profile") throw error;
    return { id: child.name, isMaking: false };
  }
}
