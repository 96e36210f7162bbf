/** A load balancer takes a hundred rules, and a run counts what it has at its worst moment: before anything is made. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Workspace } from "../support/archives";
import { cd, type Ran } from "../support/cd";

const workspace = new Workspace();
afterAll(() => {
  workspace.remove();
});

interface Named {
  readonly path?: string;
  readonly domains: readonly string[];
}

const names = (count: number, of: string): readonly string[] =>
  Array.from({ length: count }, (_, n) => `n${n}.${of}.com`);

const matching = (pattern: RegExp): string => expect.stringMatching(pattern) as string;

function up(
  project: string,
  services: Readonly<Record<string, Named>>,
  rollout = "rolling",
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const texts = Object.entries(services).map(([name, { path = "/", domains }]) =>
    [
      `  ${name}:`,
      "    image: nginx:1.29",
      `    ports: ["80"]`,
      `    x-healthcheck-path: ${path}`,
      `    healthcheck: { test: ["CMD", "curl", "-f", "http://localhost${path}"] }`,
      `    x-domains: ${JSON.stringify(domains)}`,
    ].join("\n"),
  );
  writeFileSync(
    join(workspace.path, "compose.yaml"),
    `name: ${project}\nx-berth: { rollout: ${rollout} }\nservices:\n${texts.join("\n")}\n`,
  );
  return cd(["up", "--simulate", "--json"], { env: { HOME: workspace.path, ...env }, cwd: workspace.path });
}

test("names that come while others go stand beside them for a moment", async () => {
  const first = await up("renamed", { web: { domains: names(60, "shop") } });
  expect([first.code, first.stderr]).toEqual([0, first.stderr]);
  const second = await up("renamed", { web: { domains: names(60, "store") } });
  expect([second.code, second.stderr]).toEqual([
    3,
    matching(/services\.web\.x-domains: 121 rules .* at once: 61 of published ports .*, 60 of before/),
  ]);
  expect(second.stderr).toContain("fix: remove in one run what is to go");
  // As the message says: in two runs, neither of which AWS refuses.
  expect((await up("renamed", { web: { domains: [] } })).code).toBe(0);
  expect((await up("renamed", { web: { domains: names(60, "store") } })).code).toBe(0);
});

test("new tasks are checked by a rule of their own", async () => {
  const both = (path: string) => ({
    web: { path, domains: names(49, "shop") },
    api: { path, domains: names(49, "api") },
  });
  const first = await up("parked", both("/"));
  expect([first.code, first.stderr]).toEqual([0, first.stderr]);
  const second = await up("parked", both("/health"));
  expect([second.code, second.stderr]).toEqual([
    3,
    matching(/102 rules .* at once: 100 of published ports .*, 2 by which new tasks are checked/),
  ]);
});

test.each(["web-next", "web-alternate"])(
  "a service called %s has rules and groups beside those of web",
  async (other) => {
    const told = [];
    for (const [path, domains] of [
      ["/", []],
      ["/", ["www.shop.com"]],
      ["/health", []],
    ] as const) {
      const { code, stderr } = await up(`beside-${other}`, {
        web: { path, domains: [] },
        [other]: { domains },
      });
      told.push([code, /.*two resources.*/.exec(stderr)]);
    }
    expect(told).toEqual(Array.from({ length: 3 }, () => [0, null]));
  },
);

// With the project's domain one rule has a port's names, which ECS moves between two groups; without it each has its own.
test.each(["example.com", ""])(
  "logical names that two services would share, in any order of coming and going, with BERTH_DOMAIN=%s",
  async (domain) => {
    const web = { domains: ["a-b.com"] };
    const other = { domains: ["b.com"] };
    const none = { domains: [] };
    const told = [];
    for (const services of [
      { web, "web-a": other, "web-alternate": none },
      { "web-alternate": none, "web-a": other, web },
      { "web-a": other, "web-alternate": none },
      { "web-a": other, web },
      { web, "web-alternate": none },
      { web, "web-a": other, "web-alternate": none },
    ]) {
      const { code, stderr, result } = await up(`alike${domain.length}`, services, "canary", {
        BERTH_DOMAIN: domain,
      });
      told.push([code, result.outcome, /error:.*/.exec(stderr)?.[0]]);
    }
    const outcomes = ["succeeded", "unchanged", "succeeded", "succeeded", "succeeded", "succeeded"];
    expect(told).toEqual(outcomes.map((outcome) => [0, outcome, undefined]));
  },
);
