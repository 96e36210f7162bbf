/** `pull_policy` as the model has it, and what is said of it. */
import { pullPolicyOf } from "../../../src/model/pull-policy";
import { problemsOf, projectOf, warningsOf, type Raw } from "../../support/interpret";

test.each([
  [undefined, { kind: "last" }],
  ["missing", { kind: "last" }],
  ["if_not_present", { kind: "last" }],
  ["build", { kind: "last" }],
  ["never", { kind: "never" }],
  ["always", { kind: "asked", everySeconds: 0 }],
  ["refresh", { kind: "asked", everySeconds: 0 }],
  ["daily", { kind: "asked", everySeconds: 86_400 }],
  ["weekly", { kind: "asked", everySeconds: 604_800 }],
  ["every_12h", { kind: "asked", everySeconds: 43_200 }],
  ["every_1w2d3h4m5s", { kind: "asked", everySeconds: 788_645 }],
])("%s", (text, policy) => {
  expect(pullPolicyOf(text)).toEqual(policy);
});

test("nothing of the model changes where what ran last holds", () => {
  const services = (web: Raw) => projectOf({ web }).services;
  expect(services({ image: "nginx", pull_policy: "missing" })).toEqual(services({ image: "nginx" }));
  expect(services({ image: "nginx", pull_policy: "daily" })).toMatchObject([
    { pull: { everySeconds: 86_400 } },
  ]);
});

test("build without a build is refused, never is explained", () => {
  expect(problemsOf({ web: { image: "nginx", pull_policy: "build" } })).toEqual([
    "services.web.pull_policy: there is nothing to build (add build, or write always, missing, daily or weekly)",
  ]);
  expect(warningsOf({ web: { image: "nginx", pull_policy: "never" } })).toContain(
    "services.web.pull_policy: ECS pulls the image at each start of a task; no registry is asked what its tag means, and the digest of the last success holds",
  );
});
