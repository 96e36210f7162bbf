/** Application Auto Scaling. */
import type { Properties, Refusal } from "../cloud";
import { refusal, type ResourceType, type World } from "../resource-type";
import { numberOf, textOf } from "../values";
import { arnOf, inRange, oneOf } from "./common";

const target = "aws:appautoscaling/target:Target";

/** `service/CLUSTER/SERVICE` has to be a service that exists. */
function missingService(inputs: Properties, world: World): readonly Refusal[] {
  const resource = textOf(inputs["resourceId"]);
  if (
    inputs["serviceNamespace"] !== "ecs" ||
    world.find("aws:ecs/service:Service", arnTail(resource, world)) !== undefined
  )
    return [];
  return [refusal("resourceId", `ECS service doesn't exist: ${resource} (ValidationException)`)];
}

function arnTail(resource: string, world: World): string {
  return `arn:aws:ecs:${world.region}:${world.accountId}:${resource}`;
}

function registered(inputs: Properties, world: World): readonly Refusal[] {
  const found = world.all(target).some(({ outputs }) => outputs["resourceId"] === inputs["resourceId"]);
  return found
    ? []
    : [
        refusal(
          "resourceId",
          `no scalable target is registered for ${textOf(inputs["resourceId"])} (ObjectNotFoundException)`,
        ),
      ];
}

export const scaling: readonly ResourceType[] = [
  {
    token: target,
    replaces: ["resourceId", "scalableDimension", "serviceNamespace"],
    id: (making) => making.text("resourceId"),
    check: (inputs) => {
      const [minimum, maximum] = [numberOf(inputs["minCapacity"]), numberOf(inputs["maxCapacity"])];
      return [
        ...inRange(inputs, "minCapacity", 0, 5000),
        ...inRange(inputs, "maxCapacity", 0, 5000),
        ...(minimum !== undefined && maximum !== undefined && minimum > maximum
          ? [refusal("minCapacity", `${minimum} is more than maxCapacity ${maximum}`)]
          : []),
      ];
    },
    conflicts: missingService,
    outputs: (making) => ({
      arn: arnOf(making, "application-autoscaling", `scalable-target/${making.hex(32)}`),
      roleArn: `arn:aws:iam::${making.world.accountId}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
    }),
  },
  {
    token: "aws:appautoscaling/policy:Policy",
    name: {
      property: "name",
      maximum: 255,
      pattern: /^.+$/,
      says: "not empty",
      unique: (inputs) => textOf(inputs["resourceId"]),
    },
    replaces: ["policyType", "resourceId", "scalableDimension", "serviceNamespace"],
    id: (making) => `${making.text("resourceId")}/${making.text("name")}`,
    check: (inputs) =>
      oneOf(inputs, "policyType", ["StepScaling", "TargetTrackingScaling", "PredictiveScaling"]),
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
