/**
 * Before the engine changes a service whose requests ECS moves itself, is to move from now on, or has moved until now
 * (docs/rollouts.md).
 */
import { lastOfArn } from "../model/naming";
import { BerthError } from "../errors";
import type {
  BalancedTarget,
  Clock,
  ServiceControl,
  ServiceCourse,
  ServicePreparation,
  ServiceProgress,
  ServiceState,
} from "../ports";
import { areHealthy, isGoingOn } from "./balancing";
import { stageWords } from "./stages";
import { primaryOf } from "./verdict";

/** Milliseconds between two looks. */
const interval = 5_000;
/** Looks at a rolling deployment of what runs already: half an hour. */
const rollingLooks = 360;

export interface ShiftPreparationOptions {
  readonly control: ServiceControl;
  readonly clock: Pick<Clock, "sleep">;
  /** Aborted when the watch is to end. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: ServiceProgress) => void;
}

/** Whether ECS moves the requests of any of them. */
export function isShifted(targets: readonly BalancedTarget[]): boolean {
  return targets.some(({ shift }) => shift !== undefined);
}

export class ShiftPreparation {
  constructor(private readonly options: ShiftPreparationOptions) {}

  /**
   * @param state - as ECS has the service
   * @returns the target groups that the engine is to name, by the index of the target
   */
  async prepare(change: ServicePreparation, state: ServiceState): Promise<readonly string[]> {
    const named = change.targets.map(({ targetGroupArn }) => targetGroupArn);
    const [was, will] = [isShifted(state.targets), isShifted(change.targets)];
    if (!was && !will) return named;
    const same = primaryOf(state)?.taskDefinitionArn === change.taskDefinitionArn && was === will;
    // What goes on is this revision's: it is followed to its end, and its test answered, once the engine is done.
    if (was && !same) await this.#ended(change);
    if (will) await this.#paired(change);
    if (will && !was) await this.#teach(change, state);
    return was && !will ? this.#groupsNow(change, state, named) : named;
  }

  /** Where the requests of each rule are that ECS has moved until now. */
  async leading(change: ServicePreparation, state: ServiceState): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (const { shift } of state.targets) {
      if (shift === undefined) continue;
      const rule = shift.productionListenerRule;
      const [group] = await this.options.control.leadsTo(change, rule);
      if (group !== undefined) found.set(rule, group);
    }
    return found;
  }

  /**
   * "If your service has an ongoing deployment, you can't migrate it": so one that a killed run has left comes to its end
   * first. What waits for that run's test goes back.
   */
  async #ended(change: ServicePreparation): Promise<void> {
    const { control } = this.options;
    let stage: string | undefined;
    for (;;) {
      const course = await control.course(change);
      if (course === undefined || !isOpen(course)) return;
      if (course.hook !== undefined) await control.answer(change, course, "rollback");
      if (course.stage !== stage) this.#tell(change, `an earlier deployment goes on: ${stageWords(course)}`);
      stage = course.stage;
      await this.#pause();
    }
  }

  /**
   * ECS takes a rule with both groups alone ("testListenerRule is required when productionListenerRule is not associated
   * with both targetGroup and alternateTargetGroup", "Troubleshooting Amazon ECS blue/green deployments", ECS developer
   * guide): one that a rolling deployment had led elsewhere, and back, names one.
   */
  async #paired(change: ServicePreparation): Promise<void> {
    const { control } = this.options;
    for (const { targetGroupArn, shift } of change.targets) {
      if (shift === undefined) continue;
      const pair = [targetGroupArn, shift.alternateTargetGroupArn];
      const named = await control.leadsTo(change, shift.productionListenerRule);
      const now = named.find((group) => pair.includes(group));
      const other = pair.find((group) => !named.includes(group));
      if (now !== undefined && other !== undefined)
        await control.lead(change, shift.productionListenerRule, now, other);
    }
  }

  /**
   * AWS wants the alternate group, the rule and the role in a rolling deployment, before the strategy ("Update the
   * deployment strategy from a rolling update to Amazon ECS blue/green", ECS developer guide): of what runs already.
   */
  async #teach(change: ServicePreparation, state: ServiceState): Promise<void> {
    const { control } = this.options;
    const primary = primaryOf(state);
    if (primary === undefined || state.targets.length !== change.targets.length) return;
    const targets = change.targets.map((target, index) => ({
      ...target,
      containerPort: state.targets[index]?.containerPort ?? target.containerPort,
    }));
    this.#tell(change, "it is deployed once as it is, so that ECS knows which rules move its requests");
    // In a mode in which the old tasks may stop first they would: there is room for both.
    const keep = change.maximumPercent > 100;
    if (keep) await control.protect(change, true);
    await control.redeploy({ ...change, taskDefinitionArn: primary.taskDefinitionArn }, { targets });
    let kept = keep;
    for (let look = 0; look < rollingLooks; look += 1) {
      const now = await control.describe(change);
      const made = now && primaryOf(now);
      if (now === undefined || made?.rollout === "FAILED") break;
      if (made?.rollout === "COMPLETED" && isShifted(now.targets) && !isGoingOn(now)) return;
      if (kept && made !== undefined && (await areHealthy(change, now, control))) {
        await control.protect(change, false);
        kept = false;
      }
      await this.#pause();
    }
    const path = `services.${change.service}`;
    throw new BerthError("deployment", {
      path,
      message: `${lastOfArn(primary.taskDefinitionArn)}, which runs, can't be deployed once more, so ECS does not know which rules move its requests`,
      hint: `look at the events of the service ${change.serviceName} in the console of ECS; with x-rollout: rolling it is not needed`,
    });
  }

  /** The engine names the group that has the requests: a rolling deployment moves none. */
  async #groupsNow(
    change: ServicePreparation,
    state: ServiceState,
    named: readonly string[],
  ): Promise<readonly string[]> {
    const leading = await this.leading(change, state);
    const pairs = state.targets.flatMap(({ targetGroupArn, shift }) =>
      shift === undefined
        ? []
        : [
            {
              groups: [targetGroupArn, shift.alternateTargetGroupArn],
              now: leading.get(shift.productionListenerRule) ?? targetGroupArn,
            },
          ],
    );
    return named.map((group) => pairs.find(({ groups }) => groups.includes(group))?.now ?? group);
  }

  #tell({ service }: ServicePreparation, message: string): void {
    this.options.onProgress?.({
      service,
      status: "restarted",
      running: 0,
      desired: 0,
      seconds: 0,
      message,
    });
  }

  async #pause(): Promise<void> {
    const { clock, signal } = this.options;
    const cancelled = (): BerthError => new BerthError("cancelled", "the run was cancelled");
    if (signal.aborted) throw cancelled();
    await clock.sleep(interval, signal);
  }
}

function isOpen({ status }: ServiceCourse): boolean {
  return status === "going" || status === "going back";
}
