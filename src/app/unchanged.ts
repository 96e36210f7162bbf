/** What needs no engine because nothing has changed since the last success (docs/design.md, Unchanged runs). */
import type { Warning } from "../model/project";
import type { Settings } from "../settings/settings";
import type { Deps } from "./deps";
import type { Prepared } from "./prepared";
import { readJournal } from "./running/journal";
import { sinceLastRun, type SinceLastRun } from "./running/next-run";
import { readRecord, type RunRecord } from "./stack/run-records";
import { extend, livingRecord, tellRecord } from "./stack/time-to-live";
import { readView, type ViewCost } from "./stack/views";

/** The deployment that is there, made of the same things. */
export interface Unchanged {
  readonly prepared: Prepared;
  readonly outcome: "unchanged";
  /** Resources, none of which would change. */
  readonly sameCount: number;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly builds: readonly never[];
  readonly warnings: readonly Warning[];
}

type Reading = Pick<Deps, "records" | "stateVersion" | "progress">;

/**
 * The deployment that `up` would leave as it is. A time to live is put off, as by every run.
 *
 * @returns `undefined` where an engine has to run
 */
export async function unchangedDeployment(
  prepared: Prepared,
  settings: Settings,
  deps: Reading & Pick<Deps, "schedules" | "clock">,
): Promise<Unchanged | undefined> {
  const found = await lastSuccess(prepared, settings, deps);
  if (typeof found === "string") return undefined;
  const { record, since } = found;
  if (!(await extend(prepared.identity, record.outputs, deps))) return undefined;
  tellRecord(record.outputs, deps);
  for (const note of since.notes) deps.progress.note(note);
  deps.progress.note(
    "Nothing changed since the last deployment, which was steady then; its services were not looked at (--force does)",
  );
  return unchangedOf(prepared, record);
}

/**
 * What an engine's preview would say, where it would find nothing to change.
 *
 * @returns why an engine has to run, as the end of a sentence
 */
export async function previewUnchanged(
  prepared: Prepared,
  settings: Settings,
  deps: Reading,
): Promise<{ readonly unchanged: Unchanged; readonly cost: ViewCost } | string> {
  const [found, view] = await Promise.all([
    lastSuccess(prepared, settings, deps),
    readView(await deps.records(), prepared.identity),
  ]);
  if (typeof found === "string") return found;
  const { record, since } = found;
  if (since.refresh) return "AWS may have what the state does not know of";
  if (settings.verbose || settings.markdown) return "only the engine knows every resource";
  if (onDemandServices(record.outputs).length > 0)
    return "a service runs on demand and would go back to Spot";
  if (livingRecord(record.outputs) !== undefined) return "the stack's time to live would be put off";
  if (view?.cost === undefined || view.stateVersion !== record.stateVersion)
    return "the last run left no prices";
  for (const note of since.notes) deps.progress.note(note);
  return { unchanged: unchangedOf(prepared, record), cost: view.cost };
}

interface LastSuccess {
  readonly record: RunRecord;
  /** What was done to the stack since. */
  readonly since: SinceLastRun;
}

/** The last success, where it was made of the same things; else why an engine has to run. */
async function lastSuccess(
  { identity, fingerprint, project }: Prepared,
  { force, forceRecreate, refresh, restore, targets, plan }: Settings,
  { records, stateVersion }: Reading,
): Promise<LastSuccess | string> {
  if (force || forceRecreate !== undefined || refresh || targets.length > 0 || restore.length > 0)
    return "the command line asks for a run";
  // A plan lists every resource.
  if (plan !== undefined) return "only the engine knows every resource";
  const store = await records();
  const [record, journal, version] = await Promise.all([
    readRecord(store, identity),
    readJournal(store, identity),
    stateVersion(identity),
  ]);
  if (version === undefined) return "the stack is new";
  if (record === undefined) return "its last run has not succeeded, or brought up a part of it";
  if (record.fingerprint !== fingerprint)
    return "the project, its secrets, the settings or the version of Berth have changed since its last run";
  const since = sinceLastRun(journal, project);
  if (!since.mayStay) return "a service was stopped, rolled back or left unsteady since its last run";
  if (record.stateVersion !== version) return "its state has changed since its last success";
  return { record, since };
}

function unchangedOf(prepared: Prepared, { resourceCount, outputs, storeWarnings }: RunRecord): Unchanged {
  return {
    prepared,
    outcome: "unchanged",
    sameCount: resourceCount,
    outputs,
    builds: [],
    warnings: warningsOf({ warnings: [...prepared.warnings, ...storeWarnings] }, outputs),
  };
}

/** The project's warnings, those of the program, and one for each service that has left Spot: it costs more there. */
export function warningsOf(
  { warnings }: Pick<Prepared, "warnings">,
  outputs: Readonly<Record<string, unknown>>,
): readonly Warning[] {
  const message =
    "it runs on demand, since Spot had no room for it; the next up that has something to do tries Spot again, and so does up --force";
  const services = onDemandServices(outputs);
  return [
    ...warnings,
    ...Object.entries(outputs["rolloutWarnings"] ?? {}).map(([service, why]) => ({
      path: `services.${service}.x-rollout`,
      message: String(why),
    })),
    ...services.map((service) => ({ path: `services.${service}`, message })),
  ];
}

/** Services that have left Spot. */
export function onDemandServices(outputs: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  const services = outputs?.["onDemand"];
  return Array.isArray(services) ? services.map(String) : [];
}
