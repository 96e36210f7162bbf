/** How requests move to new revisions: a stack that exists goes on as it does, unless its file says otherwise. */
import { standingRollout } from "../model/standing";
import type { Prepared } from "./prepared";

/** @param before - outputs of the stack's last successful run, `undefined` where there was none */
export function settleRollout<P extends Pick<Prepared, "project" | "mode">>(
  prepared: P,
  before: Readonly<Record<string, unknown>> | undefined,
): P {
  const standing = standingRollout(before);
  if (standing === undefined) return prepared;
  const { project, mode } = prepared;
  const asked = (setting: keyof typeof standing): boolean => project.overrides[setting] !== undefined;
  const rollout = asked("rollout") ? mode.rollout : standing.rollout;
  const unhealthyAlarm = asked("unhealthyAlarm") ? mode.unhealthyAlarm : standing.unhealthyAlarm;
  return { ...prepared, mode: { ...mode, rollout, unhealthyAlarm } };
}
