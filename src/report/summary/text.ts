/** The changes of a plan as a person reads them: losses and downtime first, then service by service. */
import type { ChangeReason, ComponentChange, ResourceStep } from "../../ports";
import { harmless } from "../progress/words";
import { progressLine, shortType } from "../terminal/progress";

/** Characters of a value that a line shows. */
const widest = 60;

export interface SummaryText {
  /** What is lost, and what does not answer meanwhile. */
  readonly losses: readonly string[];
  /** A line for each component that changes. */
  readonly changes: readonly string[];
  /** Names of what stays as it is. */
  readonly same: readonly string[];
}

export function summaryText(summary: readonly ComponentChange[]): SummaryText {
  return {
    losses: summary.flatMap(({ service, dataLoss, downtime }) => [
      ...(dataLoss === undefined ? [] : [`DATA LOSS ${harmless(service)}: ${dataLoss}`]),
      ...(downtime === undefined ? [] : [`downtime  ${harmless(service)}: ${downtime}`]),
    ]),
    changes: summary.filter(({ change }) => change !== "none").map(changeLine),
    same: summary.filter(({ change }) => change === "none").map(({ service }) => harmless(service)),
  };
}

function changeLine(change: ComponentChange): string {
  const { service } = change;
  const [own, aws] = [change.reasons.filter(isOwn), change.reasons.filter((reason) => !isOwn(reason))];
  const words = own.map((reason) => reasonText(reason, service));
  const rest = aws.length === 0 ? [] : [`${aws.length} ${aws.length === 1 ? "detail" : "details"} of AWS's`];
  const effect = effectOf(change);
  const said = [...words, ...rest, ...(effect === "" ? [] : [effect])].join(", ");
  // The state was compared with AWS, and nothing of the file differs.
  const why = said === "" ? "changed outside of berth up: the file counts again" : said;
  return `${harmless(service)}: ${why}${costText(change)}`;
}

function isOwn({ path }: ChangeReason): boolean {
  return !path.startsWith("aws:");
}

/** `memory 512M → 1G`. */
export function reasonText({ path, from, to }: ChangeReason, service: string): string {
  const prefix = `services.${service}`;
  const key =
    path === prefix
      ? "definition"
      : path.startsWith(`${prefix}.`)
        ? shortKey(path.slice(prefix.length + 1))
        : path;
  if (from === undefined && to === undefined) return `${harmless(key)} changes`;
  if (from === to) return `${harmless(key)} ${to === "[secret]" ? "has another value" : "changes"}`;
  if (from === undefined) return `${harmless(key)} ${cut(to ?? "")} (new)`;
  return to === undefined
    ? `${harmless(key)} ${cut(from)} (dropped)`
    : `${harmless(key)} ${cut(from)} → ${cut(to)}`;
}

/** Keys that are understood by their last word. */
function shortKey(key: string): string {
  return key
    .replace(/^deploy\.resources\.reservations\./, "")
    .replace(/^deploy\./, "")
    .replace(/^x-(postgres|mysql|redis)\./, "")
    .replace(/^instance-class$|^node-type$/, "class");
}

function effectOf({ change, reasons, downtime }: ComponentChange): string {
  switch (change) {
    case "create":
      return "new";
    case "delete":
      return "deleted";
    case "replace":
      return "made again";
    case "restart":
      return downtime === undefined ? "a rolling deployment" : "a deployment with a gap";
    default:
      return reasons.some(({ path }) => /\.(instance-class|storage)$/.test(path)) && downtime === undefined
        ? "in the window"
        : "";
  }
}

function costText({ monthlyCost, change }: ComponentChange): string {
  if (monthlyCost === undefined || monthlyCost.before === monthlyCost.after) return "";
  if (change === "create") return `, ${dollars(monthlyCost.after)} a month`;
  return ` (${dollars(monthlyCost.before)} → ${dollars(monthlyCost.after)} a month)`;
}

export function dollars(usd: number): string {
  return `$${usd.toFixed(2)}`;
}

function cut(value: string): string {
  const one = harmless(value);
  return one.length <= widest ? one : `${one.slice(0, widest - 1)}…`;
}

/** AWS's words: every resource that changes, with the names of what differs. */
export function resourceLines(steps: readonly ResourceStep[]): readonly string[] {
  return steps.flatMap((step) => {
    const { op, type, name, urn, diff = [] } = step;
    if (op === "same" || /^(berth|pulumi):/.test(type)) return [];
    const line = progressLine({ kind: "resource", status: "done", planned: true, op, type, name, urn });
    return [`${line ?? shortType(type)}${diff.length === 0 ? "" : `: ${diff.join(", ")}`}`];
  });
}

/** The cost of each component, and what it was. */
export function costRows(summary: readonly ComponentChange[]): readonly (readonly string[])[] {
  return summary.flatMap(({ service, monthlyCost }) => {
    if (monthlyCost === undefined) return [];
    const { before, after } = monthlyCost;
    const change = after - before;
    const sign = change > 0 ? "+" : "-";
    return [[harmless(service), dollars(after), change === 0 ? "" : `${sign}${dollars(Math.abs(change))}`]];
  });
}
