/** What the program receives about images. */
import { definedOnly } from "../src/defined";
import type { ClusterArgs } from "../src/components/stack/cluster";
import type { Scope } from "../src/components/stack/scope";
import { containersOf } from "../src/model/containers";
import { cachedName, registryOf } from "../src/model/image-name";
import type { ContainerService } from "../src/model/project";
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
  executor,
  pullThroughDockerHub,
  pullThroughEcrPublic,
}: ProjectProgramArgs): BuildSources {
  return {
    ...definedOnly({ executor }),
    caches: definedOnly({ "index.docker.io": pullThroughDockerHub, "public.ecr.aws": pullThroughEcrPublic }),
    ecrImages: project.services.flatMap((service) =>
      service.kind === "container" && service.image.kind === "build"
        ? (service.image.build.ecrImages ?? [])
        : [],
    ),
  };
}

/**
 * The services, with the names that the account's pull-through cache has for their images of Docker Hub. What a login is
 * named for stays where it is: the cache has a login of its own. So does what an instance pulls, by a role that may fill no
 * cache (ECR User Guide, "Using Amazon ECR images with Amazon ECS").
 */
export function cachedServices(
  services: readonly ContainerService[],
  { mode, pullThroughDockerHub: prefix }: ProjectProgramArgs,
  scope: Scope,
): readonly ContainerService[] {
  if (prefix === undefined || mode.imageCache === "builds") return services;
  return services.map((service) => {
    const { image, gpus, registryCredentials, site } = service;
    if (image.kind !== "reference" || registryOf(image.reference) !== "docker.io") return service;
    if (gpus !== undefined || registryCredentials !== undefined || site !== undefined) return service;
    const reference = cachedName(image.reference, scope.repositoryUrl(prefix));
    return { ...service, image: { ...image, reference } };
  });
}

/** Images by their names, which are pulled as they are, and what the account's cache is called. */
export function pulledImages(
  args: ProjectProgramArgs,
  scope: Scope,
): Pick<ClusterArgs, "imageReferences" | "cachePrefix"> {
  const imageReferences = cachedServices(containersOf(args.project), args, scope).flatMap(({ image }) =>
    image.kind === "reference" ? [image.reference] : [],
  );
  return { imageReferences, ...definedOnly({ cachePrefix: args.pullThroughDockerHub }) };
}

/** What the next run knows of where this one's services pull from. */
export function cacheOutputs({ mode, pullThroughDockerHub }: ProjectProgramArgs): object {
  return pullThroughDockerHub === undefined || mode.imageCache === "builds" ? {} : { imageCache: "all" };
}
