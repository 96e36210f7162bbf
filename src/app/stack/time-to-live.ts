/** How long a stack lives: what the settings say, else what the stack's last run said. */
import type { CdTask, StackIdentity, TimeToLive } from "../../ports";
import { scheduleTime } from "../../model/schedule-time";
import { durationOf } from "../../model/time-to-live";
import type { Settings } from "../../settings/settings";
import { listOf, optional, record, text, type Shaped } from "../../ports/shape";
import type { Deps } from "../deps";

const livingShape = record({
  ttl: text,
  schedule: text,
  task: record({
    clusterArn: text,
    taskDefinitionArn: text,
    subnetIds: listOf(text),
    securityGroupIds: listOf(text),
    schedulerRoleArn: text,
    deadLetterArn: optional(text),
  }),
});

/** What a stack's outputs say of its time to live. */
export type LivingRecord = Shaped<typeof livingShape>;

/** `undefined` where the stack has none. */
export function livingRecord(
  outputs: Readonly<Record<string, unknown>> | undefined,
): LivingRecord | undefined {
  try {
    return livingShape(outputs?.["timeToLive"]);
  } catch {
    return undefined;
  }
}

/**
 * The time to live of a deployment. Without `BERTH_TTL` the stack keeps the one that it has, and this run puts it off
 * as any other; `never` takes it away.
 *
 * @param before - the outputs of the stack's last run
 */
export async function timeToLive(
  settings: Settings,
  deps: Deps,
  before: Readonly<Record<string, unknown>> | undefined,
): Promise<TimeToLive | undefined> {
  const record = livingRecord(before);
  const ttl = settings.ttl ?? record?.ttl;
  if (ttl === undefined || ttl === "never") return undefined;
  const task: CdTask | undefined = (await deps.cdTask()) ?? record?.task;
  if (task === undefined) return undefined;
  return { ttl, until: untilOf(ttl, deps), task };
}

/**
 * Puts the time of a stack off without an engine: at once, before a run that takes long, and where nothing else is to do.
 *
 * @param outputs - of the stack's last run
 * @returns `false` where its schedule is not there: it has had its time, or somebody has deleted it
 */
export async function extend(
  stack: StackIdentity,
  outputs: Readonly<Record<string, unknown>>,
  deps: Pick<Deps, "schedules" | "clock">,
): Promise<boolean> {
  const record = livingRecord(outputs);
  if (record === undefined) return true;
  const until = untilOf(record.ttl, deps);
  const schedules = await deps.schedules();
  return schedules.extend(stack, record.schedule, scheduleTime(until));
}

/** Says when a stack goes that was left as it is. */
export function tellRecord(
  outputs: Readonly<Record<string, unknown>>,
  deps: Pick<Deps, "progress" | "clock">,
): void {
  const ttl = livingRecord(outputs)?.ttl;
  if (ttl !== undefined) tellTime({ ttl, until: untilOf(ttl, deps) }, deps);
}

/** Says when the stack goes. */
export function tellTime(
  { ttl, until }: Pick<TimeToLive, "ttl" | "until">,
  deps: Pick<Deps, "progress">,
): void {
  deps.progress.note(
    `The stack removes itself at ${until}, unless another run puts it off (BERTH_TTL=${ttl})`,
  );
}

function untilOf(ttl: string, { clock }: Pick<Deps, "clock">): string {
  return `${new Date(clock.now() + durationOf(ttl)).toISOString().slice(0, 19)}Z`;
}
