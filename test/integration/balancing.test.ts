/** What answers at the addresses of a service while it changes: requests are sent after each change of the cloud. */
import { play } from "../support/traffic/plays";
import { findingsOf, first } from "../support/traffic/samples";
import type { Play } from "../support/traffic/play";
import type { Ending, Version } from "../support/traffic/stack";

const everywhere = process.env["BERTH_TRAFFIC_CASES"] !== undefined;

const next = (own: Partial<Version>, tag = 2): Version => ({
  ...first,
  image: `ghcr.io/example/web:${tag}`,
  ...own,
});

const revision = (number: number): readonly unknown[] => [
  { revisions: [expect.stringMatching(new RegExp(`:${number}$`))] },
];

const changes: readonly (readonly [string, Version])[] = [
  ["another image", next({})],
  ["another port", next({ port: 8080 })],
  ["another check path", next({ healthPath: "/new" })],
  ["another port and check path", next({ port: 8080, healthPath: "/new" })],
  ["another protocol", next({ version: "HTTP2" })],
];

const domain = "example.com";
const failure: Ending = { kind: "failure", fault: "rollback" };

describe.each(changes)("%s", (_, version) => {
  test("loses no request where it fails, succeeds then, and is taken back", async () => {
    const [made, failed, again, back] = await play({
      options: { domain },
      steps: [{ version: first }, { version, ending: failure }, { version }, { version: next({}, 3) }],
    });
    expect(made).toMatchObject({ code: 0, met: revision(1), groups: 1 });
    expect(failed).toMatchObject({ code: 5, lost: [], met: revision(1) });
    expect(again).toMatchObject({ code: 0, lost: [], met: revision(2), groups: 1 });
    expect(back).toMatchObject({ code: 0, lost: [], met: revision(3), groups: 1 });
    expect((failed?.sent ?? 0) + (again?.sent ?? 0)).toBeGreaterThanOrEqual(6);
  });

  test("loses no request where another image mends what failed, and where it is given up", async () => {
    const steps = [{ version: first }, { version, ending: failure }];
    const [, , mended] = await play({
      options: { domain },
      steps: [...steps, { version: { ...version, image: next({}, 3).image } }],
    });
    expect(mended).toMatchObject({ code: 0, lost: [], groups: 1 });
    const [, failed, given] = await play({ options: { domain }, steps: [...steps, { version: first }] });
    expect([failed?.code, given]).toMatchObject([5, { code: 0, lost: [], groups: 1 }]);
  });
});

test.each(changes)("%s: an alarm after the rules have moved takes them back", async (_, version) => {
  const late: Ending = { kind: "failure", fault: "late-alarm" };
  const [, failed, again, back] = await play({
    options: { domain },
    steps: [{ version: first }, { version, ending: late }, { version }, { version: first }],
  });
  expect(failed).toMatchObject({ code: 5, lost: [], met: revision(1) });
  expect(failed?.error).toMatchObject({
    services: [{ cause: "alarm", addresses: [{ leadsTo: "shop-dev-web:1" }] }],
  });
  expect(again).toMatchObject({ code: 0, lost: [], met: revision(2), groups: 1 });
  expect(back).toMatchObject({ code: 0, lost: [], groups: 1 });
});

test("the Result says where each address leads after a rollback", async () => {
  const version = next({ port: 8080, healthPath: "/new" });
  const [, failed] = await play({ steps: [{ version: first }, { version, ending: failure }] });
  expect(failed?.error).toMatchObject({
    services: [
      {
        service: "web",
        message: expect.stringMatching(/goes back to shop-dev-web:1$/) as string,
        addresses: [{ url: expect.stringMatching(/^http:/) as string, leadsTo: "shop-dev-web:1" }],
      },
    ],
  });
  expect(failed?.stderr).toMatch(/^ {2}http:\S+ leads to shop-dev-web:1$/m);
});

test("where the mode lets the old task stop first, another image is an outage, and another check is none", async () => {
  const one: Play = {
    options: { mode: "affordable" },
    steps: [{ version: first }, { version: next({}) }, { version: next({ healthPath: "/new" }, 3) }],
  };
  const played = await play(one);
  const [, image, check] = played;
  expect(played.map(({ outage }) => outage)).toEqual([
    "",
    "its one task stops before the new one runs",
    // The old tasks are kept until the rules lead to the new ones, whatever the mode says.
    "",
  ]);
  expect(findingsOf(one, played)).toEqual([]);
  expect(image).toMatchObject({ code: 0, met: revision(2) });
  expect(image?.lost.length).toBeGreaterThan(0);
  expect(check).toMatchObject({ code: 0, lost: [], met: revision(3) });
});

describe("a run that ends halfway", () => {
  const version = next({ port: 8080, healthPath: "/new", domains: ["www.shop.com"] });

  test.each(["cancel", "kill"] as const)(
    "%s: no request is lost then or later, whenever it is",
    async (kind) => {
      const [, whole] = await play({ options: { domain }, steps: [{ version: first }, { version }] });
      expect(whole).toMatchObject({ code: 0, lost: [] });
      // With many cases at each change, else at every fifth.
      const step = everywhere ? 1 : 5;
      const moments = Array.from(
        { length: Math.floor((whole?.sent ?? 0) / step) },
        (_, index) => (index + 1) * step,
      );
      for (const at of moments) {
        const steps = [{ version: first }, { version, ending: { kind, at } }, { version: next({}, 3) }];
        const [, ended, after] = await play({ options: { domain }, steps });
        expect(ended).toMatchObject({ lost: [], met: [{ revisions: [expect.any(String)] }] });
        expect(after).toMatchObject({ code: 0, lost: [], groups: 1 });
      }
    },
  );
});

describe("a run that is killed between the rules of a port", () => {
  const domains = ["www.shop.com", "shop.com"];
  const moved = next({ healthPath: "/new", domains });
  const killed: Ending = { kind: "kill", at: "between" };

  test.each<[string, Version]>([
    ["the same check", next({ healthPath: "/new", domains }, 3)],
    ["the check of before", next({ domains }, 3)],
    ["a third check", next({ healthPath: "/third", domains }, 3)],
    ["a domain less", next({ domains: ["www.shop.com"] }, 3)],
  ])("and then one that fails, of %s, lose no request, nor does what comes after", async (_, version) => {
    const steps = [
      { version: { ...first, domains } },
      { version: moved, ending: killed },
      { version, ending: failure },
      { version: { ...version, image: next({}, 4).image } },
    ];
    const one = { options: { domain }, steps };
    const played = await play(one);
    expect(findingsOf(one, played)).toEqual([]);
    expect(played.map(({ code }) => code)).toEqual([0, 0, 5, 0]);
    expect(played.at(-1)).toMatchObject({ groups: 1 });
  });
});

describe("what the play would show", () => {
  const version = next({ healthPath: "/new" });

  test.each([
    ["wait", "if the rules led to a new target group at once", "no target is registered"],
    ["group", "if a check changed in the group that has the traffic", "no target is healthy"],
  ] as const)("without %s, %s", async (without, _, why) => {
    const steps = [{ version: first }, { version }];
    const [, changed] = await play({ options: { domain, without }, steps });
    expect(changed?.lost).toContain(`web.shop.example.com/: ${why}`);
    const [, careful] = await play({ options: { domain }, steps });
    expect(careful).toMatchObject({ code: 0, lost: [], met: revision(2) });
  });
});
