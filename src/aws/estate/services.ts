/** Services of ECS, looked at by ECS itself, Elastic Load Balancing and CloudWatch Logs. */
import type { Deployment, Service, Task } from "@aws-sdk/client-ecs";
import { shiftOf, type BalancedTarget } from "../../model/deployed-balancing";
import type {
  Redeployed,
  ServiceControl,
  ServiceDeployment,
  ServicePlacement,
  ServiceState,
  StoppedContainer,
  StoppedTask,
} from "../../ports";
import { definedOnly } from "../../defined";
import { lastLines } from "../logs/tail";
import { askOf, FargateShifts, forwardTo, loadBalancersOf } from "./shifts";
import { allPages } from "../pages";

/** Tasks of one DescribeTasks call, and of one page of ListTasks (ECS API reference). */
const tasksOfCall = 100;
/** Tasks of one UpdateTaskProtection call, and the longest protection in minutes (ECS API reference). */
const protection = { tasks: 10, minutes: 2_880 };

/** Every method rejects with a BerthError (deployment) where AWS refuses or can't be reached. */
export class FargateServices extends FargateShifts implements ServiceControl {
  /** Stopped tasks don't change: each is described once. */
  readonly #stopped = new Map<string, StoppedTask>();
  readonly #targetGroups = new Map<string, readonly string[]>();

  async describe(placement: ServicePlacement): Promise<ServiceState | undefined> {
    return askOf(placement, async () => {
      const ecs = await this.clients.ecs();
      const { clusterArn, serviceName } = placement;
      const { services = [] } = await ecs.describeServices({ cluster: clusterArn, services: [serviceName] });
      const [service] = services;
      // A service that was deleted is still shown for a while.
      if (service === undefined || service.status === "INACTIVE") return undefined;
      const groups =
        service.loadBalancers?.flatMap(({ targetGroupArn, advancedConfiguration }) => [
          ...(targetGroupArn === undefined ? [] : [targetGroupArn]),
          ...(advancedConfiguration?.alternateTargetGroupArn === undefined
            ? []
            : [advancedConfiguration.alternateTargetGroupArn]),
        ]) ?? [];
      this.#targetGroups.set(`${clusterArn} ${serviceName}`, groups);
      return stateOf(service);
    });
  }

