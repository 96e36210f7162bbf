/** The last of a run: its page, its record in the history, its event stream. */
import type { Deps } from "../app/deps";
import { endRun, type RunEnd } from "../app/stack/runs";
import { addCost } from "../app/stack/views";
import { definedOnly } from "../defined";
import { messageOf } from "../errors";
import type { EngineKind } from "../ports";
import type { Result } from "../report/result";
import { summaryText } from "../report/summary/text";
import type { Output } from "./console";

/** What a run is made with: what its use-cases need, and the page that is kept of it where the settings name a place. */
export interface RunDeps extends Deps {
  /** Which engine {@link Deps.engine} makes: known before it is made. */
  readonly engineKind: EngineKind;
  /** Throws BerthError (usage) where it can't be kept there. */
  keepReport(result: Result): Promise<void>;
}

/**
 * What a run came to is so, also where its page, its record or its event stream could not be kept.
 *
 * @param result - absent where the settings could not be read
 */
export async function close(
  deps: RunDeps,
  result: Result | undefined,
  exitCode: number,
  output: Output,
): Promise<void> {
  const report = async (): Promise<void> => (result === undefined ? undefined : deps.keepReport(result));
  const record = async (): Promise<void> => (result === undefined ? undefined : keep(deps, result, exitCode));
  for (const last of [report, record, () => deps.close()]) {
    try {
      await last();
    } catch (error) {
      output.stderr(`warning: ${messageOf(error)}\n`);
    }
  }
}

async function keep(deps: RunDeps, result: Result, exitCode: number): Promise<void> {
  const { run, cost, summary = [] } = deps.learned;
  if (run === undefined) return;
  const { outcome, changes, error } = result;
  const end: RunEnd = {
    ended: new Date(deps.clock.now()).toISOString(),
    outcome,
    exitCode,
    changes,
    what: [...summaryText(summary).changes],
    ...definedOnly({ error: error?.message.split("\n")[0] }),
  };
  const records = await deps.records();
  await endRun(records, run.identity, run.begun, end);
  if (result.command !== "up" || cost === undefined || exitCode !== 0) return;
  const { total, unknown, region, prices } = cost;
  const components = summary.flatMap(({ service, monthlyCost }) =>
    monthlyCost === undefined ? [] : [{ service, usd: monthlyCost.after }],
  );
  const known = { total, unknown: unknown.map(({ what }) => ({ what })), region, prices, components };
  await addCost(records, run.identity, known);
}
