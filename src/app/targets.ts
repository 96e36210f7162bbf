/** `--target`: a URN as it is, or a service's name, which stands for its resources and what they need. */
import { BerthError } from "../errors";
import type { Engine, ProgramRequest, ResourceStep } from "../ports";
import type { Project } from "../project/model";

/**
 * The URNs that an operation is restricted to, `undefined` for all.
 * A service's resources are known only from a preview, so one is made where a service is named.
 *
 * @throws BerthError (usage) that lists every target that is neither a URN nor a service
 */
export async function targetUrns(
  targets: readonly string[],
  project: Project,
  engine: Engine,
  request: ProgramRequest,
): Promise<readonly string[] | undefined> {
  if (targets.length === 0) return undefined;
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
  if (named.length === 0) return urns;
  const { steps } = await engine.preview({ ...request, onEvent: () => undefined });
  return [...new Set([...urns, ...named.flatMap((service) => urnsOfService(service, steps))])].sort();
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

/** Each resource's outermost component; what stands outside of any, the stack and the provider, is its own. */
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
