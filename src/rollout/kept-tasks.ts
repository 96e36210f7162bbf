/**
 * The tasks that run before a service changes: kept until the load balancer's rules lead to the new ones, and given the
 * traffic back where ECS takes the new ones back (docs/rollouts.md).
 */
import { BerthError } from "../errors";
import type {
  Clock,
  LeadingRule,
  OneOffTasks,
  ServiceControl,
  ServiceFailure,
  ServicePlacement,
  ServicePreparation,
  ServiceProgress,
  ServiceRequest,
  ServiceState,
  DeployedRule,
} from "../ports";
import { areHealthy, changesTargets, isGoingOn, keepsGroups } from "./balancing";
import { failureOf } from "./failure";
import { bearings, type Bearing } from "./leading";
import { isShifted, ShiftPreparation } from "./shift-preparation";
import { runTest } from "./tests";
import { primaryOf } from "./verdict";

const noEvidence = { stops: [], moved: false };

/** Looks at what a deployment comes to, and the milliseconds between them: ten minutes. */
const endLooks = 120;
const endInterval = 5_000;

export interface KeptTasksOptions {
  readonly control: ServiceControl;
  readonly clock: Clock;
  /** Aborted when the watch is to end. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: ServiceProgress) => void;
  /** Runs a service's own test. */
  readonly tests?: OneOffTasks;
  /** Receives a failure that the engine is about to hear of in other words. */
  readonly onFailure?: (failure: ServiceFailure) => void;
}

export function keyOf({ clusterArn, serviceName }: ServicePlacement): string {
  return `${clusterArn} ${serviceName}`;
}

export class KeptTasks {
  /** By key: the rules as they were before this run, of services whose rules wait for the new tasks. */
  readonly #oldRules = new Map<string, readonly DeployedRule[]>();
  /** Keys of services whose old tasks are kept until their rules lead to the new ones. */
  readonly #kept = new Set<string>();
  /** By key: rules that this run has led to the new tasks. */
  readonly #led = new Map<string, readonly LeadingRule[]>();
  /** By rule: the group that ECS had moved its requests to before this run. */
  readonly #moved = new Map<string, string>();
  readonly #shifts: ShiftPreparation;

  constructor(private readonly options: KeptTasksOptions) {
    this.#shifts = new ShiftPreparation(options);
  }

  /** @returns the target groups that the engine is to name, by the index of the target */
  async prepare(given: ServicePreparation): Promise<readonly string[]> {
    const { signal } = this.options;
    const state = await this.#finished(given);
    // Unprepared, the engine must not change it.
    if (signal.aborted) throw new BerthError("cancelled", "the run was cancelled");
    if (state === undefined) return given.targets.map(({ targetGroupArn }) => targetGroupArn);
    await this.#test(given, state);
    for (const [rule, group] of await this.#shifts.leading(given, state)) this.#moved.set(rule, group);
    const groups = await this.#shifts.prepare(given, state);
    const targets = given.targets.map((target, index) => ({
      ...target,
      targetGroupArn: groups[index] ?? target.targetGroupArn,
    }));
    if (!isShifted(targets)) await this.#keep({ ...given, targets }, state);
    return groups;
  }

  async #keep(change: ServicePreparation, state: ServiceState): Promise<void> {
    const { control, onProgress } = this.options;
    // What a run that was killed has kept goes when this one's rules lead to the new tasks, or now.
    // Where the old tasks stop before the new ones start, kept ones would never let them.
    const beside = change.maximumPercent > 100;
    const keep = beside && (!keepsGroups(state.targets, change.targets) || isGoingOn(state));
    if (change.awaited) this.#oldRules.set(keyOf(change), change.rules);
    if (change.awaited && keep) this.#kept.add(keyOf(change));
    if (change.awaited) await control.protect(change, keep);
    // The engine would leave out what hasn't changed for it, and ECS then take the targets that it went back to.
    const known = changesTargets(change.before, change.targets);
    if (known || !changesTargets(state.targets, change.targets)) return;
    await control.redeploy(change, { targets: change.targets });
    const message = "an earlier deployment of it had failed";
    const { service } = change;
    onProgress?.({ service, status: "restarted", running: 0, desired: 0, seconds: 0, message });
  }

