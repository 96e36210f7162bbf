/**
 * The CD task's role, call by call: what the provider was recorded to ask for and Berth's edge asks for, over the examples
 * in each mode, is allowed by the template's policies and boundary; what must stay denied is denied.
 */
import type { Estate } from "../../support/estates/plans";
import { verdictOf, templateRole, type Call, type Caller } from "../../support/iam/evaluate";
import { forbiddenByCdBoundary, forbiddenToCd, type Forbidden } from "../../support/iam/forbidden";
import { unprovable, unusedOfCd } from "../../support/iam/granted";
import {
  domains,
  exampleEstates,
  neededByCd,
  recordedCalls,
  type NeededCall,
} from "../../support/iam/needed";
import { operations } from "../../support/iam/record/table";
import { actionsOf, labelOf, names, placesOf, without } from "../../support/iam/statements";
import { resolveTemplate } from "../../support/iam/template";

const cd = templateRole(resolveTemplate(domains), "TaskRole");

/** With AdministratorAccess besides (`--extra-policy`): what stops it is the boundary. */
const wide: Caller = {
  ...cd,
  policies: [
    {
      name: "AdministratorAccess",
      document: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
    },
  ],
};

let estates: readonly Estate[] = [];
let needed: readonly NeededCall[] = [];

beforeAll(async () => {
  estates = await exampleEstates();
  needed = await neededByCd(estates, recordedCalls());
});

async function refusedOf(caller: Caller, calls: readonly NeededCall[]): Promise<readonly string[]> {
  const refused: string[] = [];
  for (const call of calls) {
    const verdict = await verdictOf(caller, call);
    if (verdict !== "Allowed") refused.push(`${verdict}: ${call.action} on ${call.resource} (${call.by})`);
  }
  return refused;
}

async function allowedOf(caller: Caller, calls: readonly Forbidden[]): Promise<readonly string[]> {
  const allowed: string[] = [];
  for (const call of calls)
    if ((await verdictOf(caller, call)) === "Allowed")
      allowed.push(`${call.what}: ${call.action} on ${call.resource}`);
  return allowed;
}

test("the examples are looked at in each mode, in every operation", () => {
  expect(estates.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      "hello, affordable, no domain",
      "todo, balanced",
      "everything, high-availability",
    ]),
  );
  for (const operation of operations)
    expect(needed.filter(({ by }) => by.includes(`: ${operation} `)).length).toBeGreaterThan(50);
});

test("a type of resource whose calls nobody has recorded is told by its name", async () => {
  const recorded = recordedCalls();
  const types = Object.fromEntries(
    Object.entries(recorded.types).filter(([type]) => type !== "aws:ecs/service:Service"),
  );
  await expect(neededByCd(estates.slice(0, 1), { ...recorded, types })).rejects.toThrow(
    /no calls are recorded of aws:ecs\/service:Service$/,
  );
});

test("nothing that a run needs is refused", async () => {
  expect(await refusedOf(cd, needed)).toEqual([]);
});

test("what must stay denied is denied, by the policies and by the boundary alone", async () => {
  expect(await allowedOf(cd, [...forbiddenToCd, ...forbiddenByCdBoundary])).toEqual([]);
  expect(await allowedOf(wide, forbiddenByCdBoundary)).toEqual([]);
});

test("what is granted is asked for, or has a reason", () => {
  const asked = new Set(needed.map(({ action }) => action));
  const granted = cd.policies.flatMap(({ name, document }) =>
    placesOf({ arn: "", policies: [{ name, document }] }).flatMap(({ statement }) => actionsOf(statement)),
  );
  const unused = [...new Set(granted)].filter(
    (pattern) => ![...asked].some((action) => names(pattern, action)),
  );
  expect(unused.filter((pattern) => !(pattern in unusedOfCd)).sort()).toEqual([]);
  expect(Object.keys(unusedOfCd).filter((pattern) => !unused.includes(pattern))).toEqual([]);
});

/** Each statement of the role: of one that grants, some call is refused without it; of one that denies, some is allowed. */
test("no statement can be taken out unnoticed", async () => {
  const unnoticed: string[] = [];
  const places = placesOf(cd);
  expect(places.length).toBeGreaterThan(40);
  for (const place of places) {
    const actions = actionsOf(place.statement);
    const touches = ({ action }: Call): boolean => actions.some((pattern) => names(pattern, action));
    const grants = place.statement.Effect === "Allow";
    const found = grants
      ? await anyRefused(without(cd, place), needed.filter(touches))
      : (await allowedOf(without(wide, place), forbiddenByCdBoundary.filter(touches))).length > 0;
    if (!found) unnoticed.push(labelOf(place));
  }
  expect(unnoticed.map((label) => label.replace(/ \d+:/, ":"))).toEqual(Object.keys(unprovable));
});

async function anyRefused(caller: Caller, calls: readonly NeededCall[]): Promise<boolean> {
  for (const call of calls) if ((await verdictOf(caller, call)) !== "Allowed") return true;
  return false;
}
