/** Why tasks stopped: from ECS while it remembers, and from its events in the stack's own log group after that. */
import { z } from "zod";
import type { ClusterReader, LogReader, TaskView } from "../../ports";
import { lastOfArn, stackResourceName } from "../../model/naming";
import { definedOnly } from "../../defined";

/** What `ps` asks of AWS. */
export interface StatusPorts {
  readonly cluster: ClusterReader;
  readonly logs: LogReader;
}

/** A task that ended. */
export interface Stop {
  readonly task: string;
  /** `service:<name>` or `family:<name>`. */
  readonly group: string;
  readonly family: string;
  /** Names of the task's containers. */
  readonly containers: readonly string[];
  /** ISO 8601. */
  readonly time: string;
  /** ECS's own words, of the task and of its container. */
  readonly reason: string;
  /** Of the container that failed, else of the first one that has one. */
  readonly exitCode?: number;
  readonly image?: string;
}

/** How far back the log group is read: the shortest time that a mode keeps it. */
const eventsWindow = 24 * 3_600_000;

/** What is read of an event "ECS Task State Change" (ECS Developer Guide, Amazon ECS task state change events). */
const taskEvent = z.object({
  detail: z.object({
    lastStatus: z.literal("STOPPED"),
    taskArn: z.string(),
    taskDefinitionArn: z.string(),
    group: z.string().default(""),
    stoppedAt: z.string().optional(),
    stoppedReason: z.string().default(""),
    containers: z
      .array(
        z.object({
          name: z.string(),
          image: z.string().optional(),
          exitCode: z.number().optional(),
          reason: z.string().optional(),
        }),
      )
      .default([]),
  }),
  time: z.string(),
});

type Ended = Pick<Stop, "task" | "group" | "family" | "time"> & {
  readonly stoppedReason: string;
  readonly containers: readonly {
    readonly name: string;
    readonly image?: string | undefined;
    readonly exitCode?: number | undefined;
    readonly reason?: string | undefined;
  }[];
};

/** The tasks of ECS's answer that have stopped. */
export function stopsOf(tasks: readonly TaskView[]): readonly Stop[] {
  return tasks
    .filter(({ status }) => status === "STOPPED")
    .map((task) =>
      stopOf({
        task: task.id,
        group: task.group,
        family: task.family,
        time: task.stopped ?? task.started ?? task.created ?? "",
        stoppedReason: task.stoppedReason ?? "",
        containers: task.containers,
      }),
    );
}

/** The stopped task of an event, `undefined` where the event is about something else. */
export function stopOfEvent(message: string): Stop | undefined {
  const parsed = taskEvent.safeParse(jsonOf(message));
  if (!parsed.success) return undefined;
  const { detail, time } = parsed.data;
  return stopOf({
    task: lastOfArn(detail.taskArn),
    group: detail.group,
    family: lastOfArn(detail.taskDefinitionArn).replace(/:\d+$/, ""),
    time: new Date(detail.stoppedAt ?? time).toISOString(),
    stoppedReason: detail.stoppedReason,
    containers: detail.containers,
  });
}

function stopOf({ containers, stoppedReason, ...rest }: Ended): Stop {
  const failed =
    containers.find(({ exitCode = 0, reason }) => exitCode !== 0 || (reason ?? "") !== "") ??
    containers.find(({ exitCode }) => exitCode !== undefined) ??
    containers[0];
  const reasons = [stoppedReason, failed?.reason ?? ""].filter((reason) => reason !== "");
  return {
    ...rest,
    containers: containers.map(({ name }) => name),
    reason: [...new Set(reasons)].join(": "),
    ...definedOnly({ exitCode: failed?.exitCode, image: failed?.image }),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * The last stop of each group of tasks. The log group is read where ECS remembers none for one of the groups.
 *
 * @param groups - that somebody asks for: `service:<name>`
 */
export async function lastStops(
  tasks: readonly TaskView[],
  groups: readonly string[],
  {
    logs,
    logGroupName,
    now,
  }: { readonly logs: LogReader; readonly logGroupName: string; readonly now: number },
): Promise<ReadonlyMap<string, Stop>> {
  const found = new Map<string, Stop>();
  const keep = (stop: Stop): void => {
    const known = found.get(stop.group);
    if (known === undefined || known.time < stop.time) found.set(stop.group, stop);
  };
  for (const stop of stopsOf(tasks)) keep(stop);
  if (groups.every((group) => found.has(group))) return found;
  const query = {
    logGroupName,
    since: now - eventsWindow,
    filter: '{ $.detail.lastStatus = "STOPPED" }',
  };
  for await (const page of logs.pages(query)) {
    for (const { message } of page) {
      const stop = stopOfEvent(message);
      if (stop !== undefined) keep(stop);
    }
  }
  return found;
}

/** The compose service of a task that no service of ECS keeps running: its container has the service's name. */
export function serviceOfFamily(
  identity: { readonly project: string; readonly stack: string },
  { family, containers }: Pick<Stop, "family" | "containers">,
): string | undefined {
  return containers.find((name) => stackResourceName(identity, "taskFamily", name) === family);
}
