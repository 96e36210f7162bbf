/** What one look at a service says of its load balancing. */
import type {
  BalancedTarget,
  ServiceControl,
  ServiceDeployment,
  ServicePlacement,
  ServiceRequest,
  ServiceState,
} from "../ports";
import { primaryOf } from "./verdict";

/** Whether every target group that the service is to have is one that its tasks are registered with. */
export function keepsGroups(now: readonly BalancedTarget[], wanted: readonly BalancedTarget[]): boolean {
  const groups = new Set(now.map(({ targetGroupArn }) => targetGroupArn));
  return wanted.every(({ targetGroupArn }) => groups.has(targetGroupArn));
}

/** Whether tasks would be registered with other groups, or by other ports. */
export function changesTargets(now: readonly BalancedTarget[], wanted: readonly BalancedTarget[]): boolean {
  const keys = (targets: readonly BalancedTarget[]): string =>
    JSON.stringify(
      targets.map(({ targetGroupArn, containerPort }) => `${targetGroupArn} ${containerPort}`).sort(),
    );
  return keys(now) !== keys(wanted);
}

/** The name in a target group's ARN: `…:targetgroup/NAME/ID`. */
export function nameOfGroup(arn: string): string {
  return arn.split("/").at(-2) ?? "";
}

/** Whether tasks of an older deployment still run beside those of the newest. */
export function isGoingOn({ deployments }: ServiceState): boolean {
  return deployments.some(({ status, running }) => status !== "PRIMARY" && running > 0);
}

/**
 * The new tasks that have to be healthy before the rules lead to them: all of them, or as many as ECS starts beside the
 * old ones, which run until then ("rounded down to the nearest integer", ECS API reference, DeploymentConfiguration).
 */
export function enoughTasks(
  { deployments }: ServiceState,
  { desired }: ServiceDeployment,
  maximumPercent = 200,
): number {
  const old = deployments.reduce((sum, { status, running }) => sum + (status === "PRIMARY" ? 0 : running), 0);
  const beside = Math.floor((desired * maximumPercent) / 100) - old;
  return Math.min(desired, Math.max(beside, 1));
}

/** Whether enough tasks of what ECS means to run are healthy behind the load balancer. */
export async function areHealthy(
  request: ServicePlacement & { readonly maximumPercent?: number },
  state: ServiceState,
  control: Pick<ServiceControl, "healthyTargets">,
): Promise<boolean> {
  const primary = primaryOf(state);
  const enough = primary === undefined ? 0 : enoughTasks(state, primary, request.maximumPercent);
  return enough === 0 || (await control.healthyTargets(request)) >= enough;
}

/** Tells once that enough tasks of a service are healthy, where rules of a load balancer wait for them. */
export class HealthGate {
  #open = false;

  constructor(
    private readonly request: ServiceRequest,
    private readonly control: Pick<ServiceControl, "healthyTargets">,
    private readonly onHealthy: () => void = () => undefined,
  ) {
    this.#open = request.awaited !== true;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** @param primary - the deployment of the intended task definition */
  async look(state: ServiceState, primary: ServiceDeployment): Promise<void> {
    if (this.#open) return;
    const enough = enoughTasks(state, primary, this.request.maximumPercent);
    if (primary.running < enough) return;
    if (enough > 0 && (await this.control.healthyTargets(this.request)) < enough) return;
    this.#open = true;
    this.onHealthy();
  }
}
