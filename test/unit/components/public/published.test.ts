/** What is published is counted before anything is made of it. */
import { judgeRoom } from "../../../../src/components/public/balancer-room";
import { publishedOf } from "../../../../src/components/public/published";
import { BerthError } from "../../../../src/errors";
import { modeSettings } from "../../../../src/modes/modes";
import type { BalancerLimits } from "../../../../src/ports";
import { containerOf, projectOf } from "../../../support/projects";

const mode = modeSettings("affordable", { rollout: "rolling" });
const named = (count: number) => {
  const domains = Array.from({ length: count }, (_, n) => ({ name: `n${n}.shop.com`, from: "x" }));
  return projectOf([containerOf({ name: "web", domains }), containerOf({ name: "api" })]);
};

interface Own {
  readonly project?: ReturnType<typeof projectOf>;
  readonly domain?: string;
  readonly rollout?: "rolling" | "blue-green";
  readonly rules?: number;
  /** How many certificates domains of their own have. */
  readonly groups?: number;
  readonly certificates?: number;
  readonly limits?: () => Promise<BalancerLimits>;
}

/** @returns what is wrong, each with its path and what to do */
async function judged(count: number, own: Own = {}): Promise<readonly string[]> {
  const { project = named(count), rollout = "rolling", domain, limits } = own;
  const { routes } = publishedOf({
    project,
    stack: "dev",
    mode,
    ...(domain === undefined ? {} : { domain }),
  });
  const groups = Array.from({ length: own.groups ?? 0 }, (_, n) => {
    const name = { name: `n${n}.com`, from: "x", zone: { id: "Z1" }, certificate: "validated" } as const;
    return { names: [name] as const };
  });
  try {
    await judgeRoom({
      ...{ routes, hosts: { groups }, rollout, ...(limits === undefined ? {} : { limits }) },
      standing: { rules: own.rules ?? 0, certificates: own.certificates ?? 0 },
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

test("a stack that has more keeps them: AWS has raised its quota", async () => {
  expect(await judged(120, { rules: 122 })).toEqual([]);
  expect(await judged(121, { rules: 122 })).toEqual([matching(/123 rules/)]);
});

test("names that a strategy moves by one rule count as one", async () => {
  const services = Array.from({ length: 34 }, (_, n) =>
    containerOf({
      name: `web${n}`,
      domains: [0, 1].map((label) => ({ name: `n${label}.shop${n}.com`, from: "x" })),
    }),
  );
  const all = (rollout: "rolling" | "blue-green") =>
    judged(0, { project: projectOf(services), domain: "example.com", rollout });
  expect(await all("rolling")).toEqual([matching(/102 rules/)]);
  expect(await all("blue-green")).toEqual([]);
});

test("25 certificates stand beside the default one; more are told, but for those that the stack has", async () => {
  expect(await judged(1, { groups: 26 })).toEqual([]);
  expect(await judged(1, { groups: 27 })).toEqual([
    matching(
      /services\.web\.x-domains: 26 certificates .*it takes 25 .*--quota-code L-9365A611 --desired-value 26/,
    ),
  ]);
  expect(await judged(1, { groups: 27, certificates: 27 })).toEqual([]);
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
