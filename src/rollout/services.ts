/** Services are followed inside a program's `apply`, side by side; a failure is reported once all of them are known. */
import { definedOnly } from "../defined";
import { BerthError, messageOf } from "../errors";
import type {
  Clock,
  LeadingRule,
  OneOffTasks,
  ServicePreparation,
  ServiceControl,
  ServiceFailure,
  ServiceProgress,
  ServiceRequest,
  ServiceWatch,
  Steadiness,
} from "../ports";
import { KeptTasks, keyOf } from "./kept-tasks";
import { ServiceFollower } from "./follower";
import type { ServiceEnd } from "./following";

export interface ServicesWatchOptions {
  readonly control: ServiceControl;
  readonly clock: Clock;
  /** Milliseconds that a service may take. @default 20 minutes, the aws provider's own for a steady service */
  readonly timeout?: number;
  /** Milliseconds that the others are still followed after one has failed. @default 2 minutes */
  readonly patience?: number;
  readonly onProgress?: (progress: ServiceProgress) => void;
  /** Runs the services' own tests. @default a service with a test can't be deployed: it fails */
  readonly tests?: OneOffTasks;
}

interface Followed {
  readonly request: ServiceRequest;
  readonly follower: ServiceFollower;
  readonly ended: Promise<ServiceEnd>;
  /** Resolves when a task of it runs, or it has ended. */
  readonly started: Promise<void>;
  /** Resolves when enough of its tasks are healthy behind the load balancer. */
  readonly healthy: Promise<void>;
  /** Resolves when it is steady; rejects when the run is known to fail. */
  readonly steady: Promise<Steadiness>;
}

const never = new Promise<never>(() => undefined);

export class ServicesWatch implements ServiceWatch {
  readonly #followed = new Map<string, Followed>();
  readonly #leaving = new AbortController();
  readonly #stopping = new AbortController();
  readonly #failures: ServiceFailure[] = [];
  readonly #tasks: KeptTasks;
  #round: Promise<void> | undefined;

  constructor(private readonly options: ServicesWatchOptions) {
    const onFailure = (failure: ServiceFailure): void => {
      this.#failures.push(failure);
    };
    this.#tasks = new KeptTasks({ ...options, signal: this.#stopping.signal, onFailure });
  }

  prepare(change: ServicePreparation): Promise<readonly string[]> {
    return this.#tasks.prepare(change);
  }

  follow(request: ServiceRequest): string {
    const key = keyOf(request);
    if (!this.#followed.has(key)) this.#followed.set(key, this.#begin(request));
    return key;
  }

  /**
   * @throws BerthError (deployment) where the service failed, also to be found in {@link failures};
   *   BerthError (cancelled) after {@link stop}
   */
  async started(key: string): Promise<void> {
    await this.#followed.get(key)?.started;
  }

  /**
   * @throws BerthError (deployment) where the service failed, also to be found in {@link failures};
   *   BerthError (cancelled) after {@link stop}
   */
  async steady(key: string): Promise<Steadiness> {
    return (await this.#followed.get(key)?.steady) ?? { onDemand: false };
  }

  /** @throws BerthError as {@link started} does */
  async healthy(key: string): Promise<void> {
    await this.#followed.get(key)?.healthy;
  }

  async release(key: string, rules: readonly LeadingRule[]): Promise<void> {
    const { request, follower } = this.#followed.get(key) ?? {};
    if (request?.awaited !== true) return;
    await this.#tasks.release(request, rules);
    follower?.released();
  }

  failures(): readonly ServiceFailure[] {
    return this.#failures;
  }

  async finish(): Promise<void> {
    this.#leaving.abort();
    await this.#allEnded();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.finish();
    await Promise.all([...this.#followed.values()].map(({ request }) => this.#takeBack(request)));
  }

  /** Rolls back what ECS is still moving. Where ECS can't be reached, its own alarms and limits apply. */
  async #takeBack(request: ServiceRequest): Promise<void> {
    if (request.shift === undefined) return;
    const { control, onProgress } = this.options;
    const told = { service: request.service, running: 0, desired: 0, seconds: 0 };
    try {
      const course = await control.course(request);
      if (course?.status !== "going") return;
      await control.takeBack(request, course);
      const message = "its requests go back to the old tasks";
      onProgress?.({ ...told, status: "shifting", message });
    } catch (error) {
      onProgress?.({
        ...told,
        status: "shifting",
        message: `it could not be rolled back: ${messageOf(error)}`,
      });
    }
  }

  #begin(request: ServiceRequest): Followed {
    const { control, clock, timeout = 20 * 60_000, onProgress, tests } = this.options;
    const running: PromiseWithResolvers<void> = Promise.withResolvers();
    const well: PromiseWithResolvers<void> = Promise.withResolvers();
    const follower = new ServiceFollower(request, {
      control,
      clock,
      timeout,
      signal: this.#leaving.signal,
      onStarted: running.resolve,
      onHealthy: well.resolve,
      ...definedOnly({ onProgress, tests }),
    });
    const ended = this.#end(request, follower);
    const steady = ended.then((end) => this.#settle(request, end));
    const steadied = steady.then(() => undefined);
    const started = Promise.race([running.promise, steadied]);
    const healthy = Promise.race([well.promise, steadied]);
    // Whoever waits hears of it; where nobody does, it is in `failures`.
    for (const promise of [steady, started, healthy]) promise.catch(() => undefined);
    return { request, follower, ended, started, healthy, steady };
  }

  async #end(request: ServiceRequest, follower: ServiceFollower): Promise<ServiceEnd> {
    const end = await follower.follow();
    // A deployment that goes on could still take the place of what is kept.
    if (end.kind !== "failed" || !end.over) return end;
    try {
      await this.#tasks.takeBack(request);
      return end;
    } catch (error) {
      const message = `${end.failure.message}; the load balancer could not be led back to its old tasks: ${messageOf(error)}`;
      return { ...end, failure: { ...end.failure, message } };
    }
  }

  /** An engine stops at the first rejection, so one waits until the others are known too. */
  async #settle(request: ServiceRequest, end: ServiceEnd): Promise<Steadiness> {
    const { service } = request;
    if (end.kind === "steady") return { onDemand: end.onDemand };
    if (end.kind === "left") {
      if (this.#stopping.signal.aborted) throw new BerthError("cancelled", "the run was cancelled");
      return never;
    }
    this.#failures.push(end.failure);
    await (this.#round ??= this.#others());
    const path = `services.${service}`;
    throw new BerthError("deployment", { path, message: end.failure.message });
  }

  async #others(): Promise<void> {
    for (const { follower } of this.#followed.values()) follower.hurry(this.options.patience ?? 2 * 60_000);
    await this.#allEnded();
    this.#leaving.abort();
  }

  async #allEnded(): Promise<void> {
    await Promise.all([...this.#followed.values()].map(({ ended }) => ended));
  }
}
