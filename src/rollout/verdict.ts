/** What one look at a service says of its deployment: it is steady, it goes on, or it is known to fail. Pure. */
import { lastOfArn } from "../model/naming";
import type {
  ServiceDeployment,
  ServiceEvent,
  ServiceFailureCause,
  ServiceState,
  StoppedTask,
} from "../ports";
import { definedOnly } from "../defined";
import { capacityShort } from "../ports/capacity";

export type Verdict =
  | { readonly kind: "steady" | "going" }
  /** Spot has no room for it: the deployment that waits for some, and ECS's own words. */
  | { readonly kind: "short of Spot"; readonly from: string; readonly words: string }
  | {
      readonly kind: "failed";
      readonly cause: ServiceFailureCause;
      /** ECS's own words on the rollout or on the placement of tasks. */
      readonly words?: string;
      /** ECS has ended the deployment, and what it runs in its place: `family:revision`, or nothing. */
      readonly ended?: { readonly instead?: string };
    };

export interface Watched {
  readonly taskDefinitionArn: string;
  /** The deployment that is followed. */
  readonly deploymentId: string;
  /** Its tasks that stopped of themselves, oldest first. */
  readonly stops: readonly StoppedTask[];
  /** Whether it may be moved from Spot to on-demand capacity. */
  readonly mayMove: boolean;
}

/** `PRIMARY` is what ECS works towards; there is always one. */
export function primaryOf(state: ServiceState): ServiceDeployment | undefined {
  return state.deployments.find(({ status }) => status === "PRIMARY");
}

/** Whether the deployment is over without having come to the task definition: an earlier run's, seen at its first look. */
export function isStale(state: ServiceState, taskDefinitionArn: string): boolean {
  const primary = primaryOf(state);
  return (
    primary !== undefined && (primary.taskDefinitionArn !== taskDefinitionArn || primary.rollout === "FAILED")
  );
}

/**
 * The number of stops after which a deployment is given up: that of ECS's own circuit breaker, half of the tasks but
 * at least 3 and at most 200 ("How the Amazon ECS deployment circuit breaker detects failures", ECS developer guide).
 */
export function failureThreshold(desired: number): number {
  return Math.min(Math.max(3, Math.ceil(desired / 2)), 200);
}

/** The times that ECS says it can't place a task before the deployment is given up. */
const placementThreshold = 3;

export function judge(state: ServiceState, watched: Watched): Verdict {
  const primary = primaryOf(state);
  if (primary === undefined) return { kind: "failed", cause: "gone" };
  const followed = state.deployments.find(({ id }) => id === watched.deploymentId);
  const back = rolledBack(primary, followed, watched);
  if (back) return rollback(state, primary, followed, watched);
  const { running, desired } = primary;
  if (isSteady(primary)) return { kind: "steady" };
  const shortage = watched.mayMove ? spotShortage(state, primary, watched) : undefined;
  if (shortage !== undefined) return { kind: "short of Spot", from: primary.id, words: shortage };
  const last = watched.stops.at(-1);
  if (last !== undefined && watched.stops.length >= failureThreshold(desired)) {
    return { kind: "failed", cause: causeOfStop(last) };
  }
  const refused = placementEvents(state.events, primary.createdAt);
  const newest = refused[0];
  if (running < desired && newest !== undefined && refused.length >= placementThreshold) {
    return { kind: "failed", cause: causeOfEvent(newest), words: newest.message };
  }
  return { kind: "going" };
}

/** What ECS says of a deployment that moves requests: the tasks alone don't show whether they have moved. */
interface Moves {
  readonly isOpen: boolean;
  readonly hasFailed: boolean;
  readonly reason?: string | undefined;
  readonly failedTest?: { readonly message: string } | undefined;
}

export function movedVerdict(
  verdict: Verdict,
  { isOpen, hasFailed, reason, failedTest }: Moves,
  primary: ServiceDeployment | undefined,
): Verdict {
  const isBack = verdict.kind === "failed" && verdict.ended !== undefined;
  if (isOpen) return verdict.kind === "steady" || isBack ? { kind: "going" } : verdict;
  if (!hasFailed && !isBack) return verdict;
  const known: Extract<Verdict, { kind: "failed" }> = isBack
    ? verdict
    : { kind: "failed", cause: "rolled back", ended: {} };
  const instead = primary && { instead: lastOfArn(primary.taskDefinitionArn) };
  const words = failedTest?.message ?? reason ?? known.words;
  const cause = failedTest !== undefined ? "test" : /alarm/i.test(reason ?? "") ? "alarm" : known.cause;
  const ended = known.ended?.instead === undefined && hasFailed ? (instead ?? {}) : known.ended;
  return { ...known, cause, ...definedOnly({ words, ended }) };
}

export function isSteady({ rollout, running, desired }: ServiceDeployment): boolean {
  return rollout === "COMPLETED" && running >= desired;
}

/** A rollback to an equal task definition shows by its words alone. */
function rolledBack(
  primary: ServiceDeployment,
  followed: ServiceDeployment | undefined,
  { taskDefinitionArn, deploymentId }: Watched,
): boolean {
  return (
    primary.taskDefinitionArn !== taskDefinitionArn ||
    followed?.rollout === "FAILED" ||
    (primary.id !== deploymentId && /roll(ed|ing) back/i.test(primary.rolloutReason ?? ""))
  );
}

