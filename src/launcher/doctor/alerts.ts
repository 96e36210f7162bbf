/** Whether what goes wrong between runs reaches those who are to be notified. */
import type { Alert } from "../../model/alerts";
import type { AlertsState } from "../../ports";
import type { Finding } from "./findings";

const check = "alerts";

/** Of an existing stack. */
export function alertFindings(
  alerts: readonly Alert[],
  { unconfirmed, undelivered }: AlertsState,
): readonly Finding[] {
  const mails = unconfirmed.map((address): Finding => ({
    check,
    status: "warn",
    message: `${address} gets no alerts yet`,
    fix: "follow the link in SNS's mail, within three days of it; after that berth up --refresh has another one sent",
  }));
  const lost: Finding = {
    check,
    status: "warn",
    message: `${undelivered} alerts of the last 14 days could not be delivered`,
    fix: "see whether each webhook of x-berth.alerts still exists, and put its new URL into the file or its secret",
  };
  const found = undelivered === 0 ? mails : [...mails, lost];
  const who = alerts.length === 1 ? "1 address gets" : `${alerts.length} addresses get`;
  return found.length === 0 ? [{ check, status: "ok", message: `${who} the alerts` }] : found;
}
