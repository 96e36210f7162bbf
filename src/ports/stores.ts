/** The port of whoever looks at a stack's managed stores: RDS Postgres and ElastiCache. Nothing here changes anything. */
import type { StackIdentity } from "./stack";
import type { StoreKind } from "../model/project";

/** A managed store, as RDS or ElastiCache reports it. */
export interface StoreView {
  /** Its compose service (tag `berth:service`). */
  readonly service: string;
  readonly kind: StoreKind;
  /** The instance's or the replication group's. */
  readonly id: string;
  /** AWS's word: `available`, `creating`, `modifying`, `backing-up`, `storage-full` … */
  readonly status: string;
  /** `postgres`, `redis`, `valkey` */
  readonly engine: string;
  /** With the minor version that runs; unknown until the first node is there. */
  readonly version?: string;
  /** `db.t4g.micro`, `cache.t4g.micro` */
  readonly class: string;
  /** Nodes of a cache; 2 of a database with a standby in another zone. */
  readonly nodes: number;
  /** Read replicas of a database, which are reported with it. @default none */
  readonly replicas?: number;
  /** GiB of a database. */
  readonly storage?: number;
  /** `host:port`, once there is one. */
  readonly endpoint?: string;
  /** Names of what is to change in its next maintenance window. */
  readonly pending: readonly string[];
}

export interface StoreReader {
  /**
   * The stores that have the stack's tags, by service.
   *
   * @throws BerthError (deployment) where AWS refuses or can't be reached
   */
  stores(stack: StackIdentity): Promise<readonly StoreView[]>;
}

/** A copy of a store's data that AWS keeps, from which a store can begin. */
export interface StoreSnapshot {
  /** As `from-snapshot` takes it. */
  readonly name: string;
  /** AWS's word: `available`, `creating` … */
  readonly status: string;
  /** Whether AWS makes and deletes it by itself, with the backups of the store. */
  readonly automatic: boolean;
  readonly engine: string;
  readonly version?: string;
  /** GiB, where AWS reports it. */
  readonly storage?: number;
  /** Milliseconds since 1970; absent while it is made. */
  readonly created?: number;
}

export interface StoreSnapshots {
  /**
   * Those of a service's store, the newest first, also where the store itself is gone.
   *
   * @throws BerthError (deployment) where AWS refuses or can't be reached
   */
  list(stack: StackIdentity, service: string): Promise<readonly StoreSnapshot[]>;
  /**
   * Begins one of a store that runs.
   *
   * @param name - that no other snapshot has
   * @throws BerthError (deployment) where AWS refuses or can't be reached
   */
  make(stack: StackIdentity, store: StoreView, name: string): Promise<void>;
}
