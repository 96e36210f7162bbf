/** What answers at the addresses of a service whose requests ECS moves itself, and while that begins and ends. */
import fc from "fast-check";
import { changing, endings, first, play } from "../support/traffic/samples";
import type { Ending, Version } from "../support/traffic/stack";

jest.setTimeout(300_000);

const seed = Number(process.env["FAST_CHECK_SEED"] ?? 20_261_130);
const cases = Number(process.env["BERTH_TRAFFIC_CASES"] ?? 6);

const next = (tag: number, own: Partial<Version> = {}): Version => ({
  ...first,
  image: `ghcr.io/example/web:${tag}`,
  ...own,
});
const domain = "example.com";
const fine = { code: 0, lost: [] };
const revision = (number: number): readonly unknown[] => [
  { revisions: [expect.stringMatching(new RegExp(`:${number}$`))] },
];

test("rolling, canary, blue-green and rolling again, by updates alone", async () => {
  const strategies = ["rolling", "canary", "canary", "blue-green", "rolling", "rolling", "canary"] as const;
  const steps = strategies.map((strategy, index) => ({ version: next(index + 1, { strategy }) }));
  const played = await play({ options: { domain }, steps });
  expect(played.map(({ code, lost, met }) => ({ code, lost, met }))).toMatchObject(
    steps.map((_, index) => ({ ...fine, met: revision(index + 1) })),
  );
  // A pair stays one.
  expect(played.map(({ groups }) => groups)).toEqual([1, 2, 2, 2, 2, 2, 2]);
});

test("a new stack in high-availability is deployed by canaries", async () => {
  const [made, changed] = await play({
    options: { domain, mode: "high-availability" },
    steps: [{ version: first }, { version: next(2) }],
  });
  expect(made).toMatchObject({ ...fine, groups: 2 });
  expect(changed).toMatchObject({ ...fine, met: revision(2) });
  expect(changed?.stderr).toMatch(/10 % of its requests go to the new tasks/);
});

/** Changes of the cloud after which a run ends: a canary's has some fourteen. */
const moments = cases >= 100 ? Array.from({ length: 14 }, (_, index) => index + 1) : [4, 8, 11];

describe.each(["canary", "blue-green"] as const)("%s", (strategy) => {
  test.each(["rollback", "alarm", "late-alarm"] as const)("%s takes the requests back", async (fault) => {
    const ending: Ending = { kind: "failure", fault };
    const [, failed, again] = await play({
      options: { domain },
      steps: [
        { version: { ...first, strategy } },
        { version: next(2, { strategy }), ending },
        { version: next(3, { strategy }) },
      ],
    });
    expect(failed).toMatchObject({ code: 5, lost: [], met: revision(1) });
    expect(failed?.error).toMatchObject({ services: [{ addresses: [{ leadsTo: "shop-dev-web:1" }] }] });
    expect(again).toMatchObject({ ...fine, met: revision(3) });
  });

  test("another check or port, a domain, and what they were before", async () => {
    const own: readonly Partial<Version>[] = [
      {},
      { port: 8080 },
      { healthPath: "/new" },
      { healthPath: "/new", domains: ["www.shop.com"] },
      { healthPath: "/new", port: 3000, version: "HTTP2" },
      { port: 80 },
      {},
    ];
    const played = await play({
      options: { domain },
      steps: own.map((one, index) => ({ version: next(index + 1, { ...one, strategy }) })),
    });
    for (const [index, one] of played.entries())
      expect({ index, ...one }).toMatchObject({ ...fine, code: 0 });
  });

  test.each(["cancel", "kill"] as const)("%s, whenever it is, loses no request", async (kind) => {
    for (const at of moments) {
      const [, ended, after] = await play({
        options: { domain },
        steps: [
          { version: { ...first, strategy } },
          { version: next(2, { strategy }), ending: { kind, at } },
          { version: next(3, { strategy }) },
        ],
      });
      expect({ at, ...ended }).toMatchObject({ lost: [] });
      expect({ at, ...after }).toMatchObject({ ...fine });
    }
  });
});

const { interval: _interval, ...keys } = changing;
const changed = fc.record(
  { ...keys, strategy: fc.constantFrom("rolling" as const, "canary" as const, "blue-green" as const) },
  { requiredKeys: ["strategy"] },
);

test(`${cases} random changes lose no request (seed ${seed})`, async () => {
  const steps = fc
    .sample(fc.tuple(changed, endings(30)), { seed, numRuns: cases })
    .map(([own, how], index) => ({ version: next(index + 2, own), ending: how }));
  const last = { version: next(cases + 2) };
  const played = await play({ options: { domain }, steps: [{ version: first }, ...steps, last] });
  for (const [index, { lost, met, stderr }] of played.entries()) {
    expect({ step: steps[index - 1], lost, stderr }).toMatchObject({ lost: [] });
    for (const one of met) expect(one).toEqual({ revisions: [expect.any(String)] });
  }
  expect(played.at(-1)).toMatchObject(fine);
});
