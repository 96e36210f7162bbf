/** Settles, before an engine starts, what a run may lose. */
import { BerthError } from "../errors";
import type { Engine, ProgramRequest, ProjectProgramArgs } from "../ports";
import { definedOnly } from "../project/defined";
import type { Settings } from "../settings";
import { allowedLosses, dataProblems, nameOfHeld } from "./data-loss";
import { deferredChanges } from "./deferred";
import type { Prepared } from "./prepare";

/** What the program and the engine are told of it. */
export interface Losses {
  readonly args: Pick<ProjectProgramArgs, "mayLose">;
  readonly request: Pick<ProgramRequest, "release">;
  /** What of the stack's databases changes later only. */
  readonly notes: readonly string[];
}

/**
 * What may go of the data that the stack holds. A run that is restricted to targets leaves the rest as it is, and the
 * engine's own protection watches over the targets.
 *
 * @throws BerthError (deployment) with everything that would be lost and was not named
 */
export async function settleLosses(
  { identity, project, mode, locate }: Pick<Prepared, "identity" | "project" | "mode" | "locate">,
  { allowDataLoss, targets }: Settings,
  engine: Engine,
): Promise<Losses> {
  const holders = await engine.dataHolders(identity);
  const allowed = allowedLosses(holders, allowDataLoss);
  const kept = holders.filter((holder) => !allowed.includes(holder));
  const problems = targets.length > 0 ? [] : dataProblems({ project, mode }, kept);
  if (problems.length > 0) {
    throw new BerthError(
      "deployment",
      problems.map((problem) => ({ ...problem, ...definedOnly({ location: locate(problem.path ?? "") }) })),
    );
  }
  const notes = targets.length > 0 ? [] : deferredChanges({ project, mode }, kept);
  if (allowed.length === 0) return { args: {}, request: {}, notes };
  return {
    notes,
    args: { mayLose: allowed.map(nameOfHeld) },
    request: { release: allowed.map(({ urn }) => urn) },
  };
}
