/** With how many tasks a service starts, and how a deployment replaces them. */
import type { ContainerService, Rollout } from "../../model/project";
import { writesVolume } from "../../model/volumes";
import type { Scope } from "../stack/scope";
import { taskRange } from "./autoscaling";

export interface ReplacementArgs {
  readonly service: ContainerService;
  readonly scope: Scope;
  /** As `berth scale` has set it. @default as the file says */
  readonly scaled?: number;
}

/**
 * The tasks that a new service starts with. The mode's least number is for services that have it: two databases on one
 * volume would destroy it, so a service that writes to a volume has as many tasks as the file says.
 */
export function startCount({ service, scope, scaled }: ReplacementArgs): number {
  if (scaled !== undefined) return scaled;
  if (service.replicas === 0) return 0;
  if (service.autoscaling !== undefined)
    return Math.max(service.replicas, taskRange(service.autoscaling, scope).min);
  return writesVolume(service) ? service.replicas : Math.max(service.replicas, scope.mode.minimumReplicas);
}

export interface Replacement {
  readonly availabilityZoneRebalancing: "ENABLED" | "DISABLED";
  readonly deploymentMinimumHealthyPercent: number;
  readonly deploymentMaximumPercent: number;
}

/**
 * How a deployment replaces the tasks. The one task that writes to a volume stops before the new one starts, unless
 * the file asks for the other order; so does the one on an instance with a GPU where the mode has it, for a second
 * instance would be started for some minutes.
 */
export function replacement({ service, scope: { mode } }: ReplacementArgs, count: number): Replacement {
  const { rollout } = service;
  const reused = service.gpus !== undefined && mode.minimumHealthyPercent === 0;
  if (rollout?.order === undefined && count <= 1 && (writesVolume(service) || reused)) return inTurn(100, 0);
  const least = count > 1 ? Math.max(50, mode.minimumHealthyPercent) : mode.minimumHealthyPercent;
  return rollout === undefined ? inTurn(200, least) : inOrder(rollout, Math.max(count, 1), least);
}

/**
 * ECS balances tasks between zones where a new one may start before an old one stops, and not otherwise. Its own default
 * is the same at a service's creation, but an update that leaves it out keeps what was (terraform-provider-aws #43577),
 * and ECS refuses what then doesn't fit.
 */
function inTurn(most: number, least: number): Replacement {
  return {
    availabilityZoneRebalancing: most > 100 ? "ENABLED" : "DISABLED",
    deploymentMinimumHealthyPercent: least,
    deploymentMaximumPercent: most,
  };
}

/**
 * The file's order and parallelism in percent of the tasks, which ECS rounds up for those that stay and down for
 * those that run at most (ECS API reference, DeploymentConfiguration). Where tasks stop first and the file says no number
 * it is one at a time, as with Docker (docker/cli, compose/convert/service.go, convertUpdateConfig): all at once would
 * leave nobody to answer.
 */
function inOrder({ order, parallelism }: Rollout, count: number, least: number): Replacement {
  const usual = order === "stop-first" ? 1 : 0;
  const together = Math.min((parallelism ?? usual) || count, count);
  const stay = Math.floor((100 * (count - together)) / count);
  const most = Math.ceil((100 * (count + together)) / count);
  if (order === "start-first") return inTurn(most, 100);
  return order === "stop-first" ? inTurn(100, stay) : inTurn(most, Math.max(least, stay));
}
