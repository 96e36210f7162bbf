/** The result of settling a store: its project with it, and the notices to the user. */
import type { Project, Warning } from "../model/project";

/** What keeps a project from being deployed. */
export interface TlsProblem {
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

export interface ResolvedStore {
  readonly project: Project;
  readonly warnings: readonly Warning[];
  readonly problems: readonly TlsProblem[];
}
