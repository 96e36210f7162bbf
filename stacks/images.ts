/** What the program is told of images. */
import { definedOnly } from "../src/defined";
import type { ProjectProgramArgs } from "../src/ports";

/** Where builds take their base images from. */
export interface BuildSources {
  /** The registries that have a cache, as images name them (kaniko, `--registry-map`), with its prefix. */
  readonly caches: Readonly<Record<string, string>>;
  /** Images of Amazon ECR that builds read by name. */
  readonly ecrImages: readonly string[];
}

export function buildSources({
  project,
  pullThroughDockerHub,
  pullThroughEcrPublic,
}: ProjectProgramArgs): BuildSources {
  return {
    caches: definedOnly({ "index.docker.io": pullThroughDockerHub, "public.ecr.aws": pullThroughEcrPublic }),
    ecrImages: project.services.flatMap((service) =>
      service.kind === "container" && service.image.kind === "build"
        ? (service.image.build.ecrImages ?? [])
        : [],
    ),
  };
}

/** Images by their names, which are pulled as they are. */
export function imageReferences({ project }: ProjectProgramArgs): readonly string[] {
  return project.services.flatMap((service) =>
    service.kind === "container" && service.image.kind === "reference" ? [service.image.reference] : [],
  );
}
