/** A service of a stack as ECS runs it: what the commands that reach into it start from. */
import { BerthError } from "../../errors";
import type { ClusterReader, ServiceView, StackIdentity, TaskView } from "../../ports";
import { didYouMean } from "../../nearest";
import { stackResourceName } from "../../model/naming";
import { noStack } from "../status/status";

/** The name of the cluster that the stack's services run in. */
export function clusterOf(stack: StackIdentity): string {
  return stackResourceName(stack, "cluster", "cluster");
}

/**
 * The services of a stack.
 *
 * @throws BerthError (usage) where there is no such stack
 */
export async function servicesOf(
  stack: StackIdentity,
  cluster: Pick<ClusterReader, "services">,
): Promise<readonly ServiceView[]> {
  const services = await cluster.services(clusterOf(stack));
  if (services === undefined) throw noStack(stack);
  return services;
}

/** What to say to somebody who named a service that isn't there. */
export function noService(name: string, names: readonly string[]): BerthError {
  const known = names.length === 0 ? "berth up deploys them" : `the stack has ${names.join(", ")}`;
  return new BerthError("usage", {
    path: name,
    message: "no such service runs",
    hint: didYouMean(name, names, known),
  });
}

/** The tasks of a service that run, the youngest first. */
export function runningTasks(service: ServiceView, tasks: readonly TaskView[]): readonly TaskView[] {
  return tasks
    .filter(({ group, status }) => group === `service:${service.name}` && status === "RUNNING")
    .sort((a, b) => ((a.started ?? "") < (b.started ?? "") ? 1 : -1));
}
