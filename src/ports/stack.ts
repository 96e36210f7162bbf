/** What a run is about. */

/** A stack of a project; both lower case. */
export interface StackIdentity {
  readonly project: string;
  readonly stack: string;
}
