/** What an engine's run does about what was done to the stack by hand since its last deployment: before it, and after. */
import type { Project } from "../../model/project";
import type { ResourceStep, StackIdentity } from "../../ports";
import type { Deps } from "../deps";
import type { Prepared } from "../prepared";
import { readJournal, writeJournal } from "./journal";
import { afterRun, sinceLastRun, type SinceLastRun } from "./next-run";
import { wakeForRun } from "./wake";

/** Says what was done, and wakes what `up` needs awake. */
export async function beforeRun(
  stack: StackIdentity,
  project: Project,
  operation: "up" | "preview",
  deps: Deps,
): Promise<SinceLastRun> {
  const since = sinceLastRun(await readJournal(await deps.records(), stack), project);
  for (const note of since.notes) deps.progress.note(note);
  if (operation === "up") await wakeForRun(stack, deps);
  return since;
}

/**
 * Keeps what a run that succeeded has settled.
 *
 * @param restricted - whether it was a run of some targets
 */
export async function keepAfterRun(
  {
    identity,
    project,
    digests: images,
    images: built,
  }: Pick<Prepared, "identity" | "project" | "digests" | "images">,
  steps: readonly ResourceStep[],
  restricted: boolean,
  deps: Pick<Deps, "records" | "clock">,
): Promise<void> {
  const records = await deps.records();
  const at = new Date(deps.clock.now()).toISOString();
  const journal = await readJournal(records, identity);
  await writeJournal(records, identity, afterRun(journal, project, steps, { restricted, at, images, built }));
}
