/** What is published is counted before anything is made of it. */
import { judgeRoom } from "../../../../src/components/public/balancer-room";
import { Scope } from "../../../../src/components/stack/scope";
import { noBalancing, type DeployedBalancing } from "../../../../src/model/deployed-balancing";
import { publishedOf } from "../../../../src/components/public/published";
import { BerthError } from "../../../../src/errors";
import { modeSettings } from "../../../../src/modes/modes";
import type { BalancerLimits } from "../../../../src/ports";
import { containerOf, projectOf } from "../../../support/projects";

const scopeOf = (rollout: "rolling" | "blue-green") =>
  new Scope({
    ...{ project: "todo", stack: "dev", region: "us-east-1", accountId: "123456789012" },
    mode: modeSettings("affordable", { edge: "balancer", rollout }),
  });
const named = (count: number) => {
  const domains = Array.from({ length: count }, (_, n) => ({ name: `n${n}.shop.com`, from: "x" }));
  return projectOf([containerOf({ name: "web", domains }), containerOf({ name: "api" })]);
};

interface Own {
  readonly project?: ReturnType<typeof projectOf>;
  readonly domain?: string;
  readonly rollout?: "rolling" | "blue-green";
  /** The rules of the stack: `web`, and `web-example.com` of its name. @default the stack is new */
  readonly deployed?: readonly string[];
  readonly balancing?: Partial<DeployedBalancing>;
  /** Whether domains have no certificate yet. */
  readonly pending?: boolean;
  /** How many certificates domains of their own have. */
  readonly groups?: number;
  /** The names of those that the listener has beside its default one. @default none */
  readonly certificates?: readonly (readonly string[])[];
  readonly limits?: () => Promise<BalancerLimits>;
}

/** @returns what is wrong, each with its path and what to do */
async function judged(count: number, own: Own = {}): Promise<readonly string[]> {
  const { project = named(count), rollout = "rolling", domain, limits } = own;
  const scope = scopeOf(rollout);
  const { mode } = scope;
  const given = { project, stack: "dev", mode, ...(domain === undefined ? {} : { domain }) };
  const { routes, networkRoutes } = publishedOf(given);
  const groups = Array.from({ length: own.groups ?? 0 }, (_, n) => {
    const name = { name: `n${n}.com`, from: "x", zone: { id: "Z1" }, certificate: "validated" } as const;
    return { names: [name] as const };
  });
  const certificate = own.pending === true ? "pending" : "issued";
  const names = routes.flatMap(({ domains }) => domains);
  const hosts = {
    groups,
    own: names.map(({ name, from }) => ({ name, from, zone: undefined, certificate }) as const),
  };
  const rules = (own.deployed ?? []).map((name) => ({
    ...{ name, route: name.split("-")[0] ?? "", https: name.includes("-") },
  }));
  const balancing = { ...noBalancing, rules, ...own.balancing };
  try {
    await judgeRoom({
      ...{ scope, routes, networkRoutes, hosts, ...(limits === undefined ? {} : { limits }) },
      deployed: { balancing, certificates: own.certificates ?? [] },
    });
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(BerthError);
    return (error as BerthError).problems.map(
      ({ path, message, hint }) => `${path ?? ""}: ${message} (${hint ?? ""})`,
    );
  }
}

const matching = (pattern: RegExp): string => expect.stringMatching(pattern) as string;

test("a hundred rules are a load balancer's; more are told with what to do, and how AWS raises it", async () => {
  expect(await judged(98)).toEqual([]);
  expect(await judged(99)).toEqual([
    matching(
      /services\.web\.x-domains: 101 rules.*it takes 100 \(name a wildcard .*divide the project; or have AWS raise .*--quota-code L-7EED9B64 --desired-value 101\)$/,
    ),
  ]);
});

const domains = (count: number, of = "shop.com"): readonly string[] => [
  "web",
  ...Array.from({ length: count }, (_, n) => `web-n${n}.${of}`),
];

test("a stack that has more keeps them: AWS has raised its quota", async () => {
  const deployed = ["api", ...domains(120)];
  expect(await judged(120, { deployed })).toEqual([]);
  expect(await judged(121, { deployed })).toEqual([matching(/123 rules/)]);
});

