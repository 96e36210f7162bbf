/** The ways in which a service of ECS fails, as the simulated AWS plays them: ECS's own codes and words. */
import type { StoppedContainer, StoppedTask } from "../../ports";
import type { ServiceFault } from "../../ports/rehearsal";

/** One failing task, and what is heard of it elsewhere. */
export interface Play {
  readonly stopCode: NonNullable<StoppedTask["stopCode"]>;
  readonly stoppedReason: string;
  readonly container: Omit<StoppedContainer, "name">;
  readonly log: readonly string[];
  /** What the load balancer says of the target. */
  readonly target?: string;
}

const exited = "Essential container in task exited";
/** A program that takes SIGTERM as its end: 128 + 15. */
const terminated = 143;

/** A program's start as logs have it; more lines than a failure shows. */
const startLog = [
  ...Array.from({ length: 24 }, (_, index) => `reading configuration ${index + 1} of 24`),
  "connecting to the database",
];

const crash: Play = {
  stopCode: "EssentialContainerExited",
  stoppedReason: exited,
  container: { exitCode: 1 },
  log: [...startLog, "Error: connect ECONNREFUSED 10.0.3.7:5432", "    at TCPConnectWrap.afterConnect"],
};

/** "Stopped task error messages" of the ECS developer guide. */
export function playOf(
  fault: ServiceFault,
  facts: { readonly image: string; readonly secret: string },
): Play | undefined {
  switch (fault) {
    case "crash-loop":
    case "rollback":
      return crash;
    case "out-of-memory":
      return {
        ...crash,
        container: { exitCode: 137, reason: "OutOfMemoryError: Container killed due to memory usage" },
        log: [...startLog, "allocated 512 MiB"],
      };
    case "image":
      return {
        stopCode: "TaskFailedToStart",
        stoppedReason: `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${facts.image}: not found`,
        container: {},
        log: [],
      };
    case "secret":
      return {
        stopCode: "TaskFailedToStart",
        stoppedReason: `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid parameters: ${facts.secret}`,
        container: {},
        log: [],
      };
    case "container-health":
      return {
        stopCode: "ServiceSchedulerInitiated",
        stoppedReason: "Task failed container health checks",
        container: { exitCode: terminated, health: "UNHEALTHY" },
        log: [...startLog, "listening on port 3000"],
      };
    case "target-health":
      return {
        stopCode: "ServiceSchedulerInitiated",
        stoppedReason: "Task failed ELB health checks",
        container: { exitCode: terminated },
        log: [...startLog, "listening on port 3000", "GET / 502"],
        target: "Target.ResponseCodeMismatch: Health checks failed with these codes: [502]",
      };
    case "capacity":
    case "spot-capacity":
    case "alarm":
    case "late-alarm":
    case "stuck":
      return undefined;
  }
}

/** What ECS reports when no task can be placed ("Service event messages", ECS developer guide). */
export function capacityWords(serviceName: string): string {
  return `(service ${serviceName}) was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone.`;
}

/** ECS's reason of a rollout that its circuit breaker, or an alarm, has ended. */
export function rolloutWords(fault: ServiceFault): string {
  return fault === "alarm" || fault === "late-alarm"
    ? "ECS deployment failed: alarm detected."
    : "ECS deployment circuit breaker: tasks failed to start.";
}
