/** Deployments that move requests. */
import type { Properties } from "../../../src/simulator/cloud/cloud";
import { shiftRules as rules } from "../../../src/simulator/rules/shifts";
import { breaking, changing, type Ids, type Inputs } from "./cases";

const type = "aws:ecs/service:Service";
const at = "loadBalancers[0].advancedConfiguration";

const plain = ({ cluster, definition: taskDefinition, subnetA, group, targets }: Ids): Properties => ({
  name: "web",
  cluster,
  taskDefinition,
  networkConfiguration: { subnets: [subnetA], securityGroups: [group] },
  loadBalancers: [{ targetGroupArn: targets, containerName: "web", containerPort: 80 }],
});

const shift = ({ second, pairRule, role }: Ids): Properties => ({
  alternateTargetGroupArn: second,
  productionListenerRule: pairRule,
  roleArn: role,
});

const told: Inputs = (ids) => ({
  ...plain(ids),
  loadBalancers: [
    {
      targetGroupArn: ids["targets"],
      containerName: "web",
      containerPort: 80,
      advancedConfiguration: shift(ids),
    },
  ],
});

const canary = { strategy: "CANARY", bakeTimeInMinutes: "5", canaryConfiguration: { canaryPercent: 10 } };
const whole: Inputs = (ids) => ({ ...told(ids), deploymentConfiguration: canary });
const but = (more: Properties): Properties => ({ deploymentConfiguration: { ...canary, ...more } });
const paused = (stage: string, minutes: string): Properties =>
  but({
    lifecycleHooks: [
      {
        targetType: "PAUSE",
        lifecycleStages: [stage],
        timeoutConfiguration: { timeoutInMinutes: minutes, action: "ROLLBACK" },
      },
    ],
  });

export const shiftCases = [
  ...breaking(type, whole, [
    [rules.strategy, but({ strategy: "CAREFUL" }), "deploymentConfiguration.strategy"],
    [rules.bake, but({ bakeTimeInMinutes: "1441" }), "deploymentConfiguration.bakeTimeInMinutes"],
    [rules.part, but({ strategy: "BLUE_GREEN" }), "deploymentConfiguration.canaryConfiguration"],
    [
      rules.part,
      but({ canaryConfiguration: { canaryPercent: 0.05 } }),
      "deploymentConfiguration.canaryConfiguration",
    ],
    [rules.pair, (ids) => ({ loadBalancers: plain(ids)["loadBalancers"] }), at],
    [
      rules.associated,
      (ids) => ({
        loadBalancers: [
          {
            ...{ targetGroupArn: ids["targets"], containerName: "web", containerPort: 80 },
            advancedConfiguration: { ...shift(ids), productionListenerRule: ids["rule"] },
          },
        ],
      }),
      at,
    ],
    [rules.pause, paused("PRODUCTION_TRAFFIC_SHIFT", "60"), "deploymentConfiguration.lifecycleHooks[0]"],
    [rules.pause, paused("POST_SCALE_UP", "0"), "deploymentConfiguration.lifecycleHooks[0]"],
  ]),
  ...changing(type, plain, [[rules.learned, whole, at]]),
  ...changing(type, told, [
    [
      rules.idle,
      { deploymentConfiguration: canary },
      "deploymentConfiguration.strategy",
      async ({ aws }) => {
        const made = aws.all(type).find(({ outputs }) => outputs["name"] === "web");
        if (made === undefined) throw new Error("There is no service.");
        const deployment = {
          ...{ id: "ecs-svc/1", taskDefinition: "", createdAt: 0, looks: 0, stops: [] },
          rollout: "IN_PROGRESS" as const,
        };
        await aws.setRollout({ service: made.id, deployments: [deployment], events: [] }, {});
      },
    ],
  ]),
];
