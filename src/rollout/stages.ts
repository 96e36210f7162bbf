/** The stages of a deployment that moves requests (ECS API reference, ServiceDeployment, lifecycleStage), in words. Pure. */
import type { ServiceCourse, ShiftRequest } from "../ports";

const stages: Readonly<Record<string, string>> = {
  RECONCILE_SERVICE: "it settles on one revision",
  PRE_SCALE_UP: "its new tasks start",
  SCALE_UP: "its new tasks start",
  POST_SCALE_UP: "its new tasks are there",
  PRE_PRODUCTION_TRAFFIC_SHIFT: "its requests are about to move",
  PRODUCTION_TRAFFIC_SHIFT: "its requests move to the new tasks",
  POST_PRODUCTION_TRAFFIC_SHIFT: "its requests have moved to the new tasks",
  BAKE_TIME: "all of its requests go to the new tasks, and the old ones stay",
  CLEAN_UP: "its old tasks stop",
};

/** @param shift - what its deployments request. @default it is not known */
export function stageWords({ status, stage = "", hook }: ServiceCourse, shift?: ShiftRequest): string {
  if (status === "going back") return "its requests go back to the old tasks";
  if (hook !== undefined) return "its new tasks are tested";
  if (stage === "PRODUCTION_TRAFFIC_SHIFT" && shift?.strategy === "canary")
    return `${shift.percent} % of its requests go to the new tasks`;
  return stages[stage] ?? (stage === "" ? "it begins" : `it is in the stage ${stage}`);
}

/** Seconds that a stage lasts, where they are known. */
export function stageSeconds({ status, stage }: ServiceCourse, shift: ShiftRequest): number | undefined {
  if (status !== "going") return undefined;
  const bakes =
    stage === "BAKE_TIME" || (stage === "PRODUCTION_TRAFFIC_SHIFT" && shift.strategy === "canary");
  return bakes ? shift.bake * 60 : undefined;
}
