/** An ECS in memory whose services go on from look to look, as a script says. */
import type {
  BalancedTarget,
  Redeployed,
  ServiceControl,
  ServiceCourse,
  ServiceDeployment,
  ServicePlacement,
  ServiceRequest,
  ServiceState,
  StoppedTask,
} from "../../../src/ports";

const definition = "arn:aws:ecs:us-east-1:123456789012:task-definition/shop-dev";

export function watched(service: string, over: Partial<ServiceRequest> = {}): ServiceRequest {
  return {
    service,
    clusterArn: "cluster",
    serviceName: service,
    taskDefinitionArn: `${definition}-${service}:2`,
    logGroupName: "/shop/logs",
    checked: true,
    spot: false,
    ...over,
  };
}

/** A primary deployment of the intended definition. */
export function deployment(service: string, over: Partial<ServiceDeployment> = {}): ServiceDeployment {
  return {
    id: "ecs-svc/2",
    status: "PRIMARY",
    taskDefinitionArn: `${definition}-${service}:2`,
    rollout: "IN_PROGRESS",
    desired: 1,
    running: 0,
    spot: false,
    createdAt: 1_000,
    ...over,
  };
}

/** The deployment before it. */
export function oldOf(service: string, over: Partial<ServiceDeployment> = {}): ServiceDeployment {
  const taskDefinitionArn = `${definition}-${service}:1`;
  return deployment(service, {
    id: "ecs-svc/1",
    taskDefinitionArn,
    rollout: "COMPLETED",
    running: 1,
    ...over,
  });
}

export function stopped(index: number, over: Partial<StoppedTask> = {}): StoppedTask {
  return {
    arn: `task/${index}`,
    deploymentId: "ecs-svc/2",
    stopCode: "EssentialContainerExited",
    stoppedReason: "Essential container in task exited",
    stoppedAt: 1_000 + index,
    containers: [{ name: "web", exitCode: 1 }],
    ...over,
  };
}

/** One look: the deployments, and the tasks that have stopped by then. */
export interface Look {
  readonly deployments: readonly ServiceDeployment[];
  readonly stops?: readonly StoppedTask[];
  readonly events?: ServiceState["events"];
  readonly health?: readonly string[];
  readonly targets?: readonly BalancedTarget[];
  readonly healthyTargets?: number;
  readonly course?: ServiceCourse;
  /** The look fails. */
  readonly error?: Error;
}

/** Each service's looks in their order; the last one stays. */
export class FakeServices implements ServiceControl {
  readonly calls: string[] = [];
  /** Thrown by every call for a new deployment. */
  refused: Error | undefined;
  /** By rule: the group that most of its requests go to. */
  leading: Readonly<Record<string, string>> = {};
  /** By rule: groups that it names, and sends nothing to. */
  beside: Readonly<Record<string, readonly string[]>> = {};
  readonly #looks = new Map<string, number>();

  constructor(
    readonly courses: Readonly<Record<string, readonly Look[]>>,
    /** What a new deployment of a service changes to. */
    readonly redeployed: Readonly<Record<string, readonly Look[]>> = {},
  ) {}

  describe({ service }: ServicePlacement): Promise<ServiceState | undefined> {
    this.calls.push(`describe ${service}`);
    this.#looks.set(service, (this.#looks.get(service) ?? -1) + 1);
    const look = this.#look(service);
    if (look?.error !== undefined) return Promise.reject(look.error);
    return Promise.resolve(
      look && { deployments: look.deployments, targets: look.targets ?? [], events: look.events ?? [] },
    );
  }

  stoppedTasks({ service }: ServicePlacement): Promise<readonly StoppedTask[]> {
    this.calls.push(`stopped ${service}`);
    return Promise.resolve(this.#look(service)?.stops ?? []);
  }

  targetHealth({ service }: ServicePlacement): Promise<readonly string[]> {
    return Promise.resolve(this.#look(service)?.health ?? []);
  }

  healthyTargets({ service }: ServicePlacement): Promise<number> {
    return Promise.resolve(this.#look(service)?.healthyTargets ?? 0);
  }

  protect({ service }: ServicePlacement, on: boolean): Promise<void> {
    this.calls.push(`${on ? "protect" : "unprotect"} ${service}`);
    return Promise.resolve();
  }

  lead(
    { service }: ServicePlacement,
    ruleArn: string,
    targetGroupArn: string,
    beside?: string,
  ): Promise<void> {
    this.calls.push(
      `lead ${service} ${ruleArn} ${targetGroupArn}${beside === undefined ? "" : ` ${beside}`}`,
    );
    this.leading = { ...this.leading, [ruleArn]: targetGroupArn };
    return Promise.resolve();
  }

  course({ service }: ServicePlacement): Promise<ServiceCourse | undefined> {
    return Promise.resolve(this.#look(service)?.course);
  }

  answer({ service }: ServicePlacement, { hook }: ServiceCourse, action: string): Promise<void> {
    this.calls.push(`${action} ${service} ${hook ?? ""}`);
    return Promise.resolve();
  }

  takeBack({ service }: ServicePlacement): Promise<void> {
    this.calls.push(`take back ${service}`);
    return Promise.resolve();
  }

  leadsTo(_placement: ServicePlacement, ruleArn: string): Promise<readonly string[]> {
    const group = this.leading[ruleArn];
    return Promise.resolve(group === undefined ? [] : [group, ...(this.beside[ruleArn] ?? [])]);
  }

  logTail(_placement: ServicePlacement, taskArn: string): Promise<readonly string[]> {
    return Promise.resolve([`log of ${taskArn}`]);
  }

  redeploy({ service }: ServicePlacement, { capacity, targets = [] }: Redeployed = {}): Promise<void> {
    const groups = targets.map(({ targetGroupArn }) => ` ${targetGroupArn}`).join("");
    this.calls.push(`redeploy ${service}${capacity === undefined ? "" : ` ${capacity}`}${groups}`);
    if (this.refused !== undefined) return Promise.reject(this.refused);
    this.#looks.set(`again ${service}`, 0);
    this.#looks.delete(service);
    return Promise.resolve();
  }

  #look(service: string): Look | undefined {
    const course = this.#looks.has(`again ${service}`) ? this.redeployed : this.courses;
    const looks = course[service] ?? [];
    return looks[Math.min(this.#looks.get(service) ?? 0, looks.length - 1)];
  }
}
