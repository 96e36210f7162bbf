/** A task for which AWS has no capacity now: where it is tried next, and after which pause. */
import type { BuildCapacity, Clock } from "../ports";
import { capacityShort } from "../ports/capacity";
import type { TaskEnd } from "./task";

/** Where a task is tried, and how often capacity was waited for before. */
export interface Placing {
  readonly provider: BuildCapacity["provider"];
  readonly pauses: number;
}

/** Another try. */
export interface NextPlacing extends Placing {
  readonly why: string;
  /** Milliseconds before it. */
  readonly pause: number;
}

/**
 * Milliseconds between two tries where on-demand capacity is short too. ECS says "try again later", and a shortage in
 * all zones of a region is over within minutes or not at all.
 */
const capacityPauses = [15_000, 30_000, 60_000];

/** Whether a task never began for want of capacity: one that has an exit code did. */
export function isShort({ state, message }: Extract<TaskEnd, { kind: "failed" }>): boolean {
  if (state === undefined) return capacityShort.test(message);
  return state.exitCode === undefined && capacityShort.test(state.stoppedReason ?? "");
}

/** On demand after Spot, and there again some times; `undefined` where capacity was waited for long enough. */
export function afterShortage({ provider, pauses }: Placing): NextPlacing | undefined {
  if (provider === "FARGATE_SPOT") {
    const why = "there is no capacity on Spot; it runs on demand now";
    return { provider: "FARGATE", pauses, pause: 0, why };
  }
  const pause = capacityPauses[pauses];
  if (pause === undefined) return undefined;
  const why = `there is no capacity; next try in ${pause / 1_000} s`;
  return { provider, pauses: pauses + 1, pause, why };
}

/** A pause that an abort ends, whether the clock rejects then or not. */
export async function rest(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  if (milliseconds === 0) return;
  try {
    await clock.sleep(milliseconds, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
