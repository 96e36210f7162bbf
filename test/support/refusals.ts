/** What the simulated AWS refuses, as tables: each rule with inputs that AWS takes and inputs that it doesn't. */
import { unknown, type Properties } from "../../src/simulator/cloud";
import { refusalsOf, seededWorld, urnOf, type World } from "./simulated-world";

export type Ids = World["ids"];
type Inputs = (ids: Ids) => Properties;

/** A rule, a type, good inputs, bad inputs, and the property that is told. */
export type RefusalCase = readonly [rule: string, type: string, good: Inputs, bad: Inputs, property: string];

/** The good inputs with some of them changed. */
export function but(good: Inputs, change: Properties | Inputs): Inputs {
  return (ids) => ({ ...good(ids), ...(typeof change === "function" ? change(ids) : change) });
}

export function describeRefusals(cases: readonly RefusalCase[]): void {
  test.each(cases)("%s is refused, and what AWS takes is not", async (_, type, good, bad, property) => {
    const { aws, ids } = await seededWorld();
    const refusals = await refusalsOf(aws, type, bad(ids));
    expect(refusals.map((refusal) => refusal.property)).toContain(property);
    const again = await seededWorld();
    expect(await refusalsOf(again.aws, type, good(again.ids))).toEqual([]);
  });

  test.each(cases)("%s: nothing is refused of what a preview doesn't know yet", async (_, type, good) => {
    const { aws } = await seededWorld();
    const open = Object.fromEntries(Object.keys(good({})).map((key) => [key, unknown]));
    expect(aws.check(type, urnOf(type, "subject"), open).refusals).toEqual([]);
  });
}
