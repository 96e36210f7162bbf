/** The verdicts on the keys of a build (Compose Build Specification). */
import { all, honoured, list, map, refused, type Rule, section, warned } from "./rules";

/** Of a service, or of its build. */
export const test: Rule = section(
  { target: honoured() },
  "a stage of the Dockerfile that has to succeed before an image is published and anything is deployed",
);

export const build: Rule = section({
  context: honoured("a folder of the project; a URL is refused"),
  dockerfile: honoured(),
  args: honoured("an argument whose variable is set nowhere is left out"),
  target: honoured(),
  platforms: honoured(
    "of several, the service's platform says which one its tasks run; linux/amd64 without it",
  ),
  labels: map(honoured(), "beside them, the image has org.opencontainers.image.created, source and revision"),
  secrets: list(
    section({
      source: honoured(),
      target: honoured("the id that the Dockerfile mounts it by"),
      ...all(["uid", "gid", "mode"], warned("the Dockerfile's own mount says it")),
    }),
    "from Parameter Store, for RUN --mount=type=secret; 4096 bytes at most",
  ),
  "x-test": test,
  "x-registry-credentials": map(
    honoured(),
    "a registry of private base images to the secret with its user:password, as at the service; docker.io for Docker Hub",
  ),
  "x-snapshots": honoured(
    "full (the default) or fast: fast finds a changed file by size, mode, owner and times alone",
  ),
  dockerfile_inline: honoured("a $ of the Dockerfile's own is written as $$"),
  additional_contexts: map(
    honoured(),
    "a folder of the project with its own .dockerignore, docker-image://, or service: of a service that is built; " +
      "for FROM, COPY --from and, of folders, RUN --mount=type=bind,from; a URL is refused",
  ),
  ssh: refused(
    "a build task has no SSH agent to reach",
    "give it a deploy key or a token under build.secrets, and mount that: RUN --mount=type=secret,id=…",
  ),
  ...all(
    ["privileged", "entitlements"],
    refused("a build task on Fargate has no further rights on its host", "remove it"),
  ),
  extra_hosts: refused("Fargate writes no hosts file entries", "use a name that DNS resolves"),
  network: warned("a build runs in the private subnets, with a way out to the internet"),
  pull: honoured("each run asks the registries for newer base images, and builds again where one has moved"),
  no_cache: honoured("of a build that is made; an image that exists is not built again"),
  ...all(
    ["cache_from", "cache_to", "no_cache_filter"],
    warned("the builder keeps a cache of its own in the project's registry"),
  ),
  tags: warned("the image's tag is the digest of its content"),
  ...all(["shm_size", "ulimits"], warned("the build task sets its own limits")),
  isolation: warned("every build runs in a task of its own"),
  ...all(["provenance", "sbom"], warned("the builder writes no attestations")),
});
