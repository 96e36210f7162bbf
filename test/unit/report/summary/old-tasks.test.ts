/** Which deployments leave the old tasks alone, though the mode lets them stop first. */
import { keepsOld } from "../../../../src/report/summary/old-tasks";

const service = (group: string, own: object = {}, most = 200): Record<string, unknown> => ({
  loadBalancers: [{ targetGroupArn: group, containerPort: 80, ...own }],
  deploymentMaximumPercent: most,
});
const canary = { deploymentConfiguration: { strategy: "CANARY" } };
const rolling = { deploymentConfiguration: { strategy: "ROLLING" } };
const pair = { advancedConfiguration: { alternateTargetGroupArn: "b" } };

test.each([
  ["another image", service("a"), service("a"), false],
  ["another target group", service("b"), service("a"), true],
  ["another target group, with no room for both", service("b", {}, 100), service("a"), false],
  ["a strategy that moves the requests", { ...service("a", pair), ...canary }, service("a"), true],
  ["one without room for both", { ...service("a", pair, 100), ...canary }, service("a"), false],
  [
    "one that has moved them before",
    { ...service("a", pair, 100), ...canary },
    { ...service("a", pair, 100), ...canary },
    true,
  ],
  ["back to rolling", { ...service("b"), ...rolling }, { ...service("a", pair), ...canary }, false],
])("%s", (_, now, before, kept) => {
  expect(keepsOld(now, before)).toBe(kept);
});
