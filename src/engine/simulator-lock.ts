/** One run at a time on a stack: a file that is created exclusively, and tells who holds it. */
import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { link, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { BerthError } from "../errors";
import type { Clock, StackIdentity } from "../ports";

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** ISO 8601. */
  readonly since: string;
}

/** How often a lock is tried again after a dead holder's was broken: others may break and take it too. */
const attempts = 5;

/**
 * Takes the lock of a stack; a lock whose process is dead is broken.
 *
 * @returns what frees it
 * @throws BerthError (locked) where its holder lives: who, and since when
 */
export async function takeLock(
  path: string,
  stack: StackIdentity,
  clock: Clock,
): Promise<() => Promise<void>> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const own: Holder = { pid: process.pid, host: hostname(), since: new Date(clock.now()).toISOString() };
  const text = JSON.stringify(own);
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (await create(path, text)) return () => free(path, text);
    const held = readText(path);
    if (held === undefined) continue;
    const holder = parse(held);
    if (holder !== undefined && isAlive(holder)) throw lockedBy(stack, holder);
    await breakLock(path, held);
  }
  throw new BerthError("locked", {
    path: nameOf(stack),
    message: "others take the stack's lock again and again",
  });
}

/** Removes the lock whoever holds it. @returns whether there was one */
export async function removeLock(path: string): Promise<boolean> {
  const held = readText(path) !== undefined;
  await rm(path, { force: true });
  return held;
}

/** Links a written file into place: unlike an exclusive create, nobody ever sees the lock without its text. */
async function create(path: string, text: string): Promise<boolean> {
  const written = `${path}.${process.pid}.${randomUUID()}`;
  await writeFile(written, text, { mode: 0o600 });
  try {
    await link(written, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(written, { force: true });
  }
}

/** Frees the lock where it is still ours: `cancel` may have given it to another run. */
async function free(path: string, text: string): Promise<void> {
  if (readText(path) === text) await rm(path, { force: true });
}

/** Takes a dead holder's file away, and puts it back where it turns out to be a new holder's. */
async function breakLock(path: string, seen: string): Promise<void> {
  const aside = `${path}.${process.pid}.broken`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if (readText(aside) !== seen) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** `undefined` for a file that no run of ours has written. */
function parse(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

/** Alive, unless it was a process of this machine that is provably gone. */
function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function lockedBy(stack: StackIdentity, { pid, host, since }: Holder): BerthError {
  return new BerthError("locked", {
    path: nameOf(stack),
    message: `the stack is locked by ${host} (process ${pid}) since ${since}`,
    hint: "wait for it to end; if nothing runs any more: berth-cd cancel",
  });
}

function nameOf({ project, stack }: StackIdentity): string {
  return `${project}/${stack}`;
}
