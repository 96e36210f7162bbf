/** What a plan changes, in the words of the compose file. */

/** One value that changes. */
export interface ChangeReason {
  /** `services.web.deploy.replicas`; `aws:…` where no key of the compose file sets it. */
  readonly path: string;
  /** Absent where there was none, or where it is a secret. */
  readonly from?: string;
  readonly to?: string;
}

export type ChangeKind = "create" | "update" | "restart" | "replace" | "delete" | "none";

export interface ComponentChange {
  /** A compose service, or `network`, `entry`, `stack` for what belongs to none. */
  readonly service: string;
  /** `restart`: its tasks are replaced. `update`: in place. `replace`: what it depends on is made again. */
  readonly change: ChangeKind;
  readonly reasons: readonly ChangeReason[];
  /** What does not answer meanwhile. @default nothing */
  readonly downtime?: string;
  /** What goes of its data. @default nothing */
  readonly dataLoss?: string;
  /** US dollars a month; 0 for what is not there. @default neither costs anything, or nobody knows */
  readonly monthlyCost?: { readonly before: number; readonly after: number };
}
