/** The ports of what follows a service of ECS until it is steady, or is known not to. */
import type { BalancedTarget, DeployedRule } from "../model/deployed-balancing";
import type { ServicePlacement, ServiceShifts, ServiceTest, ShiftRequest } from "./shifts";

export type { BalancedTarget, DeployedRule };

// ---------------------------------------------------------------------------------------------- what ECS says

/** One deployment of a service (ECS API reference, Deployment). */
export interface ServiceDeployment {
  /** `ecs-svc/…`, which its tasks have as `startedBy`. */
  readonly id: string;
  readonly status: "PRIMARY" | "ACTIVE" | "INACTIVE";
  readonly taskDefinitionArn: string;
  readonly rollout: "IN_PROGRESS" | "COMPLETED" | "FAILED";
  /** ECS's own words on the rollout. */
  readonly rolloutReason?: string;
  readonly desired: number;
  readonly running: number;
  /** Whether its capacity is Fargate Spot, all of it or a part. */
  readonly spot: boolean;
  /** Milliseconds since the epoch, by AWS's clock. */
  readonly createdAt: number;
}

/** What ECS reports of a service in the course of time. */
export interface ServiceEvent {
  readonly id: string;
  /** Milliseconds since the epoch, by AWS's clock. */
  readonly at: number;
  readonly message: string;
}

/** One look at a service. */
export interface ServiceState {
  readonly deployments: readonly ServiceDeployment[];
  /** The target groups that its tasks are registered with. */
  readonly targets: readonly BalancedTarget[];
  /** Newest first. */
  readonly events: readonly ServiceEvent[];
}

/** A container of a task that has stopped. */
export interface StoppedContainer {
  readonly name: string;
  readonly exitCode?: number;
  /** `OutOfMemoryError: …`, `CannotPullContainerError: …` */
  readonly reason?: string;
  /** By the container's own health check. */
  readonly health?: "HEALTHY" | "UNHEALTHY" | "UNKNOWN";
}

/** A task of a service that has stopped (ECS API reference, Task). */
export interface StoppedTask {
  readonly arn: string;
  /** The deployment that started it. */
  readonly deploymentId?: string;
  /** `TaskFailedToStart`, `EssentialContainerExited`, `ServiceSchedulerInitiated`, `SpotInterruption` … */
  readonly stopCode?: string;
  readonly stoppedReason?: string;
  /** Milliseconds since the epoch, by AWS's clock. */
  readonly stoppedAt?: number;
  readonly containers: readonly StoppedContainer[];
}

/** What following a service asks of ECS, Elastic Load Balancing and CloudWatch Logs. */
export interface ServiceControl extends ServiceShifts {
  /** @returns `undefined` where ECS knows no such service */
  describe(placement: ServicePlacement): Promise<ServiceState | undefined>;
  /** The stopped tasks that ECS still shows: about an hour's. */
  stoppedTasks(placement: ServicePlacement): Promise<readonly StoppedTask[]>;
  /** Why the load balancer's checks fail on the service's tasks, in its own words; none where it gives no reason. */
  targetHealth(placement: ServicePlacement): Promise<readonly string[]>;
  /** The number of healthy targets in each target group that the service names, of the group with the fewest. */
  healthyTargets(placement: ServicePlacement): Promise<number>;
  /**
   * Whether the tasks that run now outlast a deployment (ECS API reference, UpdateTaskProtection): its new tasks run
   * beside them until that is over. AWS ends it by itself after 48 hours.
   */
  protect(placement: ServicePlacement, on: boolean): Promise<void>;
  /**
   * Has a rule, or a listener of a network load balancer, lead to a target group.
   * @param beside - another one that it names, and sends nothing to. @default it names none
   */
  lead(placement: ServicePlacement, ruleArn: string, targetGroupArn: string, beside?: string): Promise<void>;
  /** The last lines of a container's log, oldest first. */
  logTail(
    placement: ServicePlacement,
    taskArn: string,
    container: string,
    lines: number,
  ): Promise<readonly string[]>;
  /**
   * Starts another deployment of the placement's task definition.
   * @param changed - `capacity`: `on-demand`: from now on the service runs on demand alone; `targets`: those that its
   *   tasks are registered with. @default as they are
   */
  redeploy(placement: ServicePlacement, changed?: Redeployed): Promise<void>;
}

export interface Redeployed {
  readonly capacity?: "on-demand";
  readonly targets?: readonly BalancedTarget[];
}

// ---------------------------------------------------------------------------------------------- following

