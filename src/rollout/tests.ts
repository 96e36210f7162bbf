/** A service's own test: a one-off task of its new revision, before requests reach that. */
import { messageOf } from "../errors";
import type { Clock, OneOffTasks, ServicePlacement, ServiceTest } from "../ports";
import { testLimit } from "../model/strategy";
import { followTask } from "../tasks/task";

export interface TestOptions {
  /** @default a service with a test can't be deployed: it fails */
  readonly tests?: OneOffTasks;
  readonly clock: Clock;
  /** Aborted when the run is cancelled: the task is stopped. */
  readonly signal: AbortSignal;
}

/** What a test came to; `left`: the run was cancelled. */
export type TestEnd =
  | { readonly kind: "succeeded" }
  | { readonly kind: "left" }
  | { readonly kind: "failed"; readonly message: string; readonly log: readonly string[] };

const words = { task: "the task", program: "the program" };
const logLines = 20;

/** Never rejects: a test that can't be started, or can't be seen, has failed. */
export async function runTest(
  placement: ServicePlacement,
  { command, subnetIds, securityGroupIds }: ServiceTest,
  { tests, clock, signal }: TestOptions,
): Promise<TestEnd> {
  const { service, clusterArn, taskDefinitionArn, logGroupName } = placement;
  const place = { clusterArn, taskDefinitionArn, logGroupName, subnetIds, securityGroupIds };
  const request = { ...place, service, containerName: service, required: true, command };
  try {
    if (tests === undefined) return failed("nothing runs it here");
    const started = await tests.run(request);
    if (!("taskArn" in started)) return failed(`ECS did not start the task: ${started.unavailable}`);
    // Below ECS's own limit, so that it is this run that reports it.
    const timeout = (testLimit - 5) * 60_000;
    const end = await followTask(request, started.taskArn, {
      ...{ tasks: tests, clock, signal, timeout, words, logLines },
    });
    if (end.kind === "cancelled") return { kind: "left" };
    return end.kind === "succeeded" ? { kind: "succeeded" } : failed(end.message, end.logTail);
  } catch (error) {
    return signal.aborted ? { kind: "left" } : failed(messageOf(error));
  }
}

function failed(message: string, log: readonly string[] = []): TestEnd {
  return { kind: "failed", message, log };
}