  async stoppedTasks(placement: ServicePlacement): Promise<readonly StoppedTask[]> {
    return askOf(placement, async () => {
      const ecs = await this.clients.ecs();
      const { clusterArn: cluster, serviceName } = placement;
      const { taskArns = [] } = await ecs.listTasks({
        cluster,
        serviceName,
        desiredStatus: "STOPPED",
        maxResults: tasksOfCall,
      });
      const unknown = taskArns.filter((arn) => !this.#stopped.has(arn));
      if (unknown.length > 0) {
        const { tasks = [] } = await ecs.describeTasks({ cluster, tasks: unknown });
        for (const task of tasks) {
          // One that is still stopping has no exit code yet.
          if (task.taskArn !== undefined && task.lastStatus === "STOPPED")
            this.#stopped.set(task.taskArn, taskOf(task, task.taskArn));
        }
      }
      return taskArns.flatMap((arn) => this.#stopped.get(arn) ?? []);
    });
  }

  async targetHealth({ clusterArn, serviceName, ...rest }: ServicePlacement): Promise<readonly string[]> {
    const groups = this.#targetGroups.get(`${clusterArn} ${serviceName}`) ?? [];
    if (groups.length === 0) return [];
    return askOf({ clusterArn, serviceName, ...rest }, async () => {
      const balancing = await this.clients.loadBalancing();
      const found = await Promise.all(
        groups.map((TargetGroupArn) => balancing.describeTargetHealth({ TargetGroupArn })),
      );
      const words = found.flatMap(({ TargetHealthDescriptions = [] }) =>
        TargetHealthDescriptions.flatMap(({ TargetHealth }) =>
          TargetHealth?.State === "unhealthy"
            ? [[TargetHealth.Reason, TargetHealth.Description].filter(Boolean).join(": ")]
            : [],
        ),
      );
      return [...new Set(words)];
    });
  }

  async healthyTargets(placement: ServicePlacement): Promise<number> {
    const groups = this.#targetGroups.get(`${placement.clusterArn} ${placement.serviceName}`) ?? [];
    return askOf(placement, async () => {
      const balancing = await this.clients.loadBalancing();
      const counts = await Promise.all(
        groups.map(async (TargetGroupArn) => {
          const { TargetHealthDescriptions = [] } = await balancing.describeTargetHealth({ TargetGroupArn });
          return TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State === "healthy")
            .length;
        }),
      );
      return counts.length === 0 ? 0 : Math.min(...counts);
    });
  }

  async protect(placement: ServicePlacement, on: boolean): Promise<void> {
    await askOf(placement, async () => {
      const ecs = await this.clients.ecs();
      const { clusterArn: cluster, serviceName } = placement;
      const tasks = await allPages(async (nextToken) => {
        const page = await ecs.listTasks({ cluster, serviceName, ...definedOnly({ nextToken }) });
        return [page.taskArns, page.nextToken];
      });
      for (let first = 0; first < tasks.length; first += protection.tasks) {
        await ecs.updateTaskProtection({
          cluster,
          tasks: tasks.slice(first, first + protection.tasks),
          protectionEnabled: on,
          ...(on ? { expiresInMinutes: protection.minutes } : {}),
        });
      }
    });
  }

  async lead(
    placement: ServicePlacement,
    ruleArn: string,
    targetGroupArn: string,
    beside?: string,
  ): Promise<void> {
    await askOf(placement, async () => {
      const balancing = await this.clients.loadBalancing();
      const actions = [forwardTo(targetGroupArn, beside)];
      if (ruleArn.includes(":listener-rule/"))
        await balancing.modifyRule({ RuleArn: ruleArn, Actions: actions });
      else await balancing.modifyListener({ ListenerArn: ruleArn, DefaultActions: actions });
    });
  }

  async logTail(
    placement: ServicePlacement,
    taskArn: string,
    container: string,
    lines: number,
  ): Promise<readonly string[]> {
    return askOf(placement, async () => {
      const id = taskArn.slice(taskArn.lastIndexOf("/") + 1);
      const logs = await this.clients.logs();
      // "Using the awslogs log driver": prefix-name/container-name/ecs-task-id; the prefix is the compose service.
      const logStreamName = `${placement.service}/${container}/${id}`;
      return lastLines(logs, { logGroupName: placement.logGroupName, logStreamName }, lines);
    });
  }

  async redeploy(placement: ServicePlacement, { capacity, targets }: Redeployed = {}): Promise<void> {
    await askOf(placement, async () => {
      const ecs = await this.clients.ecs();
      await ecs.updateService({
        cluster: placement.clusterArn,
        service: placement.serviceName,
        taskDefinition: placement.taskDefinitionArn,
        // Another strategy takes a new deployment (ECS API reference, UpdateService, capacityProviderStrategy).
        forceNewDeployment: true,
        ...(capacity === undefined
          ? {}
          : { capacityProviderStrategy: [{ capacityProvider: "FARGATE", weight: 1 }] }),
        ...(targets === undefined ? {} : { loadBalancers: loadBalancersOf(targets, placement.service) }),
      });
    });
  }
}

function stateOf({ deployments = [], events = [], loadBalancers = [] }: Service): ServiceState {
  return {
    deployments: deployments.map(deploymentOf),
    targets: loadBalancers.flatMap(
      ({ targetGroupArn, containerPort, advancedConfiguration }): BalancedTarget[] =>
        targetGroupArn === undefined
          ? []
          : [{ targetGroupArn, containerPort: containerPort ?? 0, ...shiftOf(advancedConfiguration) }],
    ),
    events: events.map(({ id = "", createdAt, message = "" }) => ({ id, at: millis(createdAt), message })),
  };
}

function deploymentOf(deployment: Deployment): ServiceDeployment {
  const { id = "", status, taskDefinition = "", rolloutState, rolloutStateReason } = deployment;
  return {
    id,
    status: status === "PRIMARY" || status === "ACTIVE" ? status : "INACTIVE",
    taskDefinitionArn: taskDefinition,
    // A deployment controller that reports no state leaves it to the counts.
    rollout: rolloutState ?? "COMPLETED",
    ...definedOnly({ rolloutReason: rolloutStateReason }),
    desired: deployment.desiredCount ?? 0,
    running: deployment.runningCount ?? 0,
    spot: (deployment.capacityProviderStrategy ?? []).some(
      ({ capacityProvider }) => capacityProvider === "FARGATE_SPOT",
    ),
    createdAt: millis(deployment.createdAt),
  };
}

function taskOf(task: Task, arn: string): StoppedTask {
  return {
    arn,
    ...definedOnly({
      deploymentId: task.startedBy,
      stopCode: task.stopCode,
      stoppedReason: task.stoppedReason,
      stoppedAt: task.stoppedAt?.getTime(),
    }),
    containers: (task.containers ?? []).map(
      ({ name = "", exitCode, reason, healthStatus }): StoppedContainer => ({
        name,
        ...definedOnly({ exitCode, reason, health: healthStatus }),
      }),
    ),
  };
}

function millis(date: Date | undefined): number {
  return date?.getTime() ?? 0;
}
