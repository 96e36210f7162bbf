/**
 * V8's heap of a large program. By itself it grows as long as there is memory: a preview of 200 services, which hold 50 MB at
 * most, took 310 MB of the process, 128 MB of them the young generation; so it takes 215 MB.
 */
import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Bytes by which the heap has grown with a program that is large: a collection (20 ms) is worth its time. */
const large = 64 * 2 ** 20;

/** Bytes of the young generation, both halves, beyond which it grows no more. */
const enough = 16 * 2 ** 20;

/** Resources between two looks at it. */
const between = 16;

/** Bytes of the heap that the last collection could not take: another one finds no more, and takes as long. */
let left = 0;
let isWatched = false;
let seen = 0;
let isWanted = true;

/** @param wanted - false in a process that runs many programs, such as one of tests: it would collect as long as it runs */
export function keepHeapLean(wanted: boolean): void {
  isWanted = wanted;
}

/** Runs what declares resources, with a young generation that stays small. One at a time. */
export async function inLeanHeap<T>(work: () => Promise<T>): Promise<T> {
  if (!isWanted) return work();
  isWatched = true;
  try {
    return await work();
  } finally {
    isWatched = false;
    setFlagsFromString("--semi-space-growth-factor=2");
  }
}

/** Gives back what a large program has left behind, before the next one. */
export function collectLarge(): void {
  if (!isWanted) return;
  left = Math.min(left, sizeOfHeap());
  if (sizeOfHeap() < left + large) return;
  collect();
  left = sizeOfHeap();
}

/** Called for each resource: much is declared in one turn, in which no timer comes. */
export function watchHeap(): void {
  if (!isWatched || (seen += 1) % between !== 0 || young() < enough) return;
  isWatched = false;
  // V8 refuses code that was compiled under other flags, so this one is set when most is read.
  setFlagsFromString("--semi-space-growth-factor=1");
}

function collect(): void {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as (options: object) => void;
  setFlagsFromString("--no-expose-gc");
  gc({ type: "major", execution: "sync" });
}

function sizeOfHeap(): number {
  return getHeapStatistics().total_heap_size;
}

function young(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space")?.space_size ?? 0;
}
