import fc from "fast-check";
import { mostGroups, networkGroups, type Member } from "../../../src/model/networks";

const member = (name: string, networks: readonly string[], others = 1): Member => ({
  name,
  networks,
  others,
});
const grouped = (...members: readonly Member[]) => {
  const groups = networkGroups(members);
  return groups && Object.fromEntries(groups);
};

/** `a-b` for each two that share something. */
function meeting(listOf: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const names = [...listOf.keys()];
  return names.flatMap((one) =>
    names
      .filter((other) => one < other && listOf.get(one)?.some((item) => listOf.get(other)?.includes(item)))
      .map((other) => `${one}-${other}`),
  );
}

test.each([
  ["one network", [member("a", ["n"]), member("b", ["n"])]],
  ["one in common", [member("a", ["n", "m"]), member("b", ["n"]), member("c", ["l", "n"])]],
  ["one container", [member("a", ["n", "m"])]],
  ["none", []],
])("%s: the project's group is enough", (_, members) => {
  expect(networkGroups(members)).toBeUndefined();
});

test("networks that keep containers apart are groups, also where one stands alone", () => {
  expect(
    grouped(member("web", ["front"]), member("api", ["front", "back"]), member("job", ["back"])),
  ).toEqual({
    web: ["front"],
    api: ["front", "back"],
    job: ["back"],
  });
  expect(grouped(member("a", ["one"]), member("b", ["two"]))).toEqual({ a: ["one"], b: ["two"] });
});

test("where a task would bear too many groups, networks that add nothing are left out", () => {
  // `alone` has one member, `same` those of `wide`, `part` some of them.
  const networks = ["alone", "same", "part", "wide", "other"];
  expect(
    grouped(
      member("a", networks),
      member("b", ["same", "part", "wide"]),
      member("c", ["same", "wide"]),
      member("d", ["other"]),
    ),
  ).toEqual({ a: ["same", "other"], b: ["same"], c: ["same"], d: ["other"] });
});

test("the same containers reach each other as in Compose, with groups left out or not", () => {
  const names = fc.uniqueArray(fc.constantFrom("k", "l", "m", "n", "o", "p"), { minLength: 1, maxLength: 6 });
  const members = fc
    .array(fc.record({ networks: names, others: fc.integer({ min: 1, max: 4 }) }), {
      minLength: 2,
      maxLength: 6,
    })
    .map((list) => list.map(({ networks, others }, index) => member(`s${index}`, networks, others)));
  fc.assert(
    fc.property(members, (list) => {
      const groups = networkGroups(list);
      const shared = new Map(list.map(({ name, networks }) => [name, networks]));
      if (groups === undefined) expect(meeting(shared)).toHaveLength((list.length * (list.length - 1)) / 2);
      else expect(meeting(groups)).toEqual(meeting(shared));
      const fits = list.every(({ networks, others }) => networks.length + others <= mostGroups);
      if (fits && groups !== undefined) expect([...groups]).toEqual([...shared]);
    }),
  );
});
