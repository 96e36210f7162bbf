/** By which strategy the deployments of a service move its requests, and what ECS needs for that. */
import type { Role } from "@pulumi/aws/iam/role";
import type { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerService } from "../../model/project";
import { testLimit, usualStrategy } from "../../model/strategy";
import { writesVolume } from "../../model/volumes";
import { partitionOf } from "../../partitions";
import type { PublicPort } from "../public/port";
import { unshiftable } from "../public/shiftable";
import { serviceRole } from "../stack/iam";
import type { Scope } from "../stack/scope";
import type { ShiftingStrategy } from "./shifting";
import type { PublishArgs } from "./targets";

export interface StrategyArgs extends Pick<
  PublishArgs,
  "scope" | "routes" | "networkRoutes" | "secured" | "balancing"
> {
  readonly service: ContainerService;
}

export interface ChosenStrategy {
  /** @default rolling */
  readonly shifting?: ShiftingStrategy;
  /** What the user should know of it. @default nothing */
  readonly note?: string;
  /** Why it isn't the one that the file asks for. @default it is */
  readonly warning?: string;
}

/** The file's strategy, else the mode's; rolling where ECS can't move the requests of every port, or two revisions not run side by side. */
export function chooseStrategy(args: StrategyArgs): ChosenStrategy {
  const { service, scope } = args;
  const wanted = service.strategy ?? { ...usualStrategy, strategy: scope.mode.rollout };
  const { strategy } = wanted;
  if (strategy === "rolling") return {};
  const why = rollingBecause(args);
  if (why === undefined) return { shifting: { ...wanted, strategy } };
  if (service.strategy !== undefined)
    return { warning: `it is deployed by rolling updates, not by ${strategy}: ${why}` };
  // What is not published never has another strategy.
  return args.routes.length > 0
    ? { note: `${service.name} is deployed by rolling updates, not by ${strategy}: ${why}.` }
    : {};
}

function rollingBecause({
  service,
  routes,
  networkRoutes = [],
  secured = new Set(),
}: StrategyArgs): string | undefined {
  if (networkRoutes.length > 0) return "the network load balancer publishes a port of it";
  if (routes.length === 0) return "the load balancer publishes no port of it";
  if (writesVolume(service)) return "two revisions can't write to its volume at once";
  if (service.gpus !== undefined) return "a second set of its tasks would need as many GPUs again";
  if (service.autoscaling?.requests !== undefined)
    return "its autoscaling counts the requests of one target group, and they move between two";
  const reasons = routes.map((route) => unshiftable(route, secured));
  return reasons.find((reason) => reason !== undefined);
}

/**
 * The strategy of this run. What is new at the load balancer takes a rolling deployment first: "update the service with
 * the new advancedConfiguration and start a rolling deployment" ("Update the deployment strategy from a rolling update to
 * Amazon ECS blue/green", ECS developer guide).
 */
export function strategyNow(
  { shifting, ...told }: ChosenStrategy,
  service: string,
  ports: readonly PublicPort[],
): ChosenStrategy {
  if (shifting === undefined) return told;
  if (ports.every(({ pair }) => pair !== undefined)) return { shifting, note: noteOf(service, shifting) };
  const strategy = shifting.strategy === "canary" ? "a canary" : shifting.strategy;
  return {
    note: `${service} gets another target group or rule, so this deployment of it is a rolling one; the next is ${strategy} again.`,
  };
}

function noteOf(service: string, { strategy, percent, bake }: ShiftingStrategy): string {
  const stay = `its old tasks stay ${bake} min more, in which an alarm rolls the deployment back`;
  return strategy === "canary"
    ? `A new revision of ${service} gets ${percent} % of its requests for ${bake} min, then all of them; ${stay}.`
    : `A new revision of ${service} gets its requests all at once; ${stay}.`;
}

/** What `deploymentConfiguration` says. A service that has been moved by ECS once says that it is rolling, else nothing. */
export function deploymentConfiguration(shifting: ShiftingStrategy | undefined, wasShifted: boolean): object {
  if (shifting === undefined) return wasShifted ? { deploymentConfiguration: { strategy: "ROLLING" } } : {};
  const { strategy, percent, bake, test } = shifting;
  const minutes = String(bake);
  const canary = { canaryPercent: percent, canaryBakeTimeInMinutes: minutes };
  return {
    deploymentConfiguration: {
      strategy: strategy === "canary" ? "CANARY" : "BLUE_GREEN",
      bakeTimeInMinutes: minutes,
      ...(strategy === "canary" ? { canaryConfiguration: canary } : {}),
      ...(test === undefined ? {} : { lifecycleHooks: [pauseHook] }),
    },
  };
}

/** ECS waits with the new tasks there and no request of theirs; a run that is gone answers nothing, and ECS rolls back. */
const pauseHook = {
  targetType: "PAUSE",
  lifecycleStages: ["POST_SCALE_UP"],
  timeoutConfiguration: { timeoutInMinutes: String(testLimit), action: "ROLLBACK" },
};

/**
 * The role by which ECS moves requests and registers tasks: what AWS's AmazonECSInfrastructureRolePolicyForLoadBalancers
 * (version 6) allows, for this service's groups and the rules of its load balancer. Its trust has no condition, as in "Amazon
 * ECS infrastructure IAM role for load balancers" (ECS developer guide).
 */
export function shiftingRole(
  service: string,
  scope: Scope,
  ports: readonly PublicPort[],
  parent: pulumi.Resource,
): { readonly role: Role; readonly policy?: RolePolicy } {
  const pairs = ports.flatMap(({ pair, targetGroupArn }) =>
    pair === undefined ? [] : [{ groups: [targetGroupArn, pair.other.arn], rule: pair.rule.arn }],
  );
  const balancers = `arn:${partitionOf(scope.region).id}:elasticloadbalancing:${scope.region}:${scope.accountId}`;
  return serviceRole(
    `${service}-rollout-role`,
    {
      scope,
      principal: "ecs.amazonaws.com",
      physicalName: scope.identityName(service, "rollout"),
      boundToAccount: false,
      service,
      statements: [
        {
          Effect: "Allow",
          Action: [
            "elasticloadbalancing:DescribeListeners",
            "elasticloadbalancing:DescribeRules",
            "elasticloadbalancing:DescribeTargetGroups",
            "elasticloadbalancing:DescribeTargetHealth",
          ],
          Resource: "*",
        },
        {
          Effect: "Allow",
          Action: ["elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"],
          Resource: pairs.flatMap(({ groups }) => groups),
        },
        {
          Effect: "Allow",
          Action: "elasticloadbalancing:ModifyListener",
          Resource: `${balancers}:listener/app/${scope.name("loadBalancer", "alb")}/*`,
        },
        {
          Effect: "Allow",
          Action: "elasticloadbalancing:ModifyRule",
          Resource: pairs.map(({ rule }) => rule),
        },
      ],
    },
    parent,
  );
}
