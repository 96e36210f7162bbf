/** Each rule of the simulated AWS with inputs that AWS takes and inputs that it doesn't; and that none is left out. */
import { unknown } from "../../../src/simulator/cloud/cloud";
import { checkName } from "../../../src/simulator/cloud/naming";
import { allRules, namesByType, resourceTypes } from "../../../src/simulator/services";
import { accessCases, observeCases } from "../../support/refusals/access";
import { balancingCases } from "../../support/refusals/balancing";
import type { RefusalCase } from "../../support/refusals/cases";
import { cloudFrontCases, cloudFrontPartCases } from "../../support/refusals/cloudfront";
import { containerCases } from "../../support/refusals/containers";
import { dataCases } from "../../support/refusals/data";
import { edgeCases } from "../../support/refusals/edge";
import { messageCases } from "../../support/refusals/messages";
import { networkCases } from "../../support/refusals/network";
import { shiftCases } from "../../support/refusals/shifts";
import { make, refusalsOf, seededWorld, urnOf } from "../../support/simulated-world";

const cases = [
  ...[networkCases, balancingCases, dataCases, containerCases, edgeCases, observeCases, accessCases].flat(),
  ...cloudFrontCases,
  ...cloudFrontPartCases,
  ...messageCases,
  ...shiftCases,
].map((item): readonly [string, RefusalCase] => [item.rule.text.what, item]);

test.each(cases)("%s: what AWS takes is not refused, what it doesn't is", async (_, item) => {
  const { rule, type, good, bad, property, before } = item;
  const fine = await seededWorld();
  expect(await refusalsOf(fine.aws, type, good(fine.ids))).toEqual([]);
  const world = await seededWorld();
  await before?.(world);
  const id = item.between && (await make(world.aws, type, "subject", good(world.ids)));
  await item.between?.(world);
  const refusals = await refusalsOf(world.aws, type, bad(world.ids), id);
  expect(refusals.map((refusal) => [refusal.rule, refusal.property])).toContainEqual([
    rule.text.what,
    property,
  ]);
  expect(refusals.filter(({ hint }) => hint === "")).toEqual([]);
});

test.each(cases)("%s: nothing is refused of what a preview doesn't know yet", async (_, { type, good }) => {
  const { aws } = await seededWorld();
  const open = Object.fromEntries(Object.keys(good({})).map((key) => [key, unknown]));
  expect(aws.check(type, urnOf(type, "subject"), open).refusals).toEqual([]);
});

describe.each([...namesByType])("a name of %s", (token, rules) => {
  const rule = resourceTypes.get(token)?.name;
  if (rule === undefined) throw new Error(`${token} has no name`);
  const refused = (name: string): readonly string[] =>
    checkName(rule, rules, { [rule.property]: name }).map((refusal) => refusal.rule);
  const start = rule.pattern.test("alias/a") && !rule.pattern.test("a") ? "alias/" : "";
  const longest = start + "a".repeat(rule.maximum - start.length);
  const shortest = start + "a".repeat(Math.max(1, (rule.minimum ?? 1) - start.length));

  test("may have the greatest and the least length, and no other", () => {
    expect(refused(longest)).toEqual([]);
    expect(refused(`${longest}a`)).toEqual([rules.length.text.what]);
    expect(refused("")).toContain(rules.length.text.what);
    expect(refused(shortest)).toEqual([]);
  });

  test("has characters that it may not have, or may not be empty", () => {
    const odd = ["é", "a:b", ""].find((name) => !rule.pattern.test(name)) ?? longest;
    expect(refused(odd)).toContain(rules.characters.text.what);
  });
});

describe("the list of rules", () => {
  test("has no rule without a case", () => {
    const tried = new Set<unknown>(cases.map(([, { rule }]) => rule));
    const ofNames = new Set<unknown>(
      [...namesByType.values()].flatMap(({ length, characters }) => [length, characters]),
    );
    const left = allRules.filter((rule) => !tried.has(rule) && !ofNames.has(rule));
    expect(left.map(({ text }) => text.what)).toEqual([]);
  });

  test("counts at least 40 besides those of names, each said once, with its limit, source and fix", () => {
    const ofNames = 2 * namesByType.size;
    expect(allRules.length - ofNames).toBeGreaterThanOrEqual(40);
    expect(new Set(allRules.map(({ text }) => text.what)).size).toBe(allRules.length);
    for (const { text } of allRules) {
      expect([text.what, text.limit, text.source, text.fix].filter((part) => part.trim() === "")).toEqual([]);
    }
  });
});
