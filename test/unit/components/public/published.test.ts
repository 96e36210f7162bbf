/** What is published is counted before anything is made of it. */
import { publishedOf } from "../../../../src/components/public/published";
import { noBalancing } from "../../../../src/model/standing-balancing";
import { modeSettings } from "../../../../src/modes/modes";
import { containerOf, projectOf } from "../../../support/projects";

const mode = modeSettings("affordable", { rollout: "rolling" });
const named = (count: number) => {
  const domains = Array.from({ length: count }, (_, n) => ({ name: `n${n}.shop.com`, from: "x" }));
  return projectOf([containerOf({ name: "web", domains }), containerOf({ name: "api" })]);
};
const attempt = (count: number, own: object = {}) =>
  publishedOf({ project: named(count), stack: "dev", mode, ...own });

test("a hundred rules are a load balancer's; more are told with what to do", () => {
  expect(attempt(98).routes).toHaveLength(2);
  expect(() => attempt(99)).toThrow(
    /services\.web\.x-domains: 101 rules.*it takes 100 \(name a wildcard .*divide the project/,
  );
});

test("a stack that has more keeps them: AWS has raised its quota", () => {
  expect(attempt(120, { balancing: { ...noBalancing, rules: 122 } }).routes).toHaveLength(2);
  expect(() => attempt(121, { balancing: { ...noBalancing, rules: 122 } })).toThrow(/123 rules/);
});

test("names that a strategy moves by one rule count as one", () => {
  const services = Array.from({ length: 34 }, (_, n) =>
    containerOf({
      name: `web${n}`,
      domains: [0, 1].map((label) => ({ name: `n${label}.shop${n}.com`, from: "x" })),
    }),
  );
  const all = (rollout: "rolling" | "blue-green") =>
    attempt(0, { project: projectOf(services), domain: "example.com", mode: { ...mode, rollout } });
  expect(() => all("rolling")).toThrow(/102 rules/);
  expect(all("blue-green").routes).toHaveLength(34);
});
