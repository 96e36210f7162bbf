/** Which services wait for which. */
import type { OneOffTaskArgs } from "../src/components/service/one-off-task";
import type { ContainerService as ContainerModel, Dependency } from "../src/model/project";
import type { ProjectProgramArgs } from "../src/ports";

/** A one-off task that others wait for fails the run unless each of them says `required: false`. */
export function runOf(
  service: ContainerModel,
  { project, tasks, targets }: ProjectProgramArgs,
): Pick<OneOffTaskArgs, "tasks" | "targets" | "required"> {
  const waiting = project.services.flatMap(({ dependsOn }) =>
    dependsOn.filter((dependency) => dependency.service === service.name),
  );
  const required = waiting.length === 0 || waiting.some((dependency) => dependency.required);
  return { tasks, required, ...(targets === undefined ? {} : { targets }) };
}

/** What comes before this service's first task: what it depends on, and the databases that it names without that. */
export function waitsFor({ dependsOn, uses }: ContainerModel): readonly Omit<Dependency, "required">[] {
  const named = new Set(dependsOn.map((dependency) => dependency.service));
  const others = uses.filter((service) => !named.has(service));
  return [...dependsOn, ...others.map((service) => ({ service, condition: "service_healthy" as const }))];
}
