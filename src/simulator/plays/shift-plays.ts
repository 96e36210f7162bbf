/**
 * Deployments of the simulated ECS that move requests from one target group to another, stage by stage ("Workflow for
 * Amazon ECS blue/green service deployments", ECS developer guide; canary deployments, the same).
 */
import type { SimulatedAws } from "../cloud/aws";
import type { StoredDeployment, StoredMoves, StoredResource, StoredRollout } from "../cloud/store";
import { listOf, numberOf, recordOf, textOf } from "../cloud/values";
import { rolloutWords } from "./rollout-plays";

const ruleType = "aws:lb/listenerRule:ListenerRule";

/** Seconds of the stages that are not bakes: new tasks start and are checked; old ones drain. */
const seconds = { scaleUp: 85, cleanUp: 10 };

/** One look's change: what the rules lead to from now on, in percent for the new tasks, and the deployments. */
export interface Step {
  readonly rollout: StoredRollout;
  readonly percent?: number;
}

/** How a new deployment of a service moves requests, and where its tasks are registered. */
export function movesOf(
  { outputs }: Pick<StoredResource, "outputs">,
  old: StoredDeployment | undefined,
  now: number,
): Pick<StoredDeployment, "moves" | "groups"> {
  const configuration = recordOf(outputs["deploymentConfiguration"]);
  const targets = listOf(outputs["loadBalancers"]);
  const before = old === undefined ? [] : groupsOf(old);
  const at = (target: unknown) => pairOf(target).find((group) => before.includes(group));
  const named = targets.map((target) => textOf(recordOf(target)["targetGroupArn"]));
  const strategy = configuration["strategy"];
  if (strategy !== "CANARY" && strategy !== "BLUE_GREEN") {
    // A rolling deployment moves no requests: its tasks are registered where those of before are.
    const groups = targets.map((target, index) => at(target) ?? named[index] ?? "");
    return targets.length === 0 ? {} : { groups };
  }
  const canary = recordOf(configuration["canaryConfiguration"]);
  const [hook] = listOf(configuration["lifecycleHooks"]);
  const groups = targets.map((target, index) => {
    const was = at(target);
    const other = pairOf(target).find((group) => group !== was);
    return (was === undefined ? named[index] : other) ?? "";
  });
  const moves: StoredMoves = {
    strategy,
    percent: numberOf(canary["canaryPercent"]) ?? 5,
    bake: Number(configuration["bakeTimeInMinutes"] ?? 0),
    stage: "SCALE_UP",
    since: now,
    ...(hook === undefined ? {} : { hook: "to come" as const }),
  };
  return { moves, groups };
}

/** The target groups that a deployment's tasks are registered with. */
export function groupsOf({ groups, targets }: StoredDeployment): readonly string[] {
  return groups ?? listOf(targets).map((target) => textOf(recordOf(target)["targetGroupArn"]));
}

function pairOf(target: unknown): readonly string[] {
  const { targetGroupArn, advancedConfiguration } = recordOf(target);
  const alternate = textOf(recordOf(advancedConfiguration)["alternateTargetGroupArn"]);
  return [textOf(targetGroupArn), ...(alternate === "" ? [] : [alternate])];
}

/** One stage further. @returns `undefined` where it is not over yet */
export function nextStage(
  rollout: StoredRollout,
  moves: StoredMoves,
  clock: { readonly now: number; readonly scale: number },
): Step | undefined {
  const [primary, ...rest] = rollout.deployments;
  if (primary === undefined) return undefined;
  const over = clock.now - moves.since >= secondsOf(moves) * 1_000 * clock.scale;
  if (!over) return undefined;
  const hook = moves.hook === "to come" ? { hook: "waits" as const } : {};
  const to = (stage: string, more: Partial<StoredDeployment> = {}, percent?: number): Step => ({
    rollout: {
      ...rollout,
      deployments: [{ ...primary, ...more, moves: { ...moves, ...hook, stage, since: clock.now } }, ...rest],
    },
    ...(percent === undefined ? {} : { percent }),
  });
  const alarmed = (fault: string): boolean => primary.fault === fault;
  switch (moves.stage) {
    case "SCALE_UP":
      return to("POST_SCALE_UP", { healthy: true });
    case "POST_SCALE_UP":
      if (moves.hook === "waits") return undefined;
      if (moves.hook === "rollback")
        return back(rollout, "Service deployment rolled back by its lifecycle hook.");
      return to("PRODUCTION_TRAFFIC_SHIFT", {}, moves.strategy === "CANARY" ? moves.percent : 100);
    case "PRODUCTION_TRAFFIC_SHIFT":
      if (alarmed("alarm")) return back(rollout, rolloutWords("alarm"));
      return to("BAKE_TIME", {}, 100);
    case "BAKE_TIME":
      if (alarmed("late-alarm") || alarmed("alarm")) return back(rollout, rolloutWords("late-alarm"));
      return to("CLEAN_UP");
    default:
      return { rollout: { ...rollout, deployments: [{ ...primary, rollout: "COMPLETED" }] } };
  }
}

function secondsOf({ stage, strategy, bake }: StoredMoves): number {
  if (stage === "SCALE_UP") return seconds.scaleUp;
  if (stage === "CLEAN_UP") return seconds.cleanUp;
  const bakes = stage === "BAKE_TIME" || (stage === "PRODUCTION_TRAFFIC_SHIFT" && strategy === "CANARY");
  return bakes ? bake * 60 : 0;
}

/** The deployment has failed: requests go back to the tasks of before, which have run all the time. */
export function back(rollout: StoredRollout, reason: string): Step {
  const [primary, ...rest] = rollout.deployments;
  if (primary === undefined) return { rollout };
  const old = rest.find((one) => one.rollout === "COMPLETED");
  const failed: StoredDeployment = { ...primary, healthy: false, rollout: "FAILED", reason };
  if (old === undefined) return { rollout: { ...rollout, deployments: [failed] } };
  const again = { ...old, id: `${old.id}1`, reason: `rolling back to deploymentId ${old.id}.` };
  return { rollout: { ...rollout, deployments: [again, failed] }, percent: 0 };
}

/** Swings the rules: a hundred less the percent stay with the tasks of before. */
export async function swing(cloud: SimulatedAws, rollout: StoredRollout, percent: number): Promise<void> {
  const [primary] = rollout.deployments;
  const moved = primary?.moves === undefined ? undefined : primary;
  if (moved === undefined) return;
  const groups = groupsOf(moved);
  for (const [index, target] of listOf(moved.targets).entries()) {
    const to = groups[index] ?? "";
    const from = pairOf(target).find((group) => group !== to);
    const rule = recordOf(recordOf(target)["advancedConfiguration"])["productionListenerRule"];
    if (from === undefined || typeof rule !== "string") continue;
    const targetGroups = [
      { arn: to, weight: percent },
      { arn: from, weight: 100 - percent },
    ];
    await cloud.change(ruleType, rule, { actions: [{ type: "forward", forward: { targetGroups } }] });
  }
}
