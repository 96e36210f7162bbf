/** Follows one service of ECS from the engine's hands to its end: steady, or known to fail. */
import { messageOf } from "../errors";
import type { ServiceProgress, ServiceRequest, ServiceState } from "../ports";
import { definedOnly } from "../defined";
import { HealthGate } from "./balancing";
import { FollowedCourse, mostOf } from "./course";
import { ServiceEvidence, stopWords } from "./evidence";
import { failureOf } from "./failure";
import type { FollowerOptions, ServiceEnd } from "./following";
import { failureThreshold, isStale, isSteady, judge, movedVerdict, primaryOf, type Verdict } from "./verdict";

/** Milliseconds between two looks: short at first, since a service that did not change is steady already. */
const pollInterval = { first: 1_000, factor: 1.3, longest: 10_000 };
/** The part of an interval that is chance, so that many services don't ask in step. */
const jitter = 0.2;
/** Looks in a row that may fail: each has been retried by the SDK before. */
const blindLooks = 5;
/** Looks that ECS may be behind the deployment that was just asked for. */
const behindLooks = 5;

/**
 * Milliseconds that a service has to stay steady before it is believed: ECS calls one steady whose tasks merely run.
 * One without any check could end in its first seconds, and one whose tasks have failed before could do so again.
 */
const probation = { unchecked: 10_000, shaken: 60_000 };

export class ServiceFollower {
  readonly #evidence: ServiceEvidence;
  readonly #begun: number;
  /** Milliseconds slept, which is what time limits count: a rehearsal's clock does not wait. */
  #waited = 0;
  #interval = pollInterval.first;
  #deploymentId = "";
  /** The deployment was complete before it was followed. */
  #settled = false;
  #steadySince: number | undefined;
  #last = { running: 0, desired: 0 };
  #onSpot = false;
  /** The deployment that found no room on Spot: the service was moved from there, which happens once. */
  #movedFrom: string | undefined;
  /** Milliseconds slept at which it is given up. */
  #limit: number;
  #started = false;
  readonly #gate: HealthGate;
  #state: ServiceState | undefined;
  readonly #moves: FollowedCourse;
  /** Whether the rules that waited for its healthy tasks lead to them. */
  #released: boolean;
  /** {@link hurry}'s limit, in milliseconds slept. */
  #patience: number | undefined;

