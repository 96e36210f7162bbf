/** The verdicts on the keys of a build (Compose Build Specification). */
import { all, honoured, refused, type Rule, section, warned } from "./rules";

export const build: Rule = section({
  context: honoured("a folder of the project; a URL is refused"),
  dockerfile: honoured(),
  args: honoured("an argument whose variable is set nowhere is left out"),
  target: honoured(),
  platforms: honoured("one, or one that service's platform names"),
  dockerfile_inline: refused(
    "this version of Berth builds from Dockerfiles only",
    "write the lines to a file and name it under build.dockerfile",
  ),
  additional_contexts: refused(
    "the builder takes one context",
    "copy the files under build.context, or use a stage of the Dockerfile",
  ),
  ...all(
    ["secrets", "ssh"],
    refused(
      "a build is given no secrets",
      "read the secret when the container runs: put it under environment",
    ),
  ),
  ...all(
    ["privileged", "entitlements"],
    refused("a build task on Fargate has no further rights on its host", "take it out"),
  ),
  extra_hosts: refused("Fargate writes no hosts file entries", "use a name that DNS resolves"),
  network: warned("a build runs in the private subnets, with a way out to the internet"),
  ...all(
    ["cache_from", "cache_to", "no_cache", "no_cache_filter", "pull"],
    warned("the builder keeps a cache of its own in the project's registry"),
  ),
  tags: warned("the image's tag is the digest of its content"),
  labels: warned("nothing reads the image's labels"),
  ...all(["shm_size", "ulimits"], warned("the build task sets its own limits")),
  isolation: warned("every build runs in a task of its own"),
  ...all(["provenance", "sbom"], warned("the builder writes no attestations")),
});