test("names that come stand beside those that go, which leave at the run's end", async () => {
  expect(await judged(49, { deployed: domains(49, "store.com") })).toEqual([]);
  expect(await judged(50, { deployed: domains(50, "store.com") })).toEqual([
    matching(
      /102 rules .* at once: 52 of published ports and their domains, 50 of before, which go at the end.*\(remove in one run what is to go/,
    ),
  ]);
});

test("a rule that moves to HTTPS is another one", async () => {
  const deployed = ["api", ...domains(98)];
  expect(await judged(98, { deployed })).toEqual([]);
  expect(await judged(98, { deployed, pending: true })).toEqual([matching(/198 rules/)]);
});

test("the rules by which new tasks are checked are among them", async () => {
  const group = { logicalName: "api", route: "api", name: "x", port: 80, identity: "another", leads: true };
  const balancing = { groups: [group], targets: new Map([["api", []]]) };
  expect(await judged(96, { balancing })).toEqual([]);
  expect(await judged(97, { balancing })).toEqual([
    matching(/101 rules .* 99 of published ports .*, 2 by which new tasks are checked/),
  ]);
});

test("names that a strategy moves by one rule count as one, once they have their certificates", async () => {
  const services = Array.from({ length: 34 }, (_, n) =>
    containerOf({
      name: `web${n}`,
      domains: [0, 1].map((label) => ({ name: `n${label}.shop${n}.com`, from: "x" })),
    }),
  );
  const all = (own: Pick<Own, "rollout" | "pending">) =>
    judged(0, { project: projectOf(services), domain: "example.com", ...own });
  expect(await all({ rollout: "rolling" })).toEqual([matching(/102 rules/)]);
  expect(await all({ rollout: "blue-green" })).toEqual([]);
  expect(await all({ rollout: "blue-green", pending: true })).toEqual([matching(/102 rules/)]);
});

test("25 certificates stand beside the default one; more are told, but for those that the stack has", async () => {
  expect(await judged(1, { groups: 26 })).toEqual([]);
  expect(await judged(1, { groups: 27 })).toEqual([
    matching(
      /services\.web\.x-domains: 26 certificates .*it takes 25 .*--quota-code L-9365A611 --desired-value 26/,
    ),
  ]);
  const certificates = Array.from({ length: 27 }, (_, n) => [`n${n}.com`]);
  expect(await judged(1, { groups: 28, certificates })).toEqual([]);
});

test("certificates that come stand beside those that go, which leave at the run's end", async () => {
  const certificates = Array.from({ length: 13 }, (_, n) => [`n${n}.org`]);
  expect(await judged(1, { groups: 13, certificates })).toEqual([]);
  expect(await judged(1, { groups: 14, certificates })).toEqual([
    matching(/26 certificates .* at once: 13 of the .*, 13 of before, .*\(remove in one run what is to go/),
  ]);
});

test("a hundred target groups are a load balancer's, those between which ECS moves requests and those that go among them", async () => {
  const project = (count: number) =>
    projectOf(Array.from({ length: count }, (_, n) => containerOf({ name: `web${n}` })));
  const all = (count: number, own: Own = {}) =>
    judged(0, { project: project(count), domain: "example.com", rollout: "blue-green", ...own });
  expect(await all(50)).toEqual([]);
  expect(await all(51)).toEqual([
    matching(
      /services\.web0\.ports: 102 target groups .*: 51 of published ports, 51 to which ECS .*it takes 100 \(.*x-rollout: rolling.*raises this quota for nobody\)$/,
    ),
  ]);
  expect(await all(51, { rollout: "rolling" })).toEqual([]);
  const of = (protocol: string) => ({
    groups: [...[{ logicalName: "old", route: "old", name: "x", port: 80, leads: true }]].map((group) => ({
      ...group,
      identity: JSON.stringify([protocol]),
    })),
  });
  expect(await all(50, { balancing: of("TCP") })).toEqual([]);
  expect(await all(50, { balancing: of("HTTP") })).toEqual([
    matching(/101 target groups .*, 1 of before, .*\(remove in one run what is to go/),
  ]);
  expect(await all(51, { limits: () => Promise.resolve({ groups: 102 }) })).toEqual([]);
});

test("what AWS has raised is asked only where it matters, and holds", async () => {
  let asked = 0;
  const limits = () => {
    asked++;
    return Promise.resolve({ rules: 150, certificates: 30 });
  };
  expect(await judged(98, { limits })).toEqual([]);
  expect(asked).toBe(0);
  expect(await judged(140, { groups: 31, limits })).toEqual([]);
  expect(asked).toBe(1);
  expect(await judged(149, { groups: 32, limits })).toEqual([
    matching(/151 rules.*it takes 150 /),
    matching(/31 certificates.*it takes 30 /),
  ]);
});

test("where it can't be read, the message says so", async () => {
  const limits = () => Promise.reject(new BerthError("usage", "AWS refused access"));
  expect(await judged(99, { limits })).toEqual([
    matching(/it takes 100, unless AWS has raised it, which can't be read: AWS refused access/),
  ]);
});
