/** Services are followed inside a program's `apply`, side by side; a failure is told once all of them are known. */
import { BerthError } from "../errors";
import type {
  Clock,
  ServicePreparation,
  ServiceControl,
  ServiceFailure,
  ServicePlacement,
  ServiceProgress,
  ServiceRequest,
  ServiceState,
  ServiceWatch,
  Steadiness,
} from "../ports";
import { areLeading, changesTargets, isGoingOn, keepsGroups } from "./balancing";
import { ServiceFollower, type ServiceEnd } from "./follower";

export interface ServicesWatchOptions {
  readonly control: ServiceControl;
  readonly clock: Clock;
  /** Milliseconds that a service may take. @default 20 minutes, the aws provider's own for a steady service */
  readonly timeout?: number;
  /** Milliseconds that the others are still followed after one has failed. @default 2 minutes */
  readonly patience?: number;
  readonly onProgress?: (progress: ServiceProgress) => void;
}

/** Looks at a deployment that was left without an end, and the milliseconds between them: ten minutes. */
const endLooks = 120;
const endInterval = 5_000;

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

function keyOf({ clusterArn, serviceName }: ServicePlacement): string {
  return `${clusterArn} ${serviceName}`;
}

function openPromise(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((resolved) => {
    resolve = resolved;
  });
  return { promise, resolve };
}

export class ServicesWatch implements ServiceWatch {
  readonly #options: ServicesWatchOptions;
  readonly #followed = new Map<string, Followed>();
  readonly #leaving = new AbortController();
  readonly #stopping = new AbortController();
  readonly #failures: ServiceFailure[] = [];
  /** By key: services whose old tasks are kept until their rules lead to the new ones. */
  readonly #kept = new Map<string, ServicePreparation>();
  #round: Promise<void> | undefined;

  constructor(options: ServicesWatchOptions) {
    this.#options = options;
  }

  async prepare(change: ServicePreparation): Promise<void> {
    const { control, onProgress } = this.#options;
    const state = await this.#finished(change);
    if (state === undefined || this.#stopping.signal.aborted) return;
    // What a run that was killed has kept goes when this one's rules lead to the new tasks, or now.
    const keep = change.keep && (!keepsGroups(state.targets, change.targets) || isGoingOn(state));
    if (change.awaited && keep) this.#kept.set(keyOf(change), change);
    if (change.awaited) await control.protect(change, keep);
    // The engine would leave out what hasn't changed for it, and ECS then take the targets that it went back to.
    const known = changesTargets(change.before, change.targets);
    if (known || !changesTargets(state.targets, change.targets)) return;
    await control.redeploy(change, { targets: change.targets });
    const message = "an earlier deployment of it had failed";
    const { service } = change;
    onProgress?.({ service, status: "restarted", running: 0, desired: 0, seconds: 0, message });
  }

  /**
   * A run that was killed after its rules led to the new tasks has left the old ones kept, and the deployment without an
   * end. It gets one first: a deployment that failed after it would go back to what no rule leads to.
   */
  async #finished(change: ServicePreparation): Promise<ServiceState | undefined> {
    const { control, clock } = this.#options;
    let state = await control.describe(change);
    if (state === undefined || !change.awaited || !areLeading(state.targets, change.leading)) return state;
    for (let look = 0; look < endLooks && state !== undefined && isGoingOn(state); look += 1) {
      if (look === 0) await control.protect(change, false);
      await clock.sleep(endInterval, this.#leaving.signal);
      state = await control.describe(change);
    }
    return state;
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

  async release(key: string): Promise<void> {
    const request = this.#followed.get(key)?.request;
    if (request !== undefined && this.#kept.delete(key)) await this.#options.control.protect(request, false);
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
  }

  #begin(request: ServiceRequest): Followed {
    const { control, clock, timeout = 20 * 60_000, onProgress } = this.#options;
    const running = openPromise();
    const well = openPromise();
    const follower = new ServiceFollower(request, {
      control,
      clock,
      timeout,
      signal: this.#leaving.signal,
      onStarted: running.resolve,
      onHealthy: well.resolve,
      ...(onProgress === undefined ? {} : { onProgress }),
    });
    const ended = follower.follow();
    const steady = ended.then((end) => this.#settle(request, end));
    const steadied = steady.then(() => undefined);
    const started = Promise.race([running.promise, steadied]);
    const healthy = Promise.race([well.promise, steadied]);
    // Whoever waits hears of it; where nobody does, it is in `failures`.
    for (const promise of [steady, started, healthy]) promise.catch(() => undefined);
    return { request, follower, ended, started, healthy, steady };
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
    if (end.over) await this.#letGo(request).catch(() => undefined);
    await (this.#round ??= this.#others());
    const path = `services.${service}`;
    throw new BerthError("deployment", { path, message: end.failure.message });
  }

  /**
   * ECS has taken a deployment back: what is kept may go where the rules lead to what it has gone back to. A deployment
   * that goes on could still take the place of what is kept.
   */
  async #letGo(request: ServiceRequest): Promise<void> {
    const key = keyOf(request);
    const kept = this.#kept.get(key);
    const state = kept && (await this.#options.control.describe(request));
    if (state !== undefined && areLeading(state.targets, kept?.leading ?? [])) await this.release(key);
  }

  async #others(): Promise<void> {
    for (const { follower } of this.#followed.values()) follower.hurry(this.#options.patience ?? 2 * 60_000);
    await this.#allEnded();
    this.#leaving.abort();
  }

  async #allEnded(): Promise<void> {
    await Promise.all([...this.#followed.values()].map(({ ended }) => ended));
  }
}
