/** The requests to the simulated ECS about a deployment that moves requests. */
import type { ServiceCourse, ServicePlacement, ServiceShifts, ServiceState } from "../../ports";
import type { SimulatedAws } from "../cloud/aws";
import { leadingGroups } from "../cloud/forwards";
import type { StoredResource, StoredRollout } from "../cloud/store";
import { tokens } from "../services/common";
import { primaryOf, revisionOf } from "./rollout-state";
import { back, swing } from "./shift-plays";
import { courseOf } from "./shift-state";

const ruleType = "aws:lb/listenerRule:ListenerRule";
const listenerType = "aws:lb/listener:Listener";

/** Where a service was found, and how it is being deployed. */
export interface Found {
  readonly cloud: SimulatedAws;
  readonly resource: StoredResource;
  readonly rollout: StoredRollout;
}

export abstract class SimulatedShifts implements ServiceShifts {
  constructor(private readonly clouds: () => readonly SimulatedAws[]) {}

  abstract describe(placement: ServicePlacement): Promise<ServiceState | undefined>;

  protected abstract find(placement: ServicePlacement): Found | undefined;

  async course(placement: ServicePlacement): Promise<ServiceCourse | undefined> {
    await this.describe(placement);
    const found = this.find(placement);
    return found && courseOf(placement, found.rollout);
  }

  async answer(
    placement: ServicePlacement,
    _course: ServiceCourse,
    action: "continue" | "rollback",
  ): Promise<void> {
    const found = this.find(placement);
    const [primary, ...rest] = found?.rollout.deployments ?? [];
    if (found === undefined || primary?.moves === undefined) return;
    const answered = { ...primary, moves: { ...primary.moves, hook: action } };
    const rollout = { ...found.rollout, deployments: [answered, ...rest] };
    await found.cloud.setRollout(rollout, revisionOf(answered));
  }

  async takeBack(placement: ServicePlacement): Promise<void> {
    const found = this.find(placement);
    if (found === undefined || primaryOf(found.rollout).rollout !== "IN_PROGRESS") return;
    const { rollout, percent } = back(found.rollout, "Service deployment stopped by the user.");
    if (percent !== undefined) await swing(found.cloud, found.rollout, percent);
    await found.cloud.setRollout(rollout, revisionOf(primaryOf(rollout)));
  }

  leadsTo({ clusterArn }: ServicePlacement, ruleArn: string): Promise<readonly string[]> {
    const cloud = this.clouds().find((one) => one.find(tokens.cluster, clusterArn) !== undefined);
    const rule = cloud?.find(ruleType, ruleArn)?.outputs["actions"];
    return Promise.resolve(
      leadingGroups(rule ?? cloud?.find(listenerType, ruleArn)?.outputs["defaultActions"]),
    );
  }
}
