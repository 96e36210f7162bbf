/** How jobs are scheduled among containers elsewhere, with `x-schedule` named in its place. */
import { isRecord, type Node } from "./node";

/**
 * Labels of job schedulers: Ofelia ("Docker labels configurations": `ofelia.job-exec.NAME.schedule`) and deck-chores
 * ("Usage": `deck-chores.NAME.interval`).
 */
const labelled: readonly RegExp[] = [
  /^(ofelia\.job-(?:exec|run|local|service-run)\.([^.]+))\.(\w[\w-]*)$/,
  /^(deck-chores\.([^.]+))\.(\w[\w-]*)$/,
];

/** Programs that wait for their times in a container that always runs. */
const waiting = /(^|[\s/"'])(crond|cron|supercronic|yacron|go-crond|go-cron|tasker)($|[\s"'])/;
const waitingImage =
  /(^|\/)([\w.-]*[-_])?(cron|crond|crontab|cronjob|cronjobs|supercronic|ofelia|deck-chores|yacron|go-crond|chadburn|swarm-cronjob)([-_][\w.-]*)?([:@]|$)/;

/** Programs that ask the Docker daemon to start their jobs. */
export const schedulers = /(^|\/)(ofelia|deck-chores|chadburn|swarm-cronjob|docker-crontab)([-_/:@]|$)/;

const key = 'x-schedule: "0 3 * * *"';

/** Warns of what schedules jobs by means that AWS has not, or that cost a task which waits all day. */
export function hintAtSchedules(service: Node): void {
  if (service.has("x-schedule")) return;
  judgeLabels(service.get("labels"));
  const { value: image } = service.get("image");
  const named = typeof image === "string" && waitingImage.test(image.toLowerCase());
  const command = service.get("command");
  const entrypoint = service.get("entrypoint");
  const program = [command, entrypoint].find(({ value }) => waiting.test(textOf(value)));
  if (named || program !== undefined)
    (program ?? service.get("image")).warn(
      `it waits for its times in a task that runs, and is paid, all day; a service of its own for each job with ${key} runs only then (docs/schedules.md)`,
    );
}

interface Job {
  schedule?: string;
  command?: string;
}

function judgeLabels(labels: Node): void {
  const jobs = new Map<string, Job>();
  for (const [name, text] of pairsOf(labels.value)) {
    const [, prefix, , property] =
      labelled.map((pattern) => pattern.exec(name)).find((match) => match !== null) ?? [];
    if (prefix === undefined) continue;
    const job = jobs.get(prefix) ?? {};
    if (["schedule", "cron", "interval"].includes(property ?? "")) job.schedule = text;
    if (property === "command") job.command = text;
    jobs.set(prefix, job);
  }
  for (const [prefix, { schedule, command }] of jobs) {
    const runs = command === undefined ? "" : `, command: ${JSON.stringify(command)}`;
    const when = schedule === undefined ? key : `x-schedule: ${JSON.stringify(schedule)}`;
    labels.warn(
      `${prefix}: nothing on AWS reads such labels; write a service with the same image${runs} and ${when} (docs/schedules.md)`,
    );
  }
}

function pairsOf(value: unknown): readonly (readonly [string, string])[] {
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, text]) =>
    typeof text === "string" ? [[name, text] as const] : [],
  );
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.filter((word) => typeof word === "string").join(" ") : "";
}
