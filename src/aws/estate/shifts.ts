/** Deployments of ECS that move a service's requests from one target group to another. */
import type { ServiceDeployment } from "@aws-sdk/client-ecs";
import type { Action, ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { definedOnly } from "../../defined";
import type { BalancedTarget, ServiceCourse, ServicePlacement, ServiceShifts } from "../../ports";
import { ask, askIfThere } from "../ask";
import type { AwsClients } from "../clients";

/** By ECS's own state ("ServiceDeployment", ECS API reference, status). */
const statuses: Readonly<Record<string, ServiceCourse["status"]>> = {
  PENDING: "going",
  IN_PROGRESS: "going",
  SUCCESSFUL: "succeeded",
  ROLLBACK_REQUESTED: "going back",
  ROLLBACK_IN_PROGRESS: "going back",
  STOP_REQUESTED: "going back",
  STOPPED: "failed",
  ROLLBACK_SUCCESSFUL: "failed",
  ROLLBACK_FAILED: "failed",
};

/** Every method rejects with a BerthError (deployment) where AWS refuses or can't be reached. */
export class FargateShifts implements ServiceShifts {
  constructor(protected readonly clients: AwsClients) {}

  course(placement: ServicePlacement): Promise<ServiceCourse | undefined> {
    return askOf(placement, async () => {
      const ecs = await this.clients.ecs();
      const { clusterArn: cluster, serviceName: service } = placement;
      const { serviceDeployments: all = [] } = await ecs.listServiceDeployments({ cluster, service });
      const [newest] = [...all].sort((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0));
      const arn = newest?.serviceDeploymentArn;
      if (arn === undefined) return undefined;
      const { serviceDeployments: [found] = [] } = await ecs.describeServiceDeployments({
        serviceDeploymentArns: [arn],
      });
      return courseOf(arn, found ?? { status: newest?.status, statusReason: newest?.statusReason });
    });
  }

  async answer(
    placement: ServicePlacement,
    { arn, hook }: ServiceCourse,
    action: "continue" | "rollback",
  ): Promise<void> {
    if (hook === undefined) return;
    await askOf(placement, async () => {
      const ecs = await this.clients.ecs();
      await ecs.continueServiceDeployment({
        serviceDeploymentArn: arn,
        hookId: hook,
        action: action === "continue" ? "CONTINUE" : "ROLLBACK",
      });
    });
  }

  async takeBack(placement: ServicePlacement, { arn }: ServiceCourse): Promise<void> {
    await askOf(placement, async () => {
      const ecs = await this.clients.ecs();
      await ecs.stopServiceDeployment({ serviceDeploymentArn: arn, stopType: "ROLLBACK" });
    });
  }

  async leadsTo(placement: ServicePlacement, ruleArn: string): Promise<readonly string[]> {
    const actions = await askIfThere("deployment", `services.${placement.service}`, gone, async () =>
      actionsOf(await this.clients.loadBalancing(), ruleArn),
    );
    const forward = actions?.find(({ Type }) => Type === "forward");
    const weighted = [...(forward?.ForwardConfig?.TargetGroups ?? [])]
      .sort((a, b) => (b.Weight ?? 0) - (a.Weight ?? 0))
      .map(({ TargetGroupArn }) => TargetGroupArn);
    const groups = weighted.length > 0 ? weighted : [forward?.TargetGroupArn];
    return groups.filter((group) => group !== undefined);
  }
}

/** @param beside - a group that gets none of the requests */
export function forwardTo(targetGroupArn: string, beside: string | undefined): Action {
  if (beside === undefined) return { Type: "forward", TargetGroupArn: targetGroupArn };
  const TargetGroups = [
    { TargetGroupArn: targetGroupArn, Weight: 1 },
    { TargetGroupArn: beside, Weight: 0 },
  ];
  return { Type: "forward", ForwardConfig: { TargetGroups } };
}

/** What Elastic Load Balancing calls a rule and a listener that are not there (API reference, DescribeRules, DescribeListeners). */
const gone = ["RuleNotFound", "ListenerNotFound"].flatMap((code) => [code, `${code}Exception`]);

async function actionsOf(balancing: ElasticLoadBalancingV2, arn: string): Promise<readonly Action[]> {
  if (arn.includes(":listener/")) {
    const { Listeners: [listener] = [] } = await balancing.describeListeners({ ListenerArns: [arn] });
    return listener?.DefaultActions ?? [];
  }
  const { Rules: [rule] = [] } = await balancing.describeRules({ RuleArns: [arn] });
  return rule?.Actions ?? [];
}

function courseOf(
  arn: string,
  {
    status = "",
    statusReason,
    lifecycleStage,
    lifecycleHookDetails = [],
  }: Pick<ServiceDeployment, "statusReason" | "lifecycleStage" | "lifecycleHookDetails"> & {
    readonly status?: string | undefined;
  },
): ServiceCourse {
  const hook = lifecycleHookDetails.find((detail) => detail.status === "AWAITING_ACTION")?.hookId;
  return {
    arn,
    // A state that this program doesn't know is none of an end.
    status: statuses[status] ?? "going",
    ...definedOnly({ reason: statusReason, stage: lifecycleStage, hook }),
  };
}

/** Containers as ECS names them for its load balancers. */
export function loadBalancersOf(targets: readonly BalancedTarget[], containerName: string) {
  return targets.map(({ shift, ...target }) => ({
    ...target,
    containerName,
    ...(shift === undefined ? {} : { advancedConfiguration: shift }),
  }));
}

export function askOf<T>({ service }: ServicePlacement, call: () => Promise<T>): Promise<T> {
  return ask("deployment", `services.${service}`, call);
}
