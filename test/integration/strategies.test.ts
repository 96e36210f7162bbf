/** What answers at the addresses of a service whose requests ECS moves itself, and while that begins and ends. */
import { play } from "../support/traffic/plays";
import { findingsOf, first, randomPlays } from "../support/traffic/samples";
import type { Ending, Version } from "../support/traffic/stack";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? 20_261_130);
const cases = Number(process.env["BERTH_TRAFFIC_CASES"] ?? 10);

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

test.each<[string, readonly Partial<Version>[]]>([
  ["joins the rule that ECS moves", [{}, { strategy: "blue-green" }, { strategy: "blue-green" }]],
  ["leaves it", [{ strategy: "canary" }, { strategy: "canary" }, { version: "GRPC" }, { domains: [] }]],
  [
    "comes and goes",
    [{ domains: [], strategy: "canary" }, { strategy: "canary" }, { domains: [], strategy: "canary" }],
  ],
])("the rule of an own domain %s without a request lost", async (_, versions) => {
  const own = { domains: ["www.shop.com"] };
  const steps = versions.map((one, index) => ({ version: next(index + 1, { ...own, ...one }) }));
  const one = { options: { domain }, steps };
  expect(findingsOf(one, await play(one))).toEqual([]);
});

const several = (count: number): readonly string[] =>
  ["www.shop.com", "shop.com", "a.shop.com", "b.shop.com", "c.shop.com"].slice(0, count);

test("domains that outgrow the one rule that ECS moves, and shrink again, lose no request", async () => {
  const counts = [4, 5, 5, 4, 4];
  const steps = counts.map((count, index) => ({
    version: next(index + 1, { strategy: "blue-green", domains: several(count) }),
  }));
  const one = { options: { domain }, steps };
  const played = await play(one);
  expect(findingsOf(one, played)).toEqual([]);
  const why =
    "services.web.x-rollout: it is deployed by rolling updates, not by blue-green: its own domains need rules of their own, and ECS moves one";
  expect(played.map(({ warnings }) => warnings.includes(why))).toEqual([false, true, true, false, false]);
});

test.each(["cancel", "kill", "failure"] as const)(
  "domains that outgrow the one rule lose no request, however the run ends: %s",
  async (kind) => {
    const own = { strategy: "canary" } as const;
    const made = { version: { ...first, ...own, domains: several(4) } };
    const grown = { version: next(2, { ...own, domains: several(5) }) };
    const after = { version: next(3, { ...own, domains: several(3) }) };
    const endings: readonly Ending[] =
      kind === "failure"
        ? [
            { kind, fault: "rollback" },
            { kind, fault: "late-alarm" },
          ]
        : moments.map((at) => ({ kind, at }));
    for (const ending of endings) {
      const one = { options: { domain }, steps: [made, { ...grown, ending }, after] };
      expect({ ending, found: findingsOf(one, await play(one)) }).toEqual({ ending, found: [] });
    }
  },
);

test("a pair whose rolling deployment to another protocol was taken back changes by rolling once more", async () => {
  const late: Ending = { kind: "failure", fault: "late-alarm" };
  const grpc = { strategy: "canary", version: "GRPC" } as const;
  const one = {
    options: { domain },
    steps: [
      { version: { ...first, strategy: "blue-green" as const } },
      { version: next(2, grpc), ending: late },
      { version: next(3, grpc) },
      { version: next(4, grpc) },
    ],
  };
  const played = await play(one);
  expect(findingsOf(one, played)).toEqual([]);
  expect(played.map(({ groups }) => groups)).toEqual([2, 3, 1, 2]);
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

test(`${cases} random changes lose no request (seed ${seed})`, async () => {
  for (const one of randomPlays(seed, cases))
    expect({ play: one, found: findingsOf(one, await play(one)) }).toEqual({ play: one, found: [] });
});
