/** Deletes resources, each after everything that depends on it; what doesn't depend on each other goes side by side. */
import { ProtectionError } from "../../engine/protection";
import { guardZone, roleOf } from "../cloud/zones";
import type { StateResource } from "../state/state";
import type { DeploymentOptions } from "./options";
import { isEngineOwn } from "./goal";
import { Halted } from "./work";

export class Deletions {
  constructor(private readonly options: DeploymentOptions) {}

  /** Deletes all of them, or none where one is protected. Failures are noted, and what they hold up is left. */
  async all(resources: readonly StateResource[]): Promise<void> {
    const { recorder, work, lenient } = this.options;
    const guarded = resources.filter(({ protect, delete: replaced }) => protect && replaced !== true);
    for (const { urn } of guarded)
      recorder.problem(urn, new ProtectionError("it is protected and can't be deleted"));
    if (guarded.length > 0) {
      if (!lenient) work.halt();
      return;
    }
    const begun = new Map<StateResource, Promise<boolean>>();
    const begin = (resource: StateResource): Promise<boolean> => {
      const known = begun.get(resource);
      if (known !== undefined) return known;
      const dependents = resources.filter((other) => other !== resource && dependsOn(other, resource));
      const done = Promise.all(dependents.map(begin)).then(
        (gone) => gone.every(Boolean) && this.attempt(resource),
      );
      begun.set(resource, done);
      return done;
    };
    await Promise.all([...resources].reverse().map(begin));
  }

  /** @returns whether it is gone */
  private async attempt(resource: StateResource): Promise<boolean> {
    const { recorder, work, lenient } = this.options;
    if (resource.delete !== true) recorder.record("delete", resource);
    try {
      const op = resource.delete === true ? "replace" : "delete";
      await work.run(() => recorder.during(op, resource.urn, () => this.remove(resource)));
      return true;
    } catch (error) {
      if (error instanceof Halted) return false;
      recorder.problem(resource.urn, error);
      if (!lenient) work.halt();
      return false;
    }
  }

  /** Deletes it from the cloud and from the state; a preview only says so. */
  async remove(resource: StateResource): Promise<void> {
    const { cloud, state, dryRun } = this.options;
    if (dryRun) return;
    const parentGoes = resource.deletedWith !== undefined && state.get(resource.deletedWith) === undefined;
    if (!isEngineOwn(resource) && !resource.retainOnDelete && !parentGoes) {
      await state.begin("deleting", resource);
      try {
        const { type, provider = "", outputs } = resource;
        const inputs = state.get(provider.slice(0, provider.lastIndexOf("::")))?.inputs;
        guardZone("deleting", { type, zoneId: outputs["zoneId"] }, roleOf(inputs));
        await cloud.delete(type, resource.id ?? "");
      } catch (error) {
        await state.giveUp("deleting", resource);
        throw error;
      }
    }
    await state.drop(resource);
  }
}

function dependsOn(a: StateResource, b: StateResource): boolean {
  // The two halves of a replacement share a URN, and neither waits for the other.
  if (a.urn === b.urn) return false;
  const needed = [...a.dependencies, a.parent, a.deletedWith];
  // A provider's reference is its URN and its id.
  return needed.includes(b.urn) || a.provider?.startsWith(`${b.urn}::`) === true;
}
