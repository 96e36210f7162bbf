/**
 * The heap of a large program begins without what was before it, and its young generation stays small. What the worker's other
 * files have left of theirs counts for nothing.
 *
 * @jest-environment node
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { collectLarge, inLeanHeap, keepHeapLean, watchHeap } from "../../../src/engine/lean-heap";

const mib = 2 ** 20;

function young(): number {
  const found = getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space");
  return (found?.space_size ?? 0) / mib;
}

/** So many resources' worth of objects, all of which are held. */
function declare(watch: () => void): number {
  const held: unknown[] = [];
  for (let at = 0; at < 600_000; at++) {
    held.push({ at, text: `resource ${at}` });
    if (at % 500 === 0) watch();
  }
  return held.length;
}

/** Gives back what other files of the worker have left, so that the heap grows by what a test holds. */
function settle(): void {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as (options: object) => void;
  setFlagsFromString("--no-expose-gc");
  gc({ type: "major", execution: "sync", flavor: "last-resort" });
  collectLarge();
}

beforeAll(() => {
  keepHeapLean(true);
});

test("a large program's young generation grows no more than it is worth", async () => {
  const grown = await inLeanHeap(() => {
    const atFirst = young();
    declare(watchHeap);
    return Promise.resolve(young() - atFirst);
  });
  expect(grown).toBeLessThanOrEqual(32);
  // Whatever comes after it is not held to that.
  declare(() => undefined);
  expect(young()).toBeGreaterThan(32);
});

test("what a large program has left is collected before the next one, where the heap is to be lean", async () => {
  settle();
  const held = Array.from({ length: 1_500_000 }, (_, at) => ({ at, text: `held ${at}` }));
  const left = new WeakRef({});
  await nextTurn();
  keepHeapLean(false);
  collectLarge();
  expect(left.deref()).toBeDefined();
  await nextTurn();
  keepHeapLean(true);
  collectLarge();
  expect(left.deref()).toBeUndefined();
  expect(held).toHaveLength(1_500_000);
});

test("what the work throws is thrown", async () => {
  await expect(inLeanHeap(() => Promise.reject(new Error("refused")))).rejects.toThrow("refused");
});

test("what a collection could not take is no reason for another one", async () => {
  settle();
  const held = Array.from({ length: 1_500_000 }, (_, at) => ({ at, text: `held ${at}` }));
  collectLarge();
  // A collection of the young generation alone leaves what a WeakRef means; the one of a large program does not.
  const spent = new WeakRef({});
  await nextTurn();
  collectLarge();
  expect(spent.deref()).toBeDefined();
  expect(held).toHaveLength(1_500_000);
});
