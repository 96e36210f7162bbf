/**
 * `--no-build`: "Don't build an image, even if it's policy" (Docker's reference, docker compose up). What is built keeps the
 * image of the stack's last success, whatever the project's files are now, so the next `up` without it builds as ever.
 */
import { BerthError, type Problem } from "../errors";
import type { ContainerService, Project } from "../model/project";
import { platformOf, platformsOf } from "../model/platforms";
import type { ImageTags } from "../ports";
import type { Journal } from "./running/journal";

export interface LastBuilds {
  /** By service: the tags of the last success. */
  readonly images: Readonly<Record<string, ImageTags>>;
  /** The project with the services alone whose tags are still to be found: folders of files, which nobody builds. */
  readonly rest: Project;
}

/**
 * The tags that hold in a run that builds nothing.
 *
 * @param remembered - of the stack's last success
 * @throws BerthError (usage) with every service that has no image, or one for another platform
 */
export function lastBuilds(project: Project, remembered: Journal["built"]): LastBuilds {
  const images = new Map<string, ImageTags>();
  const rest: Project["services"][number][] = [];
  const problems: Problem[] = [];
  for (const service of project.services) {
    if (service.kind !== "container" || service.image.kind !== "build") continue;
    const { name, site } = service;
    const own = remembered[name];
    const isFolder = site !== undefined && site.dir === undefined;
    const problem = isFolder ? undefined : problemOf(service, own);
    if (isFolder) rest.push(service);
    else if (problem !== undefined) problems.push(problem);
    else if (own !== undefined) images.set(name, own);
  }
  if (problems.length > 0) throw new BerthError("usage", problems);
  return { images: Object.fromEntries(images), rest: { ...project, services: rest } };
}

function problemOf(
  service: ContainerService,
  own: Journal["built"][string] | undefined,
): Problem | undefined {
  const path = `services.${service.name}.build`;
  const others = `berth up ${service.name}`;
  if (own === undefined) {
    const message = "--no-build builds nothing, and no deployment that succeeded has built its image";
    return { path, message, hint: `${others}, without --no-build, builds it` };
  }
  const built = own.platforms.map(({ architecture }) => architecture);
  const missing = platformsOf(service).filter((architecture) => !built.includes(architecture));
  if (missing.length === 0) return undefined;
  const of = (architectures: typeof built): string => architectures.map(platformOf).join(", ");
  const message = `--no-build builds nothing, and its image is for ${of(built)}, not for ${of(missing)}`;
  return { path, message, hint: `${others}, without --no-build, builds it` };
}
