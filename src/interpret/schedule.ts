/** `x-schedule`: a service that is started at times, runs to its end, and is started again at the next. */
import { definedOnly } from "../defined";
import { secondsOf } from "../model/duration";
import type { Schedule } from "../model/project";
import { readCron } from "./cron";
import { isRecord, type Node } from "./node";

const key = "x-schedule";
const options = ["cron", "every", "timezone", "overlap", "timeout", "retries"];

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** Seconds: a rate of EventBridge Scheduler is exact to the minute; a year is more than any job waits. */
const rates = { least: minute, most: 366 * day };

/** Seconds: below a minute a task on Fargate has hardly begun; a Step Functions execution ends after a year at most. */
const timeouts = { least: minute, most: 365 * day };

const mostRetries = 100;

/** Whether a service is started by a schedule. */
export function isScheduled(service: Node): boolean {
  const { value } = service.get(key);
  return value !== undefined && value !== null && value !== false;
}

/** @returns `undefined` where there is none, or none that can be read */
export function readSchedule(service: Node): Schedule | undefined {
  const node = service.get(key);
  if (!isScheduled(service)) return undefined;
  const long = isRecord(node.value);
  if (long) judgeOptions(node);
  const times = long ? readTimes(node) : readText(node, node.text());
  const timezone = readTimezone(node.get("timezone"));
  const overlap = readOverlap(node.get("overlap"));
  const timeout = readTimeout(node.get("timeout"));
  return times && { ...times, timezone, overlap, ...definedOnly({ timeout }) };
}

/** How often an attempt that failed is made again; what `x-schedule` says comes before `restart`. */
export function readScheduleRetries(service: Node): number | undefined {
  return service.get(key).get("retries").integer(0, mostRetries);
}

type Times = Pick<Schedule, "asked" | "expressions">;

function judgeOptions(node: Node): void {
  for (const [name, option] of node.entries())
    if (!options.includes(name))
      option.problem(`unknown option ${JSON.stringify(name)}`, `the options are ${options.join(", ")}`);
}

function readTimes(node: Node): Times | undefined {
  const [cron, every] = [node.get("cron"), node.get("every")];
  if (cron.present && every.present) {
    every.problem("cron and every both say when it runs", "remove one of them");
    return undefined;
  }
  if (every.present) return readEvery(every, every.text());
  if (cron.present) return readText(cron, cron.text());
  node.problem("nothing says when it runs", 'cron: "0 3 * * *", or every: 15m');
  return undefined;
}

/** Cron's fields; `@every 15m` is Ofelia's way to write a rate. */
function readText(node: Node, text: string | undefined): Times | undefined {
  if (text === undefined) {
    if (Array.isArray(node.value)) node.problem("a list is no schedule", 'x-schedule: "0 3 * * *"');
    return undefined;
  }
  const [, rate] = /^@every\s+(\S+)$/.exec(text.trim()) ?? [];
  if (rate !== undefined) return readEvery(node, rate);
  const read = readCron(text);
  if (read.ok) return { asked: text.trim(), expressions: read.expressions };
  node.problem(read.why, read.fix);
  return undefined;
}

function readEvery(node: Node, text: string | undefined): Times | undefined {
  if (text === undefined) return undefined;
  const seconds = secondsOf(text);
  if (seconds === undefined) {
    node.problem(`${JSON.stringify(text)} is no duration`, "such as 15m, 1h30m or 7d");
    return undefined;
  }
  if (seconds < rates.least || seconds > rates.most || seconds % minute !== 0) {
    node.problem(
      `every ${text}: a schedule is exact to the minute`,
      "whole minutes, from 1m to 366d; a program that has to run more often loops by itself",
    );
    return undefined;
  }
  const unit = [[day, "day"] as const, [hour, "hour"] as const, [minute, "minute"] as const].find(
    ([length]) => seconds % length === 0,
  ) ?? [minute, "minute"];
  const count = seconds / unit[0];
  return { asked: `every ${text}`, expressions: [`rate(${count} ${unit[1]}${count === 1 ? "" : "s"})`] };
}

/** An IANA name in its own spelling: Scheduler takes no other. @default UTC */
function readTimezone(node: Node): string {
  const text = node.text();
  if (text === undefined) return "UTC";
  const known = /^[A-Za-z][A-Za-z0-9_+/-]*$/.test(text) ? nameOfZone(text) : undefined;
  if (known === undefined)
    node.problem(`${JSON.stringify(text)} is no time zone`, "an IANA name such as Europe/Berlin, or UTC");
  return known ?? "UTC";
}

function nameOfZone(text: string): string | undefined {
  try {
    const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions();
    return timeZone.toLowerCase() === text.toLowerCase() ? timeZone : text;
  } catch {
    return undefined;
  }
}

function readOverlap(node: Node): Schedule["overlap"] {
  const text = node.text() ?? "skip";
  if (text === "skip" || text === "allow") return text;
  node.problem(
    `${JSON.stringify(text)}: what happens when its time comes and the last run goes on`,
    "skip leaves the new run out, allow starts it beside the other",
  );
  return "skip";
}

function readTimeout(node: Node): number | undefined {
  const text = node.text();
  if (text === undefined) return undefined;
  const seconds = secondsOf(text);
  if (seconds !== undefined && seconds >= timeouts.least && seconds <= timeouts.most) return seconds;
  node.problem(
    `${JSON.stringify(text)} is no time limit`,
    "from 1m to 365d, such as 30m; the start of the task, half a minute or so, counts",
  );
  return undefined;
}