function rollback(
  state: ServiceState,
  primary: ServiceDeployment,
  followed: ServiceDeployment | undefined,
  { stops, taskDefinitionArn, deploymentId }: Watched,
): Verdict {
  const reasons = [followed?.rolloutReason, primary.rolloutReason].filter((text) => text !== undefined);
  const told = state.events.filter(({ message }) => message.includes(deploymentId) && /failed/.test(message));
  const words = [...reasons, ...told.map(({ message }) => message)].filter((text) => text !== "");
  const last = stops.at(-1);
  const alarm = words.some((text) => /alarm/i.test(text));
  const cause = alarm ? "alarm" : last === undefined ? "rolled back" : causeOfStop(last);
  return {
    kind: "failed",
    cause,
    ...(words[0] === undefined ? {} : { words: words[0] }),
    ended:
      primary.taskDefinitionArn === taskDefinitionArn
        ? {}
        : { instead: lastOfArn(primary.taskDefinitionArn) },
  };
}

/** What ECS refused to start since the deployment began, newest first; what was before a steady state is over. */
function placementEvents(events: readonly ServiceEvent[], since: number): readonly ServiceEvent[] {
  const calm = events.findIndex(({ message }) => steadyWords.test(message));
  const recent = calm === -1 ? events : events.slice(0, calm);
  return recent.filter(({ at, message }) => at >= since && refusal.test(message));
}

/** "Service event messages" of the ECS developer guide: nothing starts after these until somebody helps. */
const refusal = /unable to place a task|failed to launch a task|failed to register targets|unable to assume/i;
const capacity = /capacity is unavailable|insufficient capacity|RESOURCE:|unable to place a task/i;
const steadyWords = /has reached a steady state/i;

function causeOfEvent({ message }: ServiceEvent): ServiceFailureCause {
  return capacity.test(message) ? "capacity" : "start";
}

/**
 * ECS's words where the deployment wants Spot capacity that AWS has not now. It would wait for ever: "Fargate doesn't
 * replace Spot capacity with on-demand capacity" ("Amazon ECS clusters for Fargate", ECS developer guide). The event
 * does not name the capacity that it is about ("Service event messages", the same guide): of a service that has some
 * of both it is taken for Spot's.
 */
function spotShortage(
  { events }: ServiceState,
  { spot, running, desired, createdAt }: ServiceDeployment,
  { stops }: Watched,
): string | undefined {
  if (!spot || running >= desired) return undefined;
  const event = placementEvents(events, createdAt).find(({ message }) => capacityShort.test(message));
  const stop = stops.find((task) => capacityShort.test(reasonOfStop(task)));
  return event?.message ?? (stop === undefined ? undefined : reasonOfStop(stop));
}

/** Whether the task failed; others are stopped by a deployment, by autoscaling, by hand, or by the end of their Spot capacity. */
export function isFailure({ stopCode, stoppedReason = "" }: StoppedTask): boolean {
  if (stopCode === "TaskFailedToStart" || stopCode === "EssentialContainerExited") return true;
  return stopCode !== "UserInitiated" && /failed .*health checks/i.test(stoppedReason);
}

/** Everything that ECS says of why a task stopped, each thing once. */
export function reasonOfStop(task: StoppedTask): string {
  const reasons = [task.stoppedReason, culprit(task)?.reason].filter(
    (reason) => reason !== undefined && reason !== "",
  );
  return [...new Set(reasons)].join(": ");
}

/** The container that a stopped task stopped of: the one with a reason of its own, else the first that did not end well. */
export function culprit({ containers }: StoppedTask): StoppedTask["containers"][number] | undefined {
  return (
    containers.find(({ reason, exitCode }) => reason !== undefined && exitCode !== 0) ??
    containers.find(({ exitCode }) => exitCode !== undefined && exitCode !== 0) ??
    containers.at(0)
  );
}

/** Error names of "Stopped task error messages" (ECS Developer Guide); those that explain most come first. */
const causes: readonly (readonly [RegExp, ServiceFailureCause])[] = [
  [/OutOfMemory/i, "out of memory"],
  [/CannotPull|pull image manifest|ImageNotFound/i, "image"],
  [/ResourceInitializationError.*(secret|ssm|registry auth|kms)/is, "secret"],
  [/failed container health checks/i, "container health"],
  [/failed .*health checks/i, "target health"],
  [/capacity is unavailable|insufficient capacity/i, "capacity"],
  [/ResourceInitializationError|Cannot(Create|Start)Container|TaskFailedToStart/i, "start"],
];

export function causeOfStop(task: StoppedTask): ServiceFailureCause {
  const text = reasonOfStop(task);
  const known = causes.find(([pattern]) => pattern.test(text))?.[1];
  if (known !== undefined) return known;
  if (task.stopCode === "TaskFailedToStart") return "start";
  // 128 + SIGKILL: on Fargate that is the kernel, when the task's memory is used up.
  return culprit(task)?.exitCode === 137 ? "out of memory" : "crash loop";
}
