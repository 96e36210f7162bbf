/** `x-registry-credentials`: the secret with which ECS pulls the image of a private registry. */
import { readSecretName } from "./environment";
import type { RegistryLogin } from "../model/build";
import { registryOf } from "../model/image-name";
import { isEcr } from "../model/registry-login";
import { isRecord, type Node } from "./node";

/** Registries of ECR, to which the execution role is the key. */
function isAmazons(registry: string): boolean {
  return isEcr(registry) || registry === "public.ecr.aws";
}

/** The name of the secret in Parameter Store: `user:password`. */
export function readRegistryCredentials(service: Node): string | undefined {
  const node = service.get("x-registry-credentials");
  const name = node.text();
  if (name === undefined) return undefined;
  const image = service.get("image").value;
  if (service.get("build").present || typeof image !== "string") {
    node.problem(
      "the image is built, and pulled from the project's own registry",
      `for private base images: build: {x-registry-credentials: {ghcr.io: ${name}}}`,
    );
  } else if (isAmazons(registryOf(image))) {
    node.problem("an image of Amazon ECR is pulled with the role of the task", "remove it");
  }
  const value = readSecretName(name, node);
  return value?.kind === "secret" ? value.name : undefined;
}

/** The host of a registry, with its port. */
const host = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/;

/** `build.x-registry-credentials`: a secret for each registry that base images come from. */
export function readRegistries(node: Node): readonly RegistryLogin[] {
  if (!node.present) return [];
  if (!isRecord(node.value)) {
    node.problem("not a map of registries", "x-registry-credentials: {ghcr.io: GHCR_LOGIN}");
    return [];
  }
  const read = node.entries().flatMap(([written, value]): RegistryLogin[] => {
    if (!host.test(written)) {
      value.problem(
        `${JSON.stringify(written)} is no host of a registry`,
        "like ghcr.io, or docker.io for Docker Hub",
      );
      return [];
    }
    if (isAmazons(written)) {
      value.problem("a registry of Amazon ECR is read with the role of the build task", "remove it");
      return [];
    }
    const name = value.text();
    if (name === undefined || name === "") {
      value.problem("it names no secret", "the name of a secret that contains user:password");
      return [];
    }
    const secret = readSecretName(name, value);
    return secret?.kind === "secret" ? [{ host: written, secret: secret.name }] : [];
  });
  return read.sort((a, b) => (a.host < b.host ? -1 : 1));
}