export interface ServiceRequest extends ServicePlacement {
  /** The container's own health check, as the file has it. @default none */
  readonly healthCommand?: readonly string[];
  /** Whether anything but the task's being there shows that it is well: its own check, or the load balancer's. */
  readonly checked: boolean;
  /** Whether the file's capacity for it is Fargate Spot, all of it or a part. */
  readonly spot: boolean;
  /** Whether rules of a load balancer wait for its healthy tasks. @default false */
  readonly awaited?: boolean;
  /** Percent of its tasks that may run during a deployment. @default 200 */
  readonly maximumPercent?: number;
  /** Where it answers, as people write it, as far as it is known by now. @default nowhere but in its network */
  readonly urls?: () => readonly string[];
  /** How ECS moves its requests to new tasks. @default it does not: the deployment is a rolling one */
  readonly shift?: ShiftRequest;
}

/** A rule that leads to a service; to one of its groups it is led back where the tasks fail. */
export interface LeadingRule extends DeployedRule {
  readonly targetGroupArn: string;
}

/** A change of a service that the engine is about to make. */
export interface ServicePreparation extends ServicePlacement {
  /** What its tasks are to be registered with. */
  readonly targets: readonly BalancedTarget[];
  /** The same as the engine last asked for it. */
  readonly before: readonly BalancedTarget[];
  /** Whether rules of a load balancer wait for its healthy tasks. */
  readonly awaited: boolean;
  /** The rules of the stack's ports, as far as they exist: the load balancer says where they lead. */
  readonly rules: readonly DeployedRule[];
  /** Percent of its tasks that may run during a deployment: above 100 what runs stays until the rules lead to what is new. */
  readonly maximumPercent: number;
  /** What a one-off task of the new revision has to run before the engine changes the service. @default nothing */
  readonly test?: ServiceTest;
}

/** The state of a service. */
export interface Steadiness {
  /** It runs on demand alone though the file's capacity has Spot: Spot had no room for it, in this run or an earlier one. */
  readonly onDemand: boolean;
}

/** Why a service is not steady. */
export type ServiceFailureCause =
  | "crash loop"
  | "out of memory"
  | "image"
  | "secret"
  | "start"
  | "container health"
  | "target health"
  | "capacity"
  | "rolled back"
  | "alarm"
  | "test"
  | "gone"
  | "unseen"
  | "time limit";

export interface ServiceFailure {
  readonly service: string;
  readonly cause: ServiceFailureCause;
  /** One sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** The one that was to run: `family:revision`. */
  readonly taskDefinition: string;
  /** ECS's own words on the deployment, or on why it places no task. */
  readonly event?: string;
  /** ECS's own words on the last task that stopped. */
  readonly stoppedReason?: string;
  readonly exitCode?: number;
  /** What the health check said last. */
  readonly health?: string;
  /** Where the service answers, and the task definition that does: `family:revision`; none where no task does. */
  readonly addresses?: readonly { readonly url: string; readonly leadsTo?: string }[];
  /** The last lines of the last task's log. */
  readonly log: readonly string[];
  readonly logGroupName: string;
  /** The stage in which ECS took the deployment back, where it moves the requests itself. */
  readonly stage?: string;
}

/** One line of progress of a service. */
export interface ServiceProgress {
  readonly service: string;
  readonly status:
    "waiting" | "shifting" | "stopped" | "restarted" | "moved" | "steady" | "failed" | "cancelled";
  /** The stage of its deployment, of a service whose requests ECS moves itself (ECS API reference, ServiceDeployment, lifecycleStage). */
  readonly stage?: string;
  /** Seconds until the stage ends, as far as they are known. */
  readonly left?: number;
  readonly running: number;
  readonly desired: number;
  /** Since it is followed. */
  readonly seconds: number;
  /** Why a task stopped, or the service was moved, or failed. */
  readonly message?: string;
}

/**
 * Follows services inside a program's `apply`. Like a {@link TaskRunner} it records its failures, and the use-case
 * asks for them after the run; one failure does not end the watch of the others.
 */
export interface ServiceWatch {
  /** Begins to follow a service that the engine has just made, changed or left as it was. @returns its key */
  follow(request: ServiceRequest): string;
  /**
   * Before the engine changes a service: where its target groups are to change, the tasks that run now are kept until
   * {@link release}; where ECS has rolled back to other ones than the engine knows of, they are put right. Where ECS is to
   * move its requests from now on, it learns by what; where it no longer is to, it is asked which group has them.
   *
   * @returns the target group of each of its targets, in their order
   */
  prepare(change: ServicePreparation): Promise<readonly string[]>;
  /** Resolves when a task of the intended definition runs. */
  started(key: string): Promise<void>;
  /** Resolves when as many tasks as can run beside the old ones are healthy behind the load balancer. */
  healthy(key: string): Promise<void>;
  /** The load balancer's rules lead to the new tasks: the old ones may go. */
  release(key: string, rules: readonly LeadingRule[]): Promise<void>;
  /** Resolves when the primary deployment is the intended one, and steady. */
  steady(key: string): Promise<Steadiness>;
  failures(): readonly ServiceFailure[];
  /** Ends the watch where it is: the run has failed of something else. */
  finish(): Promise<void>;
  /** Ends the watch, and rejects whatever waits. */
  stop(): Promise<void>;
}
