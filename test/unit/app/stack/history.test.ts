import { keepState, lastKept } from "../../../../src/app/stack/history";
import { MemoryTexts } from "../../../support/memory-texts";

const stack = { project: "shop", stack: "dev" };

test("the last good state is the newest that is whole: one that is damaged is passed over", async () => {
  const store = new MemoryTexts();
  expect(await lastKept(store, stack)).toBeUndefined();
  await keepState(store, stack, "up", '{"version":3,"n":1}', Date.parse("2026-01-02T03:04:05Z"));
  await keepState(store, stack, "up", '{"version":3,"n":2}', Date.parse("2026-01-02T03:05:05Z"));
  expect(await lastKept(store, stack)).toBe('{"version":3,"n":2}');
  const newest = [...store.texts.keys()].sort().at(-1) ?? "";
  store.texts.set(newest, '{"version":3,');
  expect(await lastKept(store, stack)).toBe('{"version":3,"n":1}');
});
