/**
 * Cron's five fields (crontab(5)) as the six of EventBridge Scheduler ("Schedule types", EventBridge Scheduler user
 * guide): a year, weekdays from 1 for Sunday, and one of day-of-month and day-of-week left open by `?`.
 */

/** The expressions, or why there are none. */
export type Cron =
  | { readonly ok: true; readonly expressions: readonly [string, ...string[]] }
  | { readonly ok: false; readonly why: string; readonly fix: string };

const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Names of the values, from the least. */
  readonly names?: readonly string[];
}

const minute: Field = { name: "minute", least: 0, most: 59 };
const hour: Field = { name: "hour", least: 0, most: 23 };
const dayOfMonth: Field = { name: "day of the month", least: 1, most: 31 };
const month: Field = { name: "month", least: 1, most: 12, names: months };
/** Sunday is 0, and 7 too. */
const dayOfWeek: Field = { name: "weekday", least: 0, most: 7, names: weekdays };

/** crontab(5), "Extensions": nicknames. */
export const nicknames: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** Days that each month has at most, February's of a leap year. */
const monthDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const example = 'five fields such as "0 3 * * *": minute, hour, day of the month, month, weekday';

class CronError extends Error {
  constructor(
    message: string,
    readonly fix: string,
  ) {
    super(message);
  }
}

/** Reads cron's five fields, or one of its nicknames. */
export function readCron(text: string): Cron {
  try {
    return { ok: true, expressions: translate(text.trim()) };
  } catch (error) {
    if (error instanceof CronError) return { ok: false, why: error.message, fix: error.fix };
    throw error;
  }
}

function translate(text: string): readonly [string, ...string[]] {
  const words = (nicknames[text.toLowerCase()] ?? text).split(/\s+/);
  const [first = "", second = "", third = "", fourth = "", fifth = ""] = words;
  if (words.length !== 5) throw new CronError(whyNotFive(text, words.length), example);
  const time = `${emit(values(first, minute), minute)} ${emit(values(second, hour), hour)}`;
  const inMonths = values(fourth, month);
  const [days, on] = [daysOf(third), weekdaysOf(fifth)];
  const ofMonth = emit(inMonths, month);
  const byDay = `cron(${time} ${days.text} ${ofMonth} ? *)`;
  const byWeekday = `cron(${time} ? ${ofMonth} ${on.text} *)`;
  const comes = days.least <= Math.max(...inMonths.map((value) => monthDays[value - 1] ?? 31));
  const open = { days: /^[*?]/.test(third), weekdays: /^[*?]/.test(fifth) };
  if (!open.days && !open.weekdays) {
    // crontab(5): either day will do, and 0-6 is every day though it is not *.
    if (days.all || on.all) return [`cron(${time} * ${ofMonth} ? *)`];
    return comes ? [byDay, byWeekday] : [byWeekday];
  }
  if (days.all) return on.all ? [byDay] : [byWeekday];
  if (!on.all) throw bothDays(third, fifth);
  if (!comes) throw new CronError(`no month of it has a day ${days.least}`, "take an earlier day");
  return [byDay];
}

/** crontab(5): a day that begins with * is not restricted, and then both have to match. */
function bothDays(days: string, weekdaysText: string): CronError {
  return new CronError(
    `${JSON.stringify(days)} and ${JSON.stringify(weekdaysText)}: with a step over * cron wants the day of the month and the weekday both to match, which EventBridge Scheduler can't say`,
    "restrict one of them, and let the program look at the other",
  );
}

