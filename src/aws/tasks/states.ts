/** What ECS answers of a task, in the words of the ports. */
import type { Container, Failure, Task } from "@aws-sdk/client-ecs";
import type { TaskState } from "../../ports";

/** The container of that name, the first one without a name. */
export function named<T extends { name?: string | undefined }>(
  list: readonly T[],
  name: string | undefined,
): T | undefined {
  return name === undefined ? list[0] : list.find((entry) => entry.name === name);
}

/** What RunTask and DescribeTasks list as reasons ("API failure messages", ECS developer guide). */
export function words(failures: readonly Failure[]): string {
  const list = failures.map(({ reason, detail }) => [reason, detail].filter(Boolean).join(": "));
  return list.length === 0 ? "no reason given" : list.join("; ");
}

/** The states between are counted to the one before them ("Task lifecycle", ECS developer guide). */
export function stateOf(task: Task, containerName: string | undefined): TaskState {
  const container: Container | undefined = named(task.containers ?? [], containerName);
  // The task says that an essential container exited, the container why: OutOfMemoryError, CannotPullContainerError …
  const reasons = [task.stoppedReason, container?.reason].filter(
    (reason) => reason !== undefined && reason !== "",
  );
  return {
    status: statusOf(task.lastStatus),
    ...(container?.exitCode === undefined ? {} : { exitCode: container.exitCode }),
    ...(reasons.length === 0 ? {} : { stoppedReason: [...new Set(reasons)].join(": ") }),
    ...(task.stopCode === undefined ? {} : { stopCode: task.stopCode }),
  };
}

function statusOf(lastStatus: string | undefined): TaskState["status"] {
  if (lastStatus === "STOPPED" || lastStatus === "DELETED") return "STOPPED";
  const running = ["RUNNING", "DEACTIVATING", "STOPPING", "DEPROVISIONING"];
  return lastStatus !== undefined && running.includes(lastStatus) ? "RUNNING" : "PENDING";
}
