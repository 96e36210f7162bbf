/** How requests move to new revisions: a stack that exists goes on as it does, unless its file says otherwise. */
import { deployedRollout } from "../model/deployed";
import type { Prepared } from "./prepared";

/** @param before - outputs of the stack's last successful run, `undefined` where there was none */
export function resolveRollout<P extends Pick<Prepared, "project" | "mode">>(
  prepared: P,
  before: Readonly<Record<string, unknown>> | undefined,
): P {
  const deployed = deployedRollout(before);
  if (deployed === undefined) return prepared;
  const { project, mode } = prepared;
  const asked = (setting: keyof typeof deployed): boolean => project.overrides[setting] !== undefined;
  const rollout = asked("rollout") ? mode.rollout : deployed.rollout;
  const unhealthyAlarm = asked("unhealthyAlarm") ? mode.unhealthyAlarm : deployed.unhealthyAlarm;
  return { ...prepared, mode: { ...mode, rollout, unhealthyAlarm } };
}
