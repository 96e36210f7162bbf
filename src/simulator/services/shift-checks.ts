/** Whether ECS takes how a service's requests are to move. */
import type { Properties, Refusal } from "../cloud/cloud";
import { leadingGroups } from "../cloud/forwards";
import type { World } from "../cloud/resource-type";
import { listOf, numberOf, recordOf, same, textOf } from "../cloud/values";
import { shiftRules as rules } from "../rules/shifts";

const service = "aws:ecs/service:Service";

function strategyOf(inputs: Properties | undefined): string {
  return textOf(recordOf(inputs?.["deploymentConfiguration"])["strategy"]) || "ROLLING";
}

function isMinutes(value: unknown, least: number, most: number): boolean {
  const minutes = Number(value);
  return value === undefined || (Number.isInteger(minutes) && minutes >= least && minutes <= most);
}

export function checkShift(inputs: Properties): readonly Refusal[] {
  const at = "deploymentConfiguration";
  const given = recordOf(inputs[at]);
  const canary = recordOf(given["canaryConfiguration"]);
  const percent = numberOf(canary["canaryPercent"]);
  const tenths = percent === undefined || (percent >= 0.1 && percent <= 100 && isTenths(percent));
  const only = given["canaryConfiguration"] === undefined || typeof given["strategy"] !== "string";
  const bakes = [given["bakeTimeInMinutes"], canary["canaryBakeTimeInMinutes"]].filter(
    (value) => typeof value === "string" || typeof value === "number",
  );
  return [
    ...rules.strategy.check(given, "strategy", `${at}.strategy`),
    ...rules.bake.unless(
      bakes.every((value) => isMinutes(value, 0, 1_440)),
      `${at}.bakeTimeInMinutes`,
      () => `${bakes.map(String).join(", ")} (InvalidParameterException)`,
    ),
    ...rules.part.unless(
      tenths && (only || given["strategy"] === "CANARY"),
      `${at}.canaryConfiguration`,
      () =>
        `${percent ?? ""} of a service whose strategy is ${textOf(given["strategy"])} (InvalidParameterException)`,
    ),
    ...listOf(given["lifecycleHooks"]).flatMap((hook, index) =>
      pauseProblems(hook, `${at}.lifecycleHooks[${index}]`),
    ),
  ];
}

function isTenths(percent: number): boolean {
  return Math.abs(Math.round(percent * 10) - percent * 10) < 1e-6;
}

function pauseProblems(hook: unknown, at: string): readonly Refusal[] {
  const { targetType, lifecycleStages, timeoutConfiguration } = recordOf(hook);
  if (targetType !== "PAUSE") return [];
  const stages = listOf(lifecycleStages);
  const shifting = stages.some(
    (stage) => stage === "TEST_TRAFFIC_SHIFT" || stage === "PRODUCTION_TRAFFIC_SHIFT",
  );
  const limit = recordOf(timeoutConfiguration)["timeoutInMinutes"];
  return rules.pause.unless(!shifting && isMinutes(limit, 1, 20_160), at, () => {
    return `${stages.map(String).join(", ")} for ${String(limit)} minutes (InvalidParameterException)`;
  });
}

/** Where there is no rule for tests, that for the requests names both groups. */
function pairProblems(
  { targetGroupArn, advancedConfiguration }: Properties,
  world: World,
  index: number,
): readonly Refusal[] {
  const at = `loadBalancers[${index}].advancedConfiguration`;
  const { alternateTargetGroupArn, productionListenerRule } = recordOf(advancedConfiguration);
  const rule = world.find("aws:lb/listenerRule:ListenerRule", productionListenerRule);
  const named = leadingGroups(rule?.outputs["actions"]);
  const both = [targetGroupArn, alternateTargetGroupArn].every((group) => named.includes(textOf(group)));
  return rules.associated.unless(rule === undefined || both, at, () => {
    return `For Application LoadBalancer, testListenerRule is required when productionListenerRule is not associated with both targetGroup and alternateTargetGroup (InvalidParameterException)`;
  });
}

/** @param self - the ARN of the service that is changed */
export function shiftConflicts(
  inputs: Properties,
  world: World,
  self: string | undefined,
): readonly Refusal[] {
  const before = self === undefined ? undefined : world.find(service, self)?.outputs;
  const strategy = strategyOf(inputs);
  const balancers = listOf(inputs["loadBalancers"]).map(recordOf);
  const changes = before !== undefined && strategyOf(before) !== strategy;
  const idle = rules.idle.unless(
    !changes || self === undefined || world.rollout(self)?.deployments[0]?.rollout !== "IN_PROGRESS",
    "deploymentConfiguration.strategy",
    () => "a deployment of the service is in progress (InvalidParameterException)",
  );
  const apart = balancers.flatMap((balancer, index) => pairProblems(balancer, world, index));
  if (strategy === "ROLLING") return [...idle, ...apart];
  const known = new Map(
    listOf(before?.["loadBalancers"])
      .map(recordOf)
      .map(({ targetGroupArn, advancedConfiguration }) => [targetGroupArn, advancedConfiguration]),
  );
  return [
    ...idle,
    ...apart,
    ...balancers.flatMap(({ targetGroupArn, advancedConfiguration }, index) => {
      const at = `loadBalancers[${index}].advancedConfiguration`;
      const { alternateTargetGroupArn, productionListenerRule, roleArn } = recordOf(advancedConfiguration);
      const whole = [alternateTargetGroupArn, productionListenerRule, roleArn].every(
        (value) => value !== undefined,
      );
      const other = alternateTargetGroupArn !== targetGroupArn;
      return [
        ...rules.pair.unless(whole && other, at, () => {
          return `the service has the strategy ${strategy} (InvalidParameterException)`;
        }),
        ...rules.learned.unless(
          before === undefined ||
            world.onRefusal !== undefined ||
            same(known.get(targetGroupArn), advancedConfiguration),
          at,
          () => `it is new in an update to the strategy ${strategy} (InvalidParameterException)`,
        ),
      ];
    }),
  ];
}
