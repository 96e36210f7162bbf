/** Between the groups of many things the engine has its turn; few are declared at once. */
import { inGroups } from "../../../stacks/in-groups";

/** The turn in which each thing was declared. */
async function turnsOf(count: number): Promise<readonly number[]> {
  let turn = 0;
  let ended = false;
  const next = (): void => {
    turn += 1;
    if (!ended) setImmediate(next);
  };
  setImmediate(next);
  const declaredIn: number[] = [];
  await inGroups(
    Array.from({ length: count }, (_, at) => at),
    (at) => (declaredIn[at] = turn),
  );
  ended = true;
  return declaredIn;
}

test("few things are declared in one turn", async () => {
  expect(new Set(await turnsOf(24)).size).toBe(1);
});

test("many are declared in their order, eight in a turn", async () => {
  const turns = await turnsOf(30);
  expect(turns).toHaveLength(30);
  expect(turns).toEqual([...turns].sort((a, b) => a - b));
  const groups = Map.groupBy(turns, (turn) => turn);
  expect([...groups.values()].map((group) => group.length)).toEqual([8, 8, 8, 6]);
});

test("what one of them throws ends it", async () => {
  const declared: number[] = [];
  await expect(
    inGroups([1, 2, 3], (thing) => {
      if (thing === 2) throw new Error("refused");
      declared.push(thing);
    }),
  ).rejects.toThrow("refused");
  expect(declared).toEqual([1]);
});
