/** Whether ECS takes a service as it is asked for. */
import type { Properties, Refusal } from "../cloud/cloud";
import type { World } from "../cloud/resource-type";
import { serviceRules as rules } from "../rules/containers";
import type { RangeRule } from "../rules/rule";
import { listOf, numberOf, recordOf, textOf } from "../cloud/values";
import { tokens } from "./common";
import { parseContainers } from "./fargate";

const taskDefinition = "aws:ecs/taskDefinition:TaskDefinition";
const clusterProviders = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders";

function providersOf(world: World, cluster: unknown): readonly unknown[] {
  const found = world.find(tokens.cluster, cluster);
  const association = world
    .all(clusterProviders)
    .find(({ outputs }) => found !== undefined && outputs["clusterName"] === found.outputs["name"]);
  return listOf(association?.outputs["capacityProviders"]);
}

/** A target group must hang on a load balancer, and its container be in the task definition, before a service starts. */
function balancerProblems(inputs: Properties, world: World): readonly Refusal[] {
  const hung = ["aws:lb/listener:Listener", "aws:lb/listenerRule:ListenerRule"].flatMap((token) =>
    world.all(token),
  );
  const definition = world.find(taskDefinition, inputs["taskDefinition"]);
  const containers = parseContainers(textOf(definition?.outputs["containerDefinitions"]));
  return listOf(inputs["loadBalancers"]).flatMap((item, index) => {
    const { targetGroupArn: arn, containerName, containerPort } = recordOf(item);
    const at = `loadBalancers[${index}]`;
    const stands =
      typeof arn !== "string" || hung.some(({ outputs }) => JSON.stringify(outputs).includes(arn));
    const container = containers?.find(({ name }) => name === containerName);
    const ports = listOf(container?.["portMappings"]).map((mapping) => recordOf(mapping)["containerPort"]);
    return [
      ...rules.hung.unless(stands, `${at}.targetGroupArn`, () => {
        return `the target group ${String(arn)} does not have an associated load balancer (InvalidParameterException)`;
      }),
      ...rules.targetContainer.unless(
        containers === undefined || container !== undefined,
        `${at}.containerName`,
        () => `the container '${String(containerName)}' is not in the task definition`,
      ),
      ...rules.targetContainer.unless(
        container === undefined || ports.includes(containerPort),
        `${at}.containerPort`,
        () => `the container '${String(containerName)}' has no port ${String(containerPort)}`,
      ),
    ];
  });
}

/** Fargate runs what is made for it, and instances what is not. */
function kindProblems(wanted: readonly unknown[], definition: Properties | undefined): readonly Refusal[] {
  const required = listOf(definition?.["requiresCompatibilities"]);
  if (required.length === 0) return [];
  return wanted.flatMap((provider, index) => {
    const kind = /^FARGATE(_SPOT)?$/.test(textOf(provider)) ? "FARGATE" : "EC2";
    return rules.compatible.unless(
      typeof provider !== "string" || required.includes(kind),
      `capacityProviderStrategies[${index}].capacityProvider`,
      () =>
        `'${String(provider)}' runs no task that requires ${required.join(", ")} (InvalidParameterException)`,
    );
  });
}

/**
 * Whether tasks are moved between zones: since September 2025 those of a new service are, where a deployment may run more
 * than 100 % (terraform-provider-aws #43577, which has it from ECS).
 */
export function rebalancingOf(inputs: Properties): string {
  const given = textOf(inputs["availabilityZoneRebalancing"]);
  if (given !== "") return given;
  return (numberOf(inputs["deploymentMaximumPercent"]) ?? 200) > 100 ? "ENABLED" : "DISABLED";
}

/** An update that does not name it leaves it as it is: then it has to fit the new percentage. */
function rebalancingProblems(inputs: Properties, world: World, self: string | undefined): readonly Refusal[] {
  const before = self === undefined ? undefined : world.find("aws:ecs/service:Service", self)?.outputs;
  const given = inputs["availabilityZoneRebalancing"] ?? before?.["availabilityZoneRebalancing"];
  const maximum = numberOf(inputs["deploymentMaximumPercent"]) ?? 200;
  return rules.rebalancingRoom.unless(
    given !== "ENABLED" || maximum > 100,
    "deploymentMaximumPercent",
    () => {
      return `${maximum} is too little for availabilityZoneRebalancing, which is ENABLED (InvalidParameterException)`;
    },
  );
}

