/** Whether the alerts of a stack reach those who are to be notified. */
import { BerthError, messageOf } from "../errors";
import type { Warning } from "../model/project";
import type { AlertsState, StackIdentity } from "../ports";
import type { Deps } from "./deps";

const path = "x-berth.alerts";

/** What keeps alerts from people. */
export function alertWarnings({ unconfirmed, undelivered }: AlertsState): readonly Warning[] {
  const mails = unconfirmed.map((address) => ({
    path,
    message: `${address} gets no alerts yet: SNS has sent a mail there, whose link is still to be followed`,
  }));
  if (undelivered === 0) return mails;
  const message = `${undelivered} alerts of the last 14 days could not be delivered: does each webhook of the file still exist?`;
  return [...mails, { path, message }];
}

/**
 * Looked at after a run, for a subscription's own state is as old as it is.
 *
 * @param outputs - of the stack
 * @returns nothing where nobody is notified; a look that fails is a line, and not the run's failure
 */
export async function lookAtAlerts(
  stack: StackIdentity,
  outputs: Readonly<Record<string, unknown>>,
  { alerts, progress }: Pick<Deps, "alerts" | "progress">,
): Promise<readonly Warning[]> {
  if (outputs["alerts"] === undefined) return [];
  const reader = await alerts?.();
  if (reader === undefined) return [];
  try {
    return alertWarnings(await reader.state(stack));
  } catch (error) {
    if (!(error instanceof BerthError)) throw error;
    progress.note(`Whether alerts reach people can't be looked at: ${messageOf(error)}`);
    return [];
  }
}
