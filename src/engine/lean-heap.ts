/**
 * V8's heap of a large program. By itself it grows as long as there is memory: a preview of 200 services, which hold 110 MB
 * at most, took 443 MB of the process, 128 MB of them the young generation; so it takes 253 MB.
 */
import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Bytes by which the heap has grown before a program that is large: a collection (0.2 s of the processors) is worth its time. */
const large = 80 * 2 ** 20;

/** Bytes of the young generation, both halves, beyond which it grows no more: half of that takes a tenth more time. */
const enough = 16 * 2 ** 20;

/** Resources between two looks at it. */
const between = 16;

/** Bytes of the heap that the last collection could not take: another one finds no more, and takes as long. */
let left = 0;
let isWatched = false;
let seen = 0;

/** Runs what declares resources, in a heap that has released all before it. One at a time. */
export async function inLeanHeap<T>(work: () => Promise<T>): Promise<T> {
  const size = sizeOfHeap();
  left = Math.min(left, size);
  if (size < left + large) return work();
  collect();
  left = sizeOfHeap();
  isWatched = true;
  try {
    return await work();
  } finally {
    isWatched = false;
    setFlagsFromString("--semi-space-growth-factor=2");
  }
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
  // This flavour gives memory back as well, the young generation's too.
  gc({ type: "major", execution: "sync", flavor: "last-resort" });
}

function sizeOfHeap(): number {
  return getHeapStatistics().total_heap_size;
}

function young(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space")?.space_size ?? 0;
}