export function serviceConflicts(
  inputs: Properties,
  world: World,
  self: string | undefined,
): readonly Refusal[] {
  const offered = providersOf(world, inputs["cluster"]);
  const wanted = listOf(inputs["capacityProviderStrategies"]).map(
    (item) => recordOf(item)["capacityProvider"],
  );
  const unchecked =
    inputs["healthCheckGracePeriodSeconds"] !== undefined && listOf(inputs["loadBalancers"]).length === 0;
  return [
    ...wanted.flatMap((provider, index) =>
      rules.provider.unless(
        typeof provider !== "string" || offered.includes(provider),
        `capacityProviderStrategies[${index}].capacityProvider`,
        () => `'${String(provider)}' is not associated with the cluster (InvalidParameterException)`,
      ),
    ),
    ...kindProblems(wanted, world.find(taskDefinition, inputs["taskDefinition"])?.outputs),
    ...rules.graceBalancer.unless(!unchecked, "healthCheckGracePeriodSeconds", () => {
      return "it needs a service with load balancers (InvalidParameterException)";
    }),
    ...balancerProblems(inputs, world),
    ...rebalancingProblems(inputs, world, self),
  ];
}

function checkStrategy(inputs: Properties): readonly Refusal[] {
  const at = "capacityProviderStrategies";
  const items = listOf(inputs[at]).map(recordOf);
  const bases = items.map(({ base }) => numberOf(base) ?? 0);
  const weights = items.map(({ weight }) => numberOf(weight) ?? 0);
  const oneBase = bases.filter((base) => base > 0).length <= 1 && bases.every((base) => base <= 100_000);
  const weighted = weights.every((weight) => weight <= 1000) && weights.some((weight) => weight > 0);
  return [
    ...rules.base.unless(oneBase, at, () => `bases ${bases.join(", ")} (InvalidParameterException)`),
    ...rules.weight.unless(items.length < 2 || weighted, at, () => {
      return `weights ${weights.join(", ")} (InvalidParameterException)`;
    }),
    ...rules.capacity.unless(inputs["launchType"] === undefined || items.length === 0, "launchType", () => {
      return "a launch type and a capacity provider strategy can't both be given";
    }),
  ];
}

/** At most so many items of a list that is given. */
function atMost(rule: RangeRule, items: unknown, at: string, what: string): readonly Refusal[] {
  const count = listOf(items).length;
  return rule.unless(count <= rule.maximum, at, () => {
    return `${count} ${what}, of which it accepts ${rule.maximum} (InvalidParameterException)`;
  });
}

export function checkService(inputs: Properties): readonly Refusal[] {
  const [minimum = 0, maximum = Infinity] = [
    inputs["deploymentMinimumHealthyPercent"],
    inputs["deploymentMaximumPercent"],
  ].map(numberOf);
  const network = recordOf(inputs["networkConfiguration"]);
  return [
    ...rules.desired.check(inputs, "desiredCount"),
    ...rules.grace.check(inputs, "healthCheckGracePeriodSeconds"),
    ...rules.healthy.check(inputs, "deploymentMinimumHealthyPercent"),
    ...rules.launchType.check(inputs, "launchType"),
    ...rules.rebalancing.check(inputs, "availabilityZoneRebalancing"),
    ...rules.scheduling.check(inputs, "schedulingStrategy"),
    ...rules.room.unless(maximum > minimum, "deploymentMaximumPercent", () => {
      return `${maximum} has to be more than the minimum healthy percent ${minimum}`;
    }),
    ...checkStrategy(inputs),
    ...atMost(
      rules.groups,
      network["securityGroups"],
      "networkConfiguration.securityGroups",
      "security groups",
    ),
    ...atMost(rules.subnets, network["subnets"], "networkConfiguration.subnets", "subnets"),
    ...atMost(rules.targets, inputs["loadBalancers"], "loadBalancers", "target groups"),
  ];
}
