/** A domain of a service's own, with its zone and certificate in the account. */
import type { NeededName } from "./certificate-groups";
import type { RecordZone } from "./record-zone";

/** The public zone that takes a name's records: `project` is that of the project's own names. */
export type OwnZone = RecordZone | "project";

/** A domain of a service's own, with its zone and certificate in this account. */
export interface OwnHost extends NeededName {
  /** The public zone of the account that takes its records: `project` is that of the project's own names. */
  readonly zone: OwnZone | undefined;
  /**
   * `covered`: the project's own certificate is good for it. `validated`: a certificate is made and proved in its zone.
   * `issued`, `pending`: its zone is elsewhere, where somebody has set the record that proves it, or has not yet.
   */
  readonly certificate: "covered" | "validated" | "issued" | "pending";
  /** The compose path. */
  readonly from: string;
}
