/** Settles, before an engine starts, what a run may lose. */
import { BerthError } from "../../errors";
import type { DataHolder, ProgramRequest, ProjectProgramArgs } from "../../ports";
import { definedOnly } from "../../defined";
import type { Settings } from "../../settings/settings";
import { allowedLosses, dataProblems, nameOfDataHolder, replicaProblems } from "./data-loss";
import { text } from "./data-words";
import { deferredChanges } from "./deferred";
import type { Prepared } from "../prepared";
import { restoredOf } from "../restore";

/** What the program and the engine receive of it. */
export interface Losses {
  readonly args: Pick<ProjectProgramArgs, "mayLose">;
  readonly request: Pick<ProgramRequest, "release">;
  /** What of the stack's databases changes later only. */
  readonly notes: readonly string[];
}

/** What lets everything go: for a preview that is only to show what there is, since nothing refuses it then. */
export function losingAll(holders: readonly DataHolder[]): Pick<Losses, "args" | "request"> {
  return {
    args: { mayLose: holders.map(nameOfDataHolder) },
    request: { release: holders.map(({ urn }) => urn) },
  };
}

/**
 * What may go of the data that the stack holds.
 *
 * @param targets - URNs of what the run is restricted to: it leaves the rest as it is. @default all
 * @throws BerthError (deployment) with everything that would be lost and was not named
 */
export function resolveLosses(
  { project, mode, locate }: Pick<Prepared, "project" | "mode" | "locate">,
  { allowDataLoss, restore }: Pick<Settings, "allowDataLoss" | "restore">,
  holders: readonly DataHolder[],
  targets?: readonly string[],
): Losses {
  const restored = restoredOf(restore).map(({ service }) => service);
  const allowed = allowedLosses(holders, [...allowDataLoss, ...restored]);
  const kept = holders.filter((holder) => !allowed.includes(holder));
  const problems = [
    ...dataProblems({ project, mode }, kept, targets),
    ...replicaProblems({ project, mode }, allowed, targets),
  ];
  if (problems.length > 0) {
    throw new BerthError(
      "deployment",
      problems.map((problem) => ({ ...problem, ...definedOnly({ location: locate(problem.path ?? "") }) })),
    );
  }
  const changing = kept.filter(({ urn }) => targets?.includes(urn) !== false);
  const notes = [...deferredChanges({ project, mode }, changing), ...keptNotes(restored, allowed)];
  return allowed.length === 0 ? { args: {}, request: {}, notes } : { ...losingAll(allowed), notes };
}

/** The name of the snapshot in which a store's data stays that makes room for another's. */
function keptNotes(restored: readonly string[], holders: readonly DataHolder[]): readonly string[] {
  return holders.flatMap((holder) => {
    const snapshot = text(holder, "finalSnapshotIdentifier");
    if (snapshot === "" || !restored.includes(nameOfDataHolder(holder))) return [];
    return [`${nameOfDataHolder(holder)} is replaced: what it holds now is kept in the snapshot ${snapshot}`];
  });
}