function whyNotFive(text: string, count: number): string {
  const shown = JSON.stringify(text);
  if (text.toLowerCase() === "@reboot") return `${shown}: nothing boots on AWS`;
  if (text.startsWith("@")) return `${shown} is none of ${Object.keys(nicknames).join(", ")}`;
  if (/^(cron|rate|at)\(/.test(text)) return `${shown} is an expression of AWS's own`;
  if (count === 6)
    return `${shown} has six fields: schedules are exact to the minute, so there is none for seconds`;
  return `${shown} has ${count} ${count === 1 ? "field" : "fields"}, not five`;
}

interface Days {
  /** As AWS takes it. */
  readonly text: string;
  /** Whether it restricts nothing. */
  readonly all: boolean;
  /** The smallest value. */
  readonly least: number;
}

/** `L` is the last day of the month, for AWS and for many versions of cron. */
function daysOf(text: string): Days {
  if (/^l$/i.test(text)) return { text: "L", all: false, least: 1 };
  const found = values(text, dayOfMonth);
  return { text: emit(found, dayOfMonth), all: found.length === 31, least: found[0] ?? 1 };
}

/** `MON#1` is the first Monday of a month. */
function weekdaysOf(text: string): Days {
  const [, day = "", nth = ""] = /^(\w+)#([1-5])$/.exec(text) ?? [];
  if (day !== "") {
    const [found = 0] = values(day, dayOfWeek).map((value) => value % 7);
    return { text: `${weekdays[found] ?? ""}#${nth}`, all: false, least: found };
  }
  const found = [...new Set(values(text, dayOfWeek).map((value) => value % 7))].sort((a, b) => a - b);
  const named = (value: number): string => weekdays[value] ?? "";
  return { text: ranges(found, named), all: found.length === 7, least: found[0] ?? 0 };
}

/** The values of a field, in order, each once. */
function values(text: string, field: Field): readonly number[] {
  const found = new Set<number>();
  for (const part of text.split(",")) for (const value of partOf(part, text, field)) found.add(value);
  return [...found].sort((a, b) => a - b);
}

function partOf(part: string, text: string, field: Field): readonly number[] {
  const shown = JSON.stringify(text);
  const match = /^(?:([*?])|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part);
  if (match === null)
    throw new CronError(`${shown} is no ${field.name} that cron knows`, "numbers, ranges, lists and steps");
  const [, open, from = "", to, stride] = match;
  const step = Number(stride ?? 1);
  if (step < 1) throw new CronError(`${shown}: a step of 0 of the ${field.name}`, "a step of 1 or more");
  const top = field === dayOfWeek ? 6 : field.most;
  const first = open === undefined ? valueOf(from, shown, field) : field.least;
  // `5/15` is 5-59/15 where a cron takes it at all.
  const last = to !== undefined ? valueOf(to, shown, field) : openEnd();
  if (last < first)
    throw new CronError(
      `${shown}: the ${field.name} goes from ${from} back to ${to ?? ""}`,
      `write two ranges: ${from}-${nameOf(top, field)},${nameOf(field.least, field)}-${to ?? ""}`,
    );
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);

  function openEnd(): number {
    return open !== undefined || stride !== undefined ? top : first;
  }
}

function valueOf(word: string, shown: string, field: Field): number {
  const named = field.names?.indexOf(word.slice(0, 3).toUpperCase()) ?? -1;
  if (named >= 0 && /^[a-z]{3,}$/i.test(word)) return field.least + named;
  const value = /^\d+$/.test(word) ? Number(word) : NaN;
  if (value >= field.least && value <= field.most) return value;
  throw new CronError(
    `${shown}: ${JSON.stringify(word)} is no ${field.name}`,
    `${field.least} to ${field.most}${field.names === undefined ? "" : `, or ${field.names.join(", ")}`}`,
  );
}

function nameOf(value: number, { least, names }: Field): string {
  return names?.[value - least] ?? String(value);
}

/** `*`, `0/15`, `1-5`, `3,7`: AWS's own words for a set of values. */
function emit(found: readonly number[], { least, most }: Field): string {
  if (found.length === most - least + 1) return "*";
  const [first = least, second = first] = found;
  const step = second - first;
  const regular = found.length > 2 && found.every((value, index) => value === first + index * step);
  if (regular && step > 1 && first + found.length * step > most) return `${first}/${step}`;
  return ranges(found, String);
}

function ranges(found: readonly number[], named: (value: number) => string): string {
  const parts: number[][] = [];
  for (const value of found) {
    const run = parts.at(-1);
    if (run?.at(-1) === value - 1) run.push(value);
    else parts.push([value]);
  }
  return parts
    .flatMap((run) => (run.length > 2 ? [`${named(run[0] ?? 0)}-${named(run.at(-1) ?? 0)}`] : run.map(named)))
    .join(",");
}
