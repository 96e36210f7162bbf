/**
 * One run over the state of a stack: what the program registers is created, updated, replaced or left as it is, and
 * what it no longer registers is deleted, dependents first. Pulumi's own engine is the model of each rule here.
 */
import { createHash } from "node:crypto";
import { seal, unknown, type Properties } from "../cloud/cloud";
import { guardZone, roleOf } from "../cloud/zones";
import { ignoring, isEngineOwn, openInputs, planOf, type Goal, type Plan } from "./goal";
import { ProtectionError } from "../../engine/protection";
import { Deletions } from "./deletions";
import type { DeploymentOptions } from "./options";
import type { StateResource } from "../state/state";
import { Halted } from "./work";

/** What a registration is answered. */
export interface Registered {
  readonly id?: string;
  readonly outputs: Properties;
  /** Nothing is known of it: it isn't targeted, and doesn't exist. */
  readonly skipped?: true;
}

export class Deployment {
  private readonly deletions: Deletions;
  /** Dependents that went before a resource that is deleted before its replacement. */
  private readonly recreate = new Map<string, StateResource>();

  constructor(private readonly options: DeploymentOptions) {
    this.deletions = new Deletions(options);
  }

  /** Makes a resource what the program wants. @throws Halted where the run is ending */
  async register(goal: Goal): Promise<Registered> {
    const { recorder, work } = this.options;
    recorder.place(goal.urn, goal.parent);
    try {
      return await work.run(() => this.settle(goal));
    } catch (error) {
      if (!(error instanceof Halted)) {
        recorder.problem(goal.urn, error);
        work.halt();
      }
      throw error;
    }
  }

  private async settle(goal: Goal): Promise<Registered> {
    const { state } = this.options;
    const claimed = state.claim(goal.urn, goal.aliases);
    const old = this.recreate.get(goal.urn) ?? claimed;
    if (!isEngineOwn(goal) && this.isLeftOut(goal.urn)) return this.leave(goal, old);
    const kept = this.checked(goal, old, old?.inputs);
    const wanted = planOf(goal, kept, old, this.options.cloud);
    const plan = this.recreate.has(goal.urn) ? recreated(wanted) : this.asked(goal, wanted);
    // A replacement is checked as something new: a name that was made for the old one is in use.
    const inputs = plan.op === "replace" ? this.checked(goal, old, undefined) : kept;
    return this.carryOut(goal, inputs, old, plan);
  }

  /** What is to be made again is replaced, as by Pulumi's `--replace`. */
  private asked(goal: Goal, wanted: Plan): Plan {
    if (wanted.op === "create" || wanted.op === "replace" || !this.options.replace.has(goal.urn))
      return wanted;
    const diff = "diff" in wanted ? wanted.diff : [];
    return { op: "replace", diff, deleteFirst: goal.deleteBeforeReplace ?? false };
  }

  /** The inputs as the cloud completes them. */
  private checked(goal: Goal, old: StateResource | undefined, oldInputs: Properties | undefined): Properties {
    if (isEngineOwn(goal)) return goal.inputs;
    const { cloud, recorder, work, lenient } = this.options;
    const open = lenient ? [] : openInputs(goal.inputs);
    if (open.length > 0) throw new Error(`${open.join(", ")}: it needs a resource that is not targeted`);
    const wanted = ignoring(goal.inputs, old?.inputs, goal.ignoreChanges);
    const { inputs, refusals } = cloud.check(goal.type, goal.urn, wanted, oldInputs);
    for (const refusal of refusals) recorder.refusal(goal.urn, refusal);
    if (refusals.length > 0 && !lenient) {
      work.halt();
      throw new Halted();
    }
    return inputs;
  }

