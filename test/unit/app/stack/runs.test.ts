import { beginRun, endRun, findRun, newRunId, runsOf, type BegunRun } from "../../../../src/app/stack/runs";
import { MemoryTexts } from "../../../support/memory-texts";

const stack = { project: "shop", stack: "dev" };

function runAt(second: number, command = "up"): BegunRun {
  const now = Date.parse("2026-01-02T03:00:00Z") + second * 1_000;
  return { id: newRunId(now), command, started: new Date(now).toISOString(), version: "1.2.3" };
}

const ended = { ended: "2026-01-02T04:00:00Z", outcome: "succeeded", exitCode: 0 } as const;

test("a run has a record from its beginning, which its end completes", async () => {
  const store = new MemoryTexts();
  const run = { ...runAt(0), actor: "ada" };
  await beginRun(store, stack, run);
  expect(await runsOf(store, stack)).toEqual([{ ...run, what: [], changes: {} }]);
  await endRun(store, stack, run, { ...ended, what: ["web: memory 512M → 1G"], changes: { update: 2 } });
  expect(await runsOf(store, stack)).toEqual([
    { ...run, ...ended, what: ["web: memory 512M → 1G"], changes: { update: 2 } },
  ]);
});

test("the newest comes first, and another stack's runs are not among them", async () => {
  const store = new MemoryTexts();
  for (const second of [2, 1, 3]) await beginRun(store, stack, runAt(second, `up${second}`));
  await beginRun(store, { ...stack, stack: "dev2" }, runAt(9));
  expect((await runsOf(store, stack)).map(({ command }) => command)).toEqual(["up3", "up2", "up1"]);
  expect((await runsOf(store, stack, 1)).map(({ command }) => command)).toEqual(["up3"]);
});

test("a hundred are kept: the oldest go", async () => {
  const store = new MemoryTexts();
  for (let second = 0; second < 103; second++) await beginRun(store, stack, runAt(second));
  const runs = await runsOf(store, stack);
  expect(runs).toHaveLength(100);
  expect(runs.at(-1)?.started).toBe("2026-01-02T03:00:03.000Z");
});

test("a record that another version has written is left out, and the rest is shown", async () => {
  const store = new MemoryTexts();
  await beginRun(store, stack, runAt(1));
  await store.write("runs/shop/dev/20270101T000000Z-00000000.json", '{"id":7}');
  await store.write("runs/shop/dev/20270101T000001Z-00000000.json", "{");
  expect(await runsOf(store, stack)).toHaveLength(1);
});

test("a run is found by its id, the beginning of it, or its place", async () => {
  const store = new MemoryTexts();
  const [older, newer] = [runAt(1, "up"), runAt(2, "down")];
  await beginRun(store, stack, older);
  await beginRun(store, stack, newer);
  expect((await findRun(store, stack)).command).toBe("down");
  expect((await findRun(store, stack, "2")).command).toBe("up");
  expect((await findRun(store, stack, older.id)).command).toBe("up");
  expect((await findRun(store, stack, older.id.slice(0, 16))).command).toBe("up");
  await expect(findRun(store, stack, "2026")).rejects.toThrow(/2 runs have ids that begin with it/);
  await expect(findRun(store, stack, "3")).rejects.toThrow(/no such run.*1 is the newest of 2/);
  await expect(findRun(new MemoryTexts(), stack)).rejects.toThrow(/its history is empty/);
});
