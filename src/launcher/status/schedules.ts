/** The words of a service on a schedule: its last run and its next one. */
import { ago, span } from "../core/words";
import type { ScheduleRun } from "../../ports";
import type { ServiceStatus } from "./status";

type Scheduled = Pick<ServiceStatus, "schedule" | "lastStop" | "running" | "pending" | "started">;

/** `Exited (0) 3 hours ago, next in 21 hours`. */
export function scheduleState(status: Scheduled, now: number): string {
  const { schedule, running, pending, started } = status;
  if (running + pending > 0) {
    const up = started === undefined ? "Starting" : `Up ${span(now - Date.parse(started))}`;
    return `${up}${nextWords(schedule?.next, now)}`;
  }
  const last = lastWords(status, now);
  if (schedule?.enabled === false) return last === "" ? "Paused" : `${last}, paused`;
  return last === ""
    ? `Not run yet${nextWords(schedule?.next, now)}`
    : `${last}${nextWords(schedule?.next, now)}`;
}

/** Whether its last run, by its schedule or by hand, ended well. */
export function ranWell({ schedule, lastStop }: Scheduled): boolean {
  if (lastStop !== undefined) return (lastStop.exitCode ?? 0) === 0;
  const outcome = schedule?.last?.outcome ?? "succeeded";
  return outcome === "succeeded" || outcome === "running";
}

/** What there is to say of a last run that went wrong, or was left out. */
export function scheduleNews({ schedule, lastStop }: Scheduled): readonly (readonly [string, string])[] {
  const { last, skipped } = schedule ?? {};
  const news: (readonly [string, string])[] = [];
  if (skipped !== undefined)
    news.push([skipped, "left out: an earlier run went on (x-schedule.overlap: skip)"]);
  if (last !== undefined && lastStop === undefined && !["succeeded", "running"].includes(last.outcome)) {
    const code = last.exitCode === undefined ? "" : `, exit code ${last.exitCode}`;
    const why = last.reason === undefined ? "" : `: ${last.reason}`;
    news.push([last.ended ?? last.started, `run ${outcomeWords[last.outcome]}${code}${why}`]);
  }
  return news;
}

const outcomeWords: Readonly<Record<ScheduleRun["outcome"], string>> = {
  running: "goes on",
  succeeded: "succeeded",
  failed: "failed",
  "timed out": "reached x-schedule.timeout",
  stopped: "was stopped",
};

function lastWords({ schedule, lastStop }: Scheduled, now: number): string {
  if (lastStop !== undefined) return ended(lastStop.exitCode, "Stopped", lastStop.time, now);
  const last = schedule?.last;
  if (last === undefined) return "";
  const time = last.ended ?? last.started;
  if (last.outcome === "running") return `Started ${ago(last.started, now)}`;
  if (last.outcome === "timed out") return `Timed out ${ago(time, now)}`;
  return ended(last.exitCode, last.outcome === "succeeded" ? "Exited" : "Failed", time, now);
}

function ended(exitCode: number | undefined, otherwise: string, time: string, now: number): string {
  return exitCode === undefined ? `${otherwise} ${ago(time, now)}` : `Exited (${exitCode}) ${ago(time, now)}`;
}

function nextWords(next: string | undefined, now: number): string {
  return next === undefined ? "" : `, next in ${span(Date.parse(next) - now)}`;
}