  private async carryOut(
    goal: Goal,
    inputs: Properties,
    old: StateResource | undefined,
    plan: Plan,
  ): Promise<Registered> {
    const { recorder, state, lenient } = this.options;
    // Unprotecting and replacing may happen in one run: what the program says now counts.
    if (plan.op === "replace" && goal.protect) {
      const changed = plan.diff.join(", ");
      const error = new ProtectionError(
        `it is protected, and ${changed} can't be changed without replacing it`,
      );
      if (!lenient || old === undefined) throw error;
      recorder.problem(goal.urn, error);
      await state.put(old);
      return { id: old.id ?? "", outputs: old.outputs };
    }
    const entry = entryOf(goal, inputs, old);
    const secrets = Object.fromEntries(goal.unknownSecrets.map((key) => [key, seal("")]));
    const told = { ...entry, inputs: { ...inputs, ...secrets } };
    recorder.record(plan.op, told, "diff" in plan ? plan.diff : undefined);
    const made = await recorder.during(plan.op, goal.urn, () => this.begun(goal, entry, old, plan));
    const id = made.id === undefined ? {} : { id: made.id };
    await state.put({ ...entry, ...id, outputs: made.outputs });
    return made;
  }

  /** Makes it; whatever reaches the cloud is in the state before, so that a kill between the two loses nothing. */
  private async begun(
    goal: Goal,
    entry: StateResource,
    old: StateResource | undefined,
    plan: Plan,
  ): Promise<Registered> {
    if (this.options.dryRun || isEngineOwn(goal) || plan.op === "same") {
      return this.make(goal, entry, old, plan);
    }
    const { state } = this.options;
    const op = plan.op === "update" ? "updating" : "creating";
    const resource = op === "updating" && old?.id !== undefined ? { ...entry, id: old.id } : entry;
    await state.begin(op, resource);
    try {
      return await this.make(goal, entry, old, plan);
    } catch (error) {
      await state.giveUp(op, resource);
      throw error;
    }
  }

  private async make(
    goal: Goal,
    entry: StateResource,
    old: StateResource | undefined,
    plan: Plan,
  ): Promise<Registered> {
    if (isEngineOwn(goal)) {
      const id = goal.custom ? { id: old?.id ?? providerId(goal.urn) } : {};
      return { ...id, outputs: goal.custom ? entry.inputs : (old?.outputs ?? {}) };
    }
    if (old !== undefined && plan.op === "same") return { id: old.id ?? "", outputs: old.outputs };
    if (this.options.dryRun) return this.foresee(goal, entry, old, plan);
    if (goal.importId !== "" && old === undefined) return this.adopt(goal);
    this.guard(plan.op === "update" ? "updating" : "creating", goal, entry.inputs);
    if (old !== undefined && plan.op === "update") {
      const { type, ignoreChanges } = goal;
      const { cloud } = this.options;
      const outputs = await cloud.update(type, old.id ?? "", old.outputs, entry.inputs, ignoreChanges);
      return { id: old.id ?? "", outputs };
    }
    return this.create(goal, entry, old, plan);
  }

  /** @throws CloudError where its provider may not change the zone */
  private guard(doing: string, { type, provider }: Goal, { zoneId }: Properties): void {
    const inputs = this.options.state.get(provider.slice(0, provider.lastIndexOf("::")))?.inputs;
    guardZone(doing, { type, zoneId }, roleOf(inputs));
  }

  private foresee(goal: Goal, entry: StateResource, old: StateResource | undefined, plan: Plan): Registered {
    const { cloud } = this.options;
    if (plan.op === "update" && old !== undefined) {
      return { id: old.id ?? "", outputs: cloud.preview(goal.type, goal.urn, entry.inputs, old.outputs) };
    }
    if (plan.op === "replace" && plan.deleteFirst && old !== undefined && !this.recreate.delete(goal.urn)) {
      for (const dependent of this.replacedWith(old)) this.recreate.set(dependent.urn, dependent);
    }
    return { outputs: cloud.preview(goal.type, goal.urn, entry.inputs) };
  }

  private async adopt(goal: Goal): Promise<Registered> {
    const found = await this.options.cloud.read(goal.type, goal.importId);
    if (found === undefined) throw new Error(`there is no '${goal.importId}' to import`);
    return { id: found.id, outputs: found.outputs };
  }

