/** Dependencies of a run's resources: neither events nor results carry them, the plan and the state do. */
import type { EngineRun } from "../../ports";
import type { RunRecorder } from "../events";

type Dependencies = ReadonlyMap<string, readonly string[]>;

/** What each resource depends on, from the file that `pulumi preview --save-plan` writes. */
export function planDependencies(text: string): Dependencies {
  const plan = JSON.parse(text) as {
    readonly resourcePlans: Readonly<
      Record<string, { readonly goal?: { readonly dependencies?: readonly string[] } | null }>
    >;
  };
  const known = Object.entries(plan.resourcePlans).filter(([, resource]) => resource.goal);
  return new Map(known.map(([urn, resource]) => [urn, resource.goal?.dependencies ?? []]));
}

/** The run's result, with each step's dependencies from the first source that knows the resource. */
export function withDependencies(
  recorder: RunRecorder,
  sources: readonly (Dependencies | undefined)[],
): EngineRun {
  const steps = recorder.steps().map((step) => {
    const found = sources.map((source) => source?.get(step.urn)).find((urns) => urns !== undefined);
    return { ...step, dependsOn: [...(found ?? [])].sort() };
  });
  return { steps, outputs: recorder.outputs() };
}
