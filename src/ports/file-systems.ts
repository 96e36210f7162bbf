/** File systems on EFS that the account has already. */
import type { StackIdentity } from "./stack";

export interface FoundMountTarget {
  readonly subnetId: string;
  /** Name of its availability zone. */
  readonly zone: string;
  readonly vpcId: string;
  /** Ids of its security groups. */
  readonly groups: readonly string[];
  /** Whether the stack made it: one of its groups has the stack's tags. */
  readonly own: boolean;
}

export interface FoundFileSystem {
  readonly targets: readonly FoundMountTarget[];
  /** Whether its tags let the CD task make access points and mount targets of it (docs/security.md). */
  readonly open: boolean;
}

export interface FileSystems {
  /** @returns `undefined` where there is none of that id */
  find(stack: StackIdentity, id: string): Promise<FoundFileSystem | undefined>;
}
