/** When an expression of EventBridge Scheduler comes next. */
import { Cron } from "croner";

/** The greatest value of each of the five fields that a step may go up to ("Schedule types", EventBridge Scheduler user guide). */
const ends = [59, 23, 31, 12, 7];

const unitMinutes: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };

/**
 * The next moment of an expression, as milliseconds since 1970.
 *
 * @param expression - `cron(…)`, `rate(…)` or `at(…)`
 * @param timezone - IANA's name
 * @param after - milliseconds since 1970
 * @param since - of a rate: when it last came, or began; milliseconds
 * @returns `undefined` where it never comes again, or nothing says when a rate began
 */
export function nextRun(
  expression: string,
  timezone: string,
  after: number,
  since?: number,
): number | undefined {
  const [, form = "", inside = ""] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? [];
  if (form === "rate") return nextOfRate(inside, after, since);
  if (form !== "cron") return undefined;
  return new Cron(cronerPattern(inside), { timezone, paused: true, mode: "7-part" })
    .nextRun(new Date(after))
    ?.getTime();
}

/** With seconds before it, and `0/15` as `0-59/15`, which croner wants. */
function cronerPattern(fields: string): string {
  const words = fields
    .split(" ")
    .map((word, index) => word.replace(/(^|,)(\d+)\/(\d+)/g, `$1$2-${ends[index] ?? 0}/$3`));
  return ["0", ...words].join(" ");
}

function nextOfRate(text: string, after: number, since: number | undefined): number | undefined {
  const [, count = "0", unit = ""] = /^(\d+) (minute|hour|day)s?$/.exec(text) ?? [];
  const period = Number(count) * (unitMinutes[unit] ?? 0) * 60_000;
  if (period === 0 || since === undefined) return undefined;
  return since + (Math.floor((after - since) / period) + 1) * period;
}
