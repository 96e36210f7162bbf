/** `x-rollout`: how requests move to a new revision. */
import { problemsOf, projectOf, warningsOf, type Raw } from "../../support/interpret";

const web = (rollout: unknown, more: Raw = {}): Raw => ({
  web: { image: "nginx", ports: [{ target: 80 }], "x-rollout": rollout, ...more },
});

function read(rollout: unknown): unknown {
  const [service] = projectOf(web(rollout)).services;
  return service?.kind === "container" ? service.strategy : undefined;
}

test.each<[unknown, unknown]>([
  ["canary", { strategy: "canary", percent: 10, bake: 5 }],
  [
    { strategy: "canary", percent: 0.5, bake: "90m" },
    { strategy: "canary", percent: 0.5, bake: 90 },
  ],
  [
    { strategy: "blue-green", bake: "0m" },
    { strategy: "blue-green", percent: 10, bake: 0 },
  ],
  [
    { test: { command: ["npm", "run", "smoke"] } },
    { strategy: "rolling", percent: 10, bake: 5, test: ["npm", "run", "smoke"] },
  ],
  [
    { strategy: "canary", test: { command: "curl -f localhost" } },
    { strategy: "canary", percent: 10, bake: 5, test: ["sh", "-c", "curl -f localhost"] },
  ],
])("%j", (given, expected) => {
  expect(read(given)).toEqual(expected);
});

test.each([
  ["canery", 'services.web.x-rollout: unknown strategy "canery"'],
  [{ strategy: "canary", percent: 0 }, "services.web.x-rollout.percent: 0 is no part of the requests"],
  [{ strategy: "canary", percent: 0.25 }, "services.web.x-rollout.percent: 0.25 is no part"],
  [{ strategy: "canary", percent: 101 }, "services.web.x-rollout.percent: 101 is no part"],
  [{ strategy: "canary", bake: "30s" }, 'services.web.x-rollout.bake: "30s" is no bake'],
  [{ strategy: "canary", bake: "25h" }, 'services.web.x-rollout.bake: "25h" is no bake'],
  [{ strategy: "canary", test: "npm test" }, "services.web.x-rollout.test: a test has a command"],
  [
    { strategy: "canary", test: { command: [] } },
    "services.web.x-rollout.test.command: a test has a command",
  ],
  [{ strategy: "canary", steps: 3 }, 'services.web.x-rollout.steps: unknown key "steps"'],
])("%j is refused", (given, expected) => {
  expect(problemsOf(web(given))).toEqual([expect.stringContaining(expected)]);
});

test("what has no deployment has no strategy", () => {
  expect(warningsOf(web("canary", { ports: [], restart: "no" }))).toContainEqual(
    expect.stringContaining("it has no deployment"),
  );
});