  private async create(
    goal: Goal,
    entry: StateResource,
    old: StateResource | undefined,
    plan: Plan,
  ): Promise<Registered> {
    const { cloud, state } = this.options;
    const replaced = plan.op === "replace" && !this.recreate.delete(goal.urn) ? old : undefined;
    if (replaced !== undefined && plan.op === "replace" && plan.deleteFirst)
      await this.deleteWithDependents(replaced);
    const made = await cloud.create(goal.type, goal.urn, entry.inputs);
    if (replaced !== undefined && plan.op === "replace" && !plan.deleteFirst) state.supersede(replaced);
    return { id: made.id, outputs: made.outputs };
  }

  private async deleteWithDependents(old: StateResource): Promise<void> {
    const dependents = this.replacedWith(old);
    const guarded = [...dependents, old].find(({ protect }) => protect);
    if (guarded !== undefined && guarded !== old)
      throw new Error(`'${guarded.urn}' would have to be replaced too, and is protected`);
    for (const dependent of [...dependents].reverse()) {
      await this.deletions.remove(dependent);
      this.recreate.set(dependent.urn, dependent);
    }
    await this.deletions.remove(old);
  }

  /** What has to be replaced when this goes: what depends on it by an input that can't be changed in place. */
  private replacedWith(old: StateResource): readonly StateResource[] {
    const { cloud, state } = this.options;
    const gone = new Set([old.urn]);
    const found: StateResource[] = [];
    for (const candidate of state.waiting()) {
      if (!candidate.custom || candidate.type.startsWith("pulumi:")) continue;
      const touched = Object.entries(candidate.propertyDependencies)
        .filter(([, urns]) => urns.some((urn) => gone.has(urn)))
        .map(([property]) => property);
      if (touched.length === 0) continue;
      const changed = { ...candidate.inputs, ...Object.fromEntries(touched.map((name) => [name, unknown])) };
      if (cloud.diff(candidate.type, candidate.inputs, changed).replaces.length === 0) continue;
      gone.add(candidate.urn);
      found.push(candidate);
    }
    return found;
  }

  private isLeftOut(urn: string): boolean {
    const { targets } = this.options;
    return targets.size > 0 && !targets.has(urn);
  }

  /** What isn't targeted stays as it is, or is not known. */
  private async leave(goal: Goal, old: StateResource | undefined): Promise<Registered> {
    const { cloud, recorder, state } = this.options;
    if (old === undefined) return { outputs: cloud.preview(goal.type, goal.urn, goal.inputs), skipped: true };
    recorder.record("same", old);
    await state.put(old);
    return { id: old.id ?? "", outputs: old.outputs };
  }

  /** After the program: deletes what it no longer has, and the old halves of replacements. */
  async finish(): Promise<void> {
    const { state, recorder, dryRun } = this.options;
    for (const gone of dryRun ? [] : this.recreate.values()) recorder.record("delete", gone);
    const leftover = state.waiting().filter(({ urn }) => !this.isLeftOut(urn));
    await this.deletions.all([...leftover, ...state.superseded()]);
  }
}

/** A resource that was deleted already is made again, whatever its inputs say. */
function recreated(plan: Plan): Plan {
  return { op: "replace", diff: "diff" in plan ? plan.diff : [], deleteFirst: true };
}

function entryOf(goal: Goal, inputs: Properties, old: StateResource | undefined): StateResource {
  return {
    urn: goal.urn,
    type: goal.type,
    custom: goal.custom,
    ...(goal.parent === "" ? {} : { parent: goal.parent }),
    inputs,
    outputs: old?.outputs ?? {},
    dependencies: goal.dependencies,
    propertyDependencies: goal.propertyDependencies,
    protect: goal.protect,
    retainOnDelete: goal.retainOnDelete,
    ...(goal.provider === "" ? {} : { provider: goal.provider }),
    ...(goal.deletedWith === "" ? {} : { deletedWith: goal.deletedWith }),
  };
}

/** A provider's id: a UUID, the same for the same URN. */
function providerId(urn: string): string {
  const digits = createHash("sha256").update(urn).digest("hex");
  return [8, 12, 16, 20, 32].map((end, n) => digits.slice([0, 8, 12, 16, 20][n], end)).join("-");
}
