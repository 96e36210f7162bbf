/** Application Auto Scaling. */
import type { Properties, Refusal } from "../cloud/cloud";
import type { ResourceType, World } from "../cloud/resource-type";
import { serviceRules as rules } from "../rules/containers";
import { numberOf, recordOf, textOf } from "../cloud/values";
import { arnOf } from "./common";
import { partitionOf } from "../../partitions";

const target = "aws:appautoscaling/target:Target";

/** `service/CLUSTER/SERVICE` has to be a service that exists. */
function missingService(inputs: Properties, world: World): readonly Refusal[] {
  const resource = textOf(inputs["resourceId"]);
  const arn = `arn:${partitionOf(world.region).id}:ecs:${world.region}:${world.accountId}:${resource}`;
  const found =
    inputs["serviceNamespace"] !== "ecs" || world.find("aws:ecs/service:Service", arn) !== undefined;
  return rules.scaled.unless(found, "resourceId", () => {
    return `ECS service doesn't exist: ${resource} (ValidationException)`;
  });
}

function registered(inputs: Properties, world: World): readonly Refusal[] {
  const found = world.all(target).some(({ outputs }) => outputs["resourceId"] === inputs["resourceId"]);
  return rules.registered.unless(found, "resourceId", () => {
    return `no scalable target is registered for ${textOf(inputs["resourceId"])} (ObjectNotFoundException)`;
  });
}

function checkTarget(inputs: Properties): readonly Refusal[] {
  const [minimum = 0, maximum = Infinity] = [inputs["minCapacity"], inputs["maxCapacity"]].map(numberOf);
  return [
    ...rules.capacities.check(inputs, "minCapacity"),
    ...rules.capacities.check(inputs, "maxCapacity"),
    ...rules.capacityOrder.unless(minimum <= maximum, "minCapacity", () => {
      return `${minimum} is more than maxCapacity ${maximum} (ValidationException)`;
    }),
  ];
}

const percents = ["ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization"];

function checkPolicy(inputs: Properties): readonly Refusal[] {
  const tracking = recordOf(inputs["targetTrackingScalingPolicyConfiguration"]);
  const value = numberOf(tracking["targetValue"]);
  const metric = textOf(recordOf(tracking["predefinedMetricSpecification"])["predefinedMetricType"]);
  const most = percents.includes(metric) ? 100 : Infinity;
  return [
    ...rules.policyType.check(inputs, "policyType"),
    ...rules.targetValue.unless(
      value === undefined || (value > 0 && value <= most),
      "targetTrackingScalingPolicyConfiguration.targetValue",
      () => `${value} is not above 0 and at most ${most} (ValidationException)`,
    ),
  ];
}

export const scaling: readonly ResourceType[] = [
  {
    token: target,
    replaces: ["resourceId", "scalableDimension", "serviceNamespace"],
    id: (making) => making.text("resourceId"),
    check: checkTarget,
    conflicts: missingService,
    outputs: (making) => ({
      arn: arnOf(making, "application-autoscaling", `scalable-target/${making.hex(32)}`),
      roleArn: `arn:${partitionOf(making.world.region).id}:iam::${making.world.accountId}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
    }),
  },
  {
    token: "aws:appautoscaling/policy:Policy",
    name: {
      property: "name",
      maximum: 255,
      pattern: /^.+$/,
      says: "not empty",
      source: "Application Auto Scaling API: PutScalingPolicy",
      unique: (inputs) => textOf(inputs["resourceId"]),
    },
    replaces: ["policyType", "resourceId", "scalableDimension", "serviceNamespace"],
    id: (making) => `${making.text("resourceId")}/${making.text("name")}`,
    check: checkPolicy,
    conflicts: registered,
    outputs: (making) => ({
      arn: arnOf(
        making,
        "autoscaling",
        `scalingPolicy:${making.hex(32)}:resource/ecs/${making.text("resourceId")}:policyName/${making.text("name")}`,
      ),
    }),
  },
];
