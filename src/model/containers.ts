/** What of a project runs containers. */
import type { ContainerService, Project } from "./project";

/** The services that run containers, in the file's order: all but the managed stores. */
export function containersOf({ services }: Pick<Project, "services">): readonly ContainerService[] {
  return services.filter((service) => service.kind === "container");
}
