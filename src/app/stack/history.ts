/** The states that a stack's runs have left, beside the state: what a state that is lost is recovered from. */
import { createHash } from "node:crypto";
import { BerthError } from "../../errors";
import type { StackIdentity, TextStore } from "../../ports";

/** A state that was kept. */
export interface KeptState {
  /** `20261125T224501123Z-up-1a2b3c4d`: when, after which command, and the beginning of the state's sha256. */
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly command: string;
}

/** How many states of a stack are kept; each run that changed something adds one. */
const kept = 50;

const idPattern = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-([a-z]+)-([0-9a-f]{8})$/;

/** Keeps the state after a run, where it differs from the newest one that is kept. */
export async function keepState(
  store: TextStore,
  stack: StackIdentity,
  command: string,
  text: string | undefined,
  now: number,
): Promise<void> {
  if (text === undefined || !isWhole(text)) return;
  const keys = await store.list(folderOf(stack));
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 8);
  if (keys.at(-1)?.endsWith(`-${digest}.json`) === true) return;
  const at = new Date(now).toISOString().replaceAll(/[-:.]/g, "");
  await store.write(keyOf(stack, `${at}-${command}-${digest}`), text);
  const over = keys.slice(0, Math.max(0, keys.length + 1 - kept));
  await Promise.all(over.map((key) => store.remove(key)));
}

/** The states that are kept, the newest first. */
export async function keptStates(store: TextStore, stack: StackIdentity): Promise<readonly KeptState[]> {
  const keys = await store.list(folderOf(stack));
  return keys
    .toReversed()
    .map((key) => key.slice(folderOf(stack).length + 1, -".json".length))
    .flatMap((id) => {
      const [, year, month, day, hour, minute, second, milli, command] = idPattern.exec(id) ?? [];
      if (command === undefined) return [];
      return [{ id, at: `${year}-${month}-${day}T${hour}:${minute}:${second}.${milli}Z`, command }];
    });
}

/** The newest state that is kept and whole. */
export async function lastKept(store: TextStore, stack: StackIdentity): Promise<string | undefined> {
  for (const { id } of await keptStates(store, stack)) {
    const text = await store.read(keyOf(stack, id));
    if (text !== undefined && isWhole(text)) return text;
  }
  return undefined;
}

/**
 * One of the states that are kept.
 *
 * @param which - its id, or its place in the history: 1 is the newest
 * @throws BerthError (usage) where there is no such state
 */
export async function keptState(
  store: TextStore,
  stack: StackIdentity,
  which: string,
): Promise<KeptState & { readonly text: string }> {
  const states = await keptStates(store, stack);
  const found = states.find(({ id }, index) => id === which || String(index + 1) === which);
  const text = found === undefined ? undefined : await store.read(keyOf(stack, found.id));
  if (found === undefined || text === undefined) {
    throw new BerthError("usage", {
      path: "state restore",
      message: `${JSON.stringify(which)}: there is no such state of ${stack.project}/${stack.stack}`,
      hint:
        states.length === 0
          ? "none is kept: each run that changes the stack keeps one"
          : `one of 1 to ${states.length}, or an id that berth-cd state history prints`,
    });
  }
  return { ...found, text };
}

/** Whether a run that was killed has left it whole. */
function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function folderOf({ project, stack }: StackIdentity): string {
  return `history/${project}/${stack}`;
}

function keyOf(stack: StackIdentity, id: string): string {
  return `${folderOf(stack)}/${id}.json`;
}
