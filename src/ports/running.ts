/** The port of what changes a stack that runs, without an engine: services of ECS, their autoscaling, databases of RDS. */
import type { ShiftRequest } from "./shifts";
import type { StackIdentity } from "./stack";
import type { StoreView } from "./stores";

/** A service of ECS, as a stack runs it. */
export interface RunningService {
  /** The compose service (tag `berth:service`). */
  readonly service: string;
  /** The name that ECS knows it by. */
  readonly name: string;
  readonly clusterArn: string;
  /** Tasks that ECS is to run, and those that run. */
  readonly desired: number;
  readonly running: number;
  readonly taskDefinitionArn: string;
  /** Of its primary deployment. */
  readonly deploymentId: string;
  /** The container ports that load balancers and the service's name lead to. */
  readonly ports: readonly number[];
  /** Whether a load balancer checks its tasks. */
  readonly balanced: boolean;
  /** Whether its capacity is Fargate Spot, all of it or a part. */
  readonly spot: boolean;
  /** How ECS moves its requests to new tasks. @default it doesn't: the deployments are rolling ones */
  readonly shift?: ShiftRequest;
  /** How many tasks autoscaling keeps. @default the service has none */
  readonly autoscaling?: { readonly min: number; readonly max: number; readonly suspended: boolean };
}

/** A revision of a task definition, as far as a service's own container goes. */
export interface Revision {
  readonly arn: string;
  /** ECS starts tasks of an active one alone. */
  readonly active: boolean;
  readonly image: string;
  /** The ports that its container declares. */
  readonly ports: readonly number[];
  /** The container's own health check. @default it has none */
  readonly healthCommand?: readonly string[];
}

/** What happens to a service; what is left out stays. */
export interface ServiceChange {
  /** How many tasks it has. */
  readonly tasks?: number;
  readonly taskDefinitionArn?: string;
  /** Whether its tasks start again though nothing of it changes. */
  readonly anew?: boolean;
}

/** Every method rejects with a BerthError (deployment) where AWS refuses or can't be reached. */
export interface StackControl {
  /** By compose service; `undefined` where the stack has no cluster. */
  services(stack: StackIdentity): Promise<readonly RunningService[] | undefined>;
  /** Resolves when ECS shows the change. */
  change(service: RunningService, change: ServiceChange): Promise<void>;
  /** @param service - the compose service. @returns `undefined` where ECS knows no such revision */
  revision(service: string, taskDefinitionArn: string): Promise<Revision | undefined>;
  /** ARNs of the active revisions of a family, the newest first; none where there is no such family. */
  revisions(family: string): Promise<readonly string[]>;
  /** Switches the autoscaling of a service off, so that nothing but people changes its tasks, or on again. */
  suspend(service: RunningService, suspended: boolean): Promise<void>;
  /** The managed stores of the stack, by service. */
  stores(stack: StackIdentity): Promise<readonly StoreView[]>;
  /**
   * Begins to stop or start a database of RDS.
   *
   * @throws BerthError (deployment) also where its status lets RDS do neither
   */
  switchDatabase(store: StoreView, to: "stopped" | "started"): Promise<void>;
}
