/** What the program is told of images. */
import { definedOnly } from "../src/defined";
import type { ProjectProgramArgs } from "../src/ports";

/** The registries that have a cache, as images name them (kaniko, `--registry-map`). */
export function caches({
  pullThroughDockerHub,
  pullThroughEcrPublic,
}: ProjectProgramArgs): Record<string, string> {
  return definedOnly({ "index.docker.io": pullThroughDockerHub, "public.ecr.aws": pullThroughEcrPublic });
}

/** Images by their names, which are pulled as they are. */
export function imageReferences({ project }: ProjectProgramArgs): readonly string[] {
  return project.services.flatMap((service) =>
    service.kind === "container" && service.image.kind === "reference" ? [service.image.reference] : [],
  );
}
