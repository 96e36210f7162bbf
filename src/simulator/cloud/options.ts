/** How a simulated AWS is made. */
import type { Clock } from "../../ports";
import type { Refusal } from "./cloud";
import type { World } from "./resource-type";
import type { CloudStore } from "./store";

export interface SimulatedAwsOptions {
  readonly region: string;
  /** @default "123456789012" */
  readonly accountId?: string;
  /** @default in memory */
  readonly store?: CloudStore;
  /** 1 takes as long as AWS does, 0 no time at all. @default 0 */
  readonly latencyScale?: number;
  /** @default the machine's */
  readonly clock?: Pick<Clock, "sleep">;
  /** Whether AWS has verified the account. @default true */
  readonly verified?: boolean;
  /** The account's other regions: IAM is one service for all of them. @default none is in use */
  readonly otherRegions?: () => readonly World[];
  /** Told of what AWS would refuse, which is then made all the same. @default it is thrown, and nothing is made */
  readonly onRefusal?: (urn: string, refusal: Refusal) => void;
}

export const machineClock: Pick<Clock, "sleep"> = {
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};
