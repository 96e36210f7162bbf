/** What following a service takes, and what it comes to. */
import type {
  Clock,
  OneOffTasks,
  ServiceControl,
  ServiceFailure,
  ServiceProgress,
  Steadiness,
} from "../ports";

export interface FollowerOptions {
  readonly control: ServiceControl;
  readonly clock: Clock;
  /** Aborted when the watch is to end. */
  readonly signal: AbortSignal;
  /** Milliseconds until a service that is neither steady nor failed is given up. */
  readonly timeout: number;
  readonly onProgress?: (progress: ServiceProgress) => void;
  /** Called once, when a task of the intended definition runs. */
  readonly onStarted: () => void;
  /** Called once, when enough of its tasks are healthy behind the load balancer: where the request says that rules wait for them. */
  readonly onHealthy?: () => void;
  /** Runs a service's own test. @default a service with a test can't be deployed: it fails */
  readonly tests?: OneOffTasks;
}

export type ServiceEnd =
  | ({ readonly kind: "steady" } & Steadiness)
  | { readonly kind: "left" }
  /** `over`: ECS has ended the deployment, and what ran before runs. */
  | { readonly kind: "failed"; readonly failure: ServiceFailure; readonly over: boolean };