  constructor(
    private readonly request: ServiceRequest,
    private readonly options: FollowerOptions,
  ) {
    this.#evidence = new ServiceEvidence(request, options.control);
    this.#begun = options.clock.now();
    this.#released = request.awaited !== true;
    this.#limit = options.timeout + mostOf(request);
    this.#moves = new FollowedCourse(request, {
      ...options,
      onStage: (words, stage, left) => {
        this.#tell("shifting", words, definedOnly({ stage, left }));
      },
    });
    this.#gate = new HealthGate(request, options.control, options.onHealthy);
  }

  async follow(): Promise<ServiceEnd> {
    try {
      return await this.#course();
    } catch (error) {
      if (this.options.signal.aborted) return this.#left();
      return this.#failed({ kind: "failed", cause: "unseen", words: messageOf(error) });
    }
  }

  /** The run has failed of another service: this one is given so many milliseconds more to show its state. */
  hurry(patience: number): void {
    this.#patience ??= this.#waited + patience;
  }

  /** Rules lead to its tasks: from now on ECS can complete the deployment. */
  released(): void {
    this.#released = true;
    this.#limit = this.#waited + this.options.timeout;
  }

  async #course(): Promise<ServiceEnd> {
    const { signal } = this.options;
    let state = await this.#begin();
    while (!signal.aborted) {
      const end = await this.#endOf(state === undefined ? gone : await this.#look(state));
      if (end !== undefined) return end;
      await this.#sleep();
      state = await this.#describe();
    }
    return this.#left();
  }

  #left(): ServiceEnd {
    this.#tell("cancelled");
    return { kind: "left" };
  }

  /** The first look, at a deployment that this run or an earlier one has begun and that may still succeed. */
  async #begin(): Promise<ServiceState | undefined> {
    const state = await this.#fresh();
    const primary = state === undefined ? undefined : primaryOf(state);
    if (primary === undefined) return undefined;
    this.#deploymentId = primary.id;
    this.#settled = primary.rollout === "COMPLETED";
    if (this.#settled && !isSteady(primary)) await this.#evidence.forget();
    if (!this.#settled) this.#tell("waiting");
    return state;
  }

  /**
   * What is over at the first look is another run's: a deployment takes minutes to fail. It would stay so, since for
   * the engine nothing has changed; so the definition is deployed once more.
   */
  async #fresh(): Promise<ServiceState | undefined> {
    let state = await this.#describe();
    for (let look = 1; look <= behindLooks && (await this.#isOver(state)); look += 1) {
      // ECS may be a moment behind its own answers, to the engine and to us.
      await this.#sleep();
      state = await this.#describe();
      if (look > 1 || !(await this.#isOver(state))) continue;
      await this.#evidence.forget();
      await this.options.control.redeploy(this.request);
      this.#tell("restarted", "an earlier deployment of it had failed");
      state = await this.#describe();
    }
    return state;
  }

  async #isOver(state: ServiceState | undefined): Promise<boolean> {
    const primary = state === undefined ? undefined : primaryOf(state);
    if (state === undefined || primary === undefined) return false;
    // ECS may show a deployment that moves requests before it shows the tasks of it.
    await this.#moves.look(this.#waited);
    if (this.#moves.isOpen) return false;
    if (isStale(state, this.request.taskDefinitionArn)) return true;
    if (primary.rollout === "COMPLETED") return false;
    await this.#evidence.gather(primary.id);
    return this.#evidence.stops.length >= failureThreshold(primary.desired);
  }

  async #describe(): Promise<ServiceState | undefined> {
    const { control, signal } = this.options;
    for (let look = 1; ; look += 1) {
      try {
        return await control.describe(this.request);
      } catch (error) {
        if (look === blindLooks || signal.aborted) throw error;
        await this.#sleep();
      }
    }
  }

  async #look(given: ServiceState): Promise<Verdict> {
    await this.#moves.look(this.#waited);
    // What ECS has rolled back to may not have been there yet a moment ago.
    const state = this.#moves.hasFailed ? ((await this.#describe()) ?? given) : given;
    const primary = primaryOf(state);
    this.#state = state;
    // ECS may be a moment behind its own answer.
    if (primary !== undefined && primary.id === this.#movedFrom) return { kind: "going" };
    const { taskDefinitionArn } = this.request;
    if (primary?.taskDefinitionArn === taskDefinitionArn) {
      this.#last = { running: primary.running, desired: primary.desired };
      this.#onSpot = primary.spot;
      if (!this.#started && (primary.running > 0 || primary.desired === 0)) {
        this.#started = true;
        this.options.onStarted();
      }
      await this.#gate.look(state, primary);
      if (this.#isNewer(state, primary.id, primary.rolloutReason)) this.#deploymentId = primary.id;
    }
    const untroubled = primary !== undefined && isSteady(primary) && this.#settled;
    if (!untroubled) {
      const fresh = await this.#evidence.gather(this.#deploymentId);
      for (const task of fresh) this.#tell("stopped", stopWords(task));
    }
    const { stops } = this.#evidence;
    const watched = { taskDefinitionArn, deploymentId: this.#deploymentId, stops };
    const verdict = judge(state, { ...watched, mayMove: this.#movedFrom === undefined });
    return this.request.shift === undefined ? verdict : movedVerdict(verdict, this.#moves, primary);
  }

  /** Somebody has deployed the same definition again meanwhile: that deployment counts now. */
  #isNewer(state: ServiceState, primaryId: string, reason = ""): boolean {
    const followed = state.deployments.find(({ id }) => id === this.#deploymentId);
    return primaryId !== this.#deploymentId && followed?.rollout !== "FAILED" && !/back/i.test(reason);
  }

  async #endOf(verdict: Verdict): Promise<ServiceEnd | undefined> {
    if (verdict.kind === "failed") return this.#failed(verdict);
    if (verdict.kind === "short of Spot") return this.#moveToOnDemand(verdict);
    if (verdict.kind === "steady") {
      this.#steadySince ??= this.#waited;
      if (this.#waited - this.#steadySince < this.#probation()) return undefined;
      this.#tell("steady");
      return { kind: "steady", onDemand: this.request.spot && !this.#onSpot };
    }
    this.#steadySince = undefined;
    if (this.#patience !== undefined && this.#waited >= this.#patience) return this.#left();
    // Healthy tasks that wait for the run's own rules are not late: ECS keeps the old ones until then.
    if (this.#waited < this.#limit || (this.#gate.isOpen && !this.#released)) return undefined;
    const { running, desired } = this.#last;
    const minutes = Math.round(this.#waited / 60_000);
    const words = `after ${minutes} min ${running} of ${desired} tasks ran`;
    return this.#failed({ kind: "failed", cause: "time limit", words });
  }

  /** ECS would wait for Spot for ever. The new deployment is the one that counts, and has a time limit of its own. */
  async #moveToOnDemand({ from, words }: Shortage): Promise<ServiceEnd | undefined> {
    try {
      await this.#evidence.forget();
      await this.options.control.redeploy(this.request, { capacity: "on-demand" });
    } catch (error) {
      const told = `${words}; it can't be moved to on-demand capacity either: ${messageOf(error)}`;
      return this.#failed({ kind: "failed", cause: "capacity", words: told });
    }
    this.#movedFrom = from;
    this.#deploymentId = "";
    this.#settled = false;
    this.#limit = this.#waited + this.options.timeout;
    this.#interval = pollInterval.first;
    this.#tell("moved", "Spot has no room for it, so it runs on demand now");
    return undefined;
  }

  #probation(): number {
    if (this.#evidence.stops.length > 0) return probation.shaken;
    return this.#settled || this.request.checked || this.#last.desired === 0 ? 0 : probation.unchecked;
  }

  async #failed(verdict: Extract<Verdict, { kind: "failed" }>): Promise<ServiceEnd> {
    const evidence = this.#evidence;
    const log = await evidence.log(() => this.#sleep(), this.options.signal);
    const { stops, health } = evidence;
    const moved = this.#movedFrom !== undefined;
    const { failedTest, stage } = this.#moves;
    const shown = failedTest === undefined || log.length > 0 ? log : failedTest.log;
    const facts = {
      verdict,
      stops,
      log: shown,
      moved,
      ...definedOnly({ health, state: this.#state, stage }),
    };
    const failure = failureOf(this.request, facts);
    this.#tell("failed", failure.message);
    return { kind: "failed", failure, over: verdict.ended !== undefined };
  }

  /** A sleep that an abort ends, whether the clock rejects then or not. */
  async #sleep(): Promise<void> {
    const { clock, signal } = this.options;
    const milliseconds = this.#interval * (1 - jitter * Math.random());
    this.#interval = Math.min(this.#interval * pollInterval.factor, pollInterval.longest);
    this.#waited += milliseconds;
    try {
      await clock.sleep(milliseconds, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #tell(
    status: ServiceProgress["status"],
    message?: string,
    more: Pick<ServiceProgress, "stage" | "left"> = {},
  ): void {
    const seconds = (this.options.clock.now() - this.#begun) / 1_000;
    this.options.onProgress?.({
      service: this.request.service,
      status,
      ...this.#last,
      seconds,
      ...(message === undefined ? {} : { message }),
      ...more,
    });
  }
}

type Shortage = Extract<Verdict, { readonly kind: "short of Spot" }>;

const gone: Verdict = { kind: "failed", cause: "gone" };