  /** Of another revision than the one that runs, and before anything of the service changes. */
  async #test(change: ServicePreparation, state: ServiceState): Promise<void> {
    const { test } = change;
    if (test === undefined || primaryOf(state)?.taskDefinitionArn === change.taskDefinitionArn) return;
    const end = await runTest(change, test, this.options);
    if (end.kind === "left") throw new BerthError("cancelled", "the run was cancelled");
    if (end.kind === "succeeded") return;
    const verdict = { kind: "failed", cause: "test", words: end.message } as const;
    const failure = failureOf(
      { ...change, checked: true, spot: false },
      { ...noEvidence, verdict, log: end.log },
    );
    this.options.onFailure?.(failure);
    throw new BerthError("deployment", { path: `services.${change.service}`, message: failure.message });
  }

  /**
   * A run that was killed after a rule led to the new tasks has left the old ones kept, and the deployment without an end. It
   * gets one first, and the rest of the rules are led there: a deployment that failed after it would go back to what they
   * don't all lead to. Where the new tasks are no longer healthy, everything stays as it is until others are.
   */
  async #finished(change: ServicePreparation): Promise<ServiceState | undefined> {
    const { control } = this.options;
    const state = await control.describe(change);
    if (state === undefined || !change.awaited) return state;
    const rules = await this.#bearings(change, change.rules, state);
    const astray = rules.filter(({ leads }) => !leads);
    const going = isGoingOn(state);
    if (going && astray.length === rules.length) return state;
    if (astray.length > 0) {
      if (!(await areHealthy(change, state, control))) return state;
      for (const { arn, targetGroupArn } of astray) await control.lead(change, arn, targetGroupArn);
    }
    if (!going) return state;
    await control.protect(change, false);
    return this.#lookUntil(change, (now) => !isGoingOn(now));
  }

  /**
   * The rules lead to the new tasks: what is kept goes. The engine leaves a rule alone that {@link takeBack} has moved, and
   * deletes one that the file no longer asks for at the end of the run: until then it leads where the others of its port do.
   */
  async release(request: ServiceRequest, rules: readonly LeadingRule[]): Promise<void> {
    const { control } = this.options;
    const key = keyOf(request);
    this.#led.set(key, rules);
    const going = (this.#oldRules.get(key) ?? []).flatMap(({ arn, groups }) => {
      const port = rules.find((rule) => rule.groups.some((group) => groups.includes(group)));
      return port === undefined || rules.some((rule) => rule.arn === arn) ? [] : [{ ...port, arn }];
    });
    for (const { arn, targetGroupArn } of [...rules, ...going]) {
      const [leading] = await control.leadsTo(request, arn);
      // Somebody has deleted what the engine is to delete.
      if (leading === undefined && rules.every((rule) => rule.arn !== arn)) continue;
      if (leading !== targetGroupArn) await control.lead(request, arn, targetGroupArn);
    }
    if (this.#kept.delete(key)) await control.protect(request, false);
  }

  /** ECS has rolled the deployment back: the rules lead to what it returned to, and nothing is kept. */
  async takeBack(request: ServiceRequest): Promise<void> {
    const { control } = this.options;
    const key = keyOf(request);
    const led = this.#led.get(key) ?? [];
    const oldRules = (this.#oldRules.get(key) ?? []).filter((rule) =>
      led.every(({ arn }) => arn !== rule.arn),
    );
    const rules = [...oldRules, ...led];
    // Its new tasks are no longer kept, and ECS is about to stop them.
    if (led.length > 0) return this.#leadBack(request, rules);
    const state = rules.length === 0 ? undefined : await control.describe(request);
    if (state === undefined) return;
    const before = await this.#bearings(request, rules, state);
    if (before.some(({ leads }) => !leads)) return this.#leadBack(request, rules);
    if (this.#kept.delete(key)) await control.protect(request, false);
  }

  /** The tasks that the rules lead to are kept until those that ECS goes back to are healthy. */
  async #leadBack(request: ServiceRequest, rules: readonly DeployedRule[]): Promise<void> {
    const { control } = this.options;
    await control.protect(request, true);
    const state = await this.#lookUntil(request, (now) => areHealthy(request, now, control));
    const found = state === undefined ? [] : await this.#bearings(request, rules, state);
    for (const { arn, targetGroupArn } of found.filter(({ leads }) => !leads))
      await control.lead(request, arn, targetGroupArn);
    this.#kept.delete(keyOf(request));
    await control.protect(request, false);
  }

  #bearings(
    placement: ServicePlacement,
    rules: readonly DeployedRule[],
    state: ServiceState,
  ): Promise<readonly Bearing[]> {
    return bearings(placement, rules, state, this.options.control, this.#moved);
  }

  async #lookUntil(
    placement: ServicePlacement,
    done: (state: ServiceState) => boolean | Promise<boolean>,
  ): Promise<ServiceState | undefined> {
    const { control, clock, signal } = this.options;
    let state = await control.describe(placement);
    for (let look = 0; look < endLooks && state !== undefined && !(await done(state)); look += 1) {
      await clock.sleep(endInterval, signal);
      state = await control.describe(placement);
    }
    return state;
  }
}
