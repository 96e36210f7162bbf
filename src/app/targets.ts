/** `--target`: a URN as it is, or a service's name, which means its resources and what they need. */
import { BerthError } from "../errors";
import type { EngineRun, ResourceStep } from "../ports";
import type { Project } from "../model/project";

/** What an operation is restricted to. */
export interface Targets {
  /** @default everything */
  readonly urns?: readonly string[];
  /** What the file has dropped and no target names, as far as an engine would not leave it alone. */
  readonly dropped: readonly ResourceStep[];
}

/**
 * What the targets mean.
 * Which resources there are, and which a service has, is known only from a preview, so one is made.
 *
 * @param preview - of the whole stack
 * @throws BerthError (usage) that lists every target that is neither a URN of the stack nor a service
 */
export async function findTargets(
  targets: readonly string[],
  project: Project,
  preview: () => Promise<EngineRun>,
): Promise<Targets> {
  if (targets.length === 0) return { dropped: [] };
  const services = new Set(project.services.map((service) => service.name));
  const urns = targets.filter((target) => target.startsWith("urn:"));
  const named = targets.filter((target) => !target.startsWith("urn:"));
  const unknown = named.filter((target) => !services.has(target));
  if (unknown.length > 0) {
    throw new BerthError(
      "usage",
      unknown.map((target) => ({
        path: "--target",
        message: `${JSON.stringify(target)} is neither a URN nor a service of the project`,
        hint: `services are ${[...services].join(", ")}`,
      })),
    );
  }
  const { steps } = await preview();
  refuseUnknown(urns, new Set(steps.map(({ urn }) => urn)));
  if (named.length === 0) return { urns, dropped: [] };
  const found = new Set([...urns, ...named.flatMap((service) => urnsOfService(service, steps))]);
  const dropped = dependentsOf(found, steps).filter(({ op }) => op === "delete");
  return { urns: [...found].sort(), dropped };
}

/** @throws BerthError (usage) with each URN of nothing: a run of it would do nothing, and call that a success */
function refuseUnknown(urns: readonly string[], known: ReadonlySet<string>): void {
  const unknown = urns.filter((urn) => !known.has(urn));
  if (unknown.length === 0) return;
  throw new BerthError(
    "usage",
    unknown.map((urn) => ({
      path: "--target",
      message: `the stack has no ${urn}`,
      hint: "the plan lists the URNs: berth-cd preview --plan FILE",
    })),
  );
}

/** What depends on the targets, directly or not, and is none of them. */
function dependentsOf(targets: ReadonlySet<string>, steps: readonly ResourceStep[]): readonly ResourceStep[] {
  const found = new Set(targets);
  let before = -1;
  while (before !== found.size) {
    before = found.size;
    for (const { urn, parent = "", dependsOn } of steps)
      if (found.has(parent) || dependsOn.some((needed) => found.has(needed))) found.add(urn);
  }
  return steps.filter(({ urn }) => found.has(urn) && !targets.has(urn));
}

/**
 * What no target names, an engine should leave alone. Pulumi's does not where it depends on a target: it takes that for
 * a part of the deletion, and the run fails at its end.
 *
 * @throws BerthError (usage) with all of it
 */
export function refuseDropped({ dropped: steps }: Targets): void {
  const dropped = steps.filter(({ parent }) => !steps.some(({ urn }) => urn === parent));
  if (dropped.length === 0) return;
  const names = dropped.map(({ type, name }) => `${type.split(":").at(-1) ?? type} ${name}`);
  throw new BerthError("usage", {
    path: "--target",
    message: `the file has no ${[...new Set(names)].join(", no ")} any more, and a run of some targets can't pass that over`,
    hint: "put it back until then, or run up without --target",
  });
}

/**
 * A service's component, and those that it needs, each whole: a component's parts look each other up in AWS, which no
 * dependency between resources shows.
 */
function urnsOfService(service: string, steps: readonly ResourceStep[]): readonly string[] {
  const components = componentsOf(steps);
  const found = new Set<string>();
  const queue = steps.filter((step) => step.name === service && step.type.startsWith("berth:"));
  for (let step = queue.pop(); step !== undefined; step = queue.pop()) {
    if (found.has(step.urn)) continue;
    found.add(step.urn);
    const needed = new Set([...step.dependsOn, step.parent ?? ""]);
    const whole = components.get(step.urn);
    queue.push(...steps.filter(({ urn }) => needed.has(urn) || components.get(urn) === whole));
  }
  return [...found];
}

/** Each resource's outermost component; what is outside of any, the stack and the provider, is its own. */
function componentsOf(steps: readonly ResourceStep[]): ReadonlyMap<string, string> {
  const byUrn = new Map(steps.map((step) => [step.urn, step]));
  return new Map(
    steps.map((step) => {
      let component = step.urn;
      for (let at: ResourceStep | undefined = step; at !== undefined; at = byUrn.get(at.parent ?? "")) {
        if (at.type.startsWith("berth:")) component = at.urn;
      }
      return [step.urn, component];
    }),
  );
}
