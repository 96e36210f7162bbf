/** What ECS refuses of deployments that move requests from one target group to another. */
import { ChoiceRule, Rule } from "./rule";

const configuration = "Amazon ECS API: DeploymentConfiguration";
const hook = "Amazon ECS API: DeploymentLifecycleHook";

export const shiftRules = {
  strategy: new ChoiceRule(
    "strategy of a service's deployments",
    ["ROLLING", "BLUE_GREEN", "LINEAR", "CANARY"],
    configuration,
  ),
  bake: new Rule({
    what: "minutes for which a deployment bakes",
    limit: "0 to 1440, whole",
    source: configuration,
    fix: "write x-rollout.bake as whole minutes up to a day",
  }),
  part: new Rule({
    what: "percent of the requests that a canary gets",
    limit: "0.1 to 100, in tenths, of the strategy CANARY alone",
    source: "Amazon ECS API: CanaryConfiguration",
    fix: "write x-rollout.percent between 0.1 and 100, and strategy: canary",
  }),
  pair: new Rule({
    what: "target group of a service whose requests ECS moves",
    limit: "with another one beside it, the rule that leads to both, and a role",
    source: "Amazon ECS Developer Guide: Required resources for Amazon ECS blue/green deployments",
    fix: "give each of its load balancers an advancedConfiguration",
  }),
  associated: new Rule({
    what: "rule by which ECS moves the requests of a service",
    limit: "one that names both target groups, where none is for tests",
    source: "Amazon ECS Developer Guide: Troubleshooting Amazon ECS blue/green deployments",
    fix: "have the rule forward to both, with a weight of 0 for the one without requests",
  }),
  learned: new Rule({
    what: "what ECS moves the requests of a service by",
    limit: "what a rolling deployment has told it before: not in the update that names the strategy",
    source:
      "Amazon ECS Developer Guide: Update the deployment strategy from a rolling update to Amazon ECS blue/green",
    fix: "update the service with the advancedConfiguration first, and with the strategy once that deployment is complete",
  }),
  idle: new Rule({
    what: "strategy of a service that is being deployed",
    limit: "it changes when no deployment goes on",
    source:
      "Amazon ECS Developer Guide: Update the deployment strategy from a rolling update to Amazon ECS blue/green",
    fix: "wait until the deployment is complete, and run again",
  }),
  pause: new Rule({
    what: "stage at which a deployment pauses",
    limit: "none of TEST_TRAFFIC_SHIFT and PRODUCTION_TRAFFIC_SHIFT; 1 to 20160 minutes",
    source: hook,
    fix: "pause at POST_SCALE_UP",
  }),
};
