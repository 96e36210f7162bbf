/** A task that ECS can't start now: where it is tried next, and after which pause. */
import type { BuildCapacity, Clock } from "../ports";
import { startFaultOf, type StartFault } from "../ports/capacity";
import type { TaskEnd } from "./task";

/** Where a task is tried, and how often each fault was waited for before. */
export interface Placing {
  readonly provider: BuildCapacity["provider"];
  readonly pauses: Readonly<Partial<Record<StartFault, number>>>;
}

/** Another try. */
export interface NextPlacing extends Placing {
  readonly why: string;
  /** Milliseconds before it. */
  readonly pause: number;
}

/** What is waited for, in a sentence, and the milliseconds before each try. */
interface Waiting {
  readonly because: string;
  readonly pauses: readonly number[];
  /** What to do where that was not enough. */
  readonly hint: string;
}

const waitings: Readonly<Record<StartFault, Waiting>> = {
  // ECS says "try again later", and a shortage in all zones of a region is over within minutes or not at all.
  capacity: {
    because: "there is no capacity",
    pauses: [15_000, 30_000, 60_000],
    hint: "run again in some minutes",
  },
  // The builds of the same run give theirs back within minutes.
  limit: {
    because: "a quota of the account is used up",
    pauses: [30_000, 60_000, 60_000, 120_000, 120_000, 120_000],
    hint: "ask for more: Service Quotas, AWS Fargate, Fargate On-Demand vCPU resource count (L-3032A538); berth doctor shows what there is",
  },
  // "A few seconds (usually) to a minute (rare)" (DataDog/stratus-red-team #358; terraform-provider-aws #6566: 10 to 30 s).
  role: {
    because: "its role is not known everywhere yet",
    pauses: [3_000, 5_000, 10_000, 15_000, 30_000, 60_000],
    hint: "look at the role's trust and its policy, and whether whoever deploys may pass it",
  },
  // A NAT instance that starts, or is replaced: two minutes, more where its image's packages are slow to come.
  "way out": {
    because: "its way out is not open",
    pauses: [10_000, 20_000, 30_000, 60_000, 60_000, 60_000, 60_000],
    hint: "look at the way out of the private subnets: berth doctor shows what the NAT instance did",
  },
};

/** Why a task never began, where that passes: one that has an exit code did begin. */
export function shortageOf({ state, message }: Extract<TaskEnd, { kind: "failed" }>): StartFault | undefined {
  if (state === undefined) return startFaultOf(message);
  return state.exitCode === undefined ? startFaultOf(state.stoppedReason ?? "") : undefined;
}

/** On demand after Spot, and there again some times; `undefined` where the fault was waited for long enough. */
export function afterShortage({ provider, pauses }: Placing, fault: StartFault): NextPlacing | undefined {
  if (provider === "FARGATE_SPOT" && (fault === "capacity" || fault === "limit")) {
    const short =
      fault === "limit" ? "the account's quota of Spot is used up" : "there is no capacity on Spot";
    return { provider: "FARGATE", pauses, pause: 0, why: `${short}; it runs on demand now` };
  }
  const waited = pauses[fault] ?? 0;
  const { because, pauses: all } = waitings[fault];
  const pause = all[waited];
  if (pause === undefined) return undefined;
  const why = `${because}; next try in ${pause / 1_000} s`;
  return { provider, pauses: { ...pauses, [fault]: waited + 1 }, pause, why };
}

/** What to do about a fault that did not pass. */
export function hintOf(reason: string): string {
  return waitings[startFaultOf(reason) ?? "capacity"].hint;
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
