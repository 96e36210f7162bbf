/** `x-registry-credentials`: the secret with which ECS pulls the image of a private registry. */
import { readSecretName } from "./environment";
import type { RegistryLogin } from "../model/build";
import { registryOf } from "../model/image-name";
import { isEcr, secretsManagerSecret } from "../model/registry-login";
import { basesIn } from "../dockerfile/bases";
import type { FilesContext } from "./files";
import { dockerfileText } from "./image-facts";
import { isRecord, type Node } from "./node";

/** Registries of ECR, to which the execution role is the key. */
function isAmazons(registry: string): boolean {
  return isEcr(registry) || registry === "public.ecr.aws";
}

/** A secret with `user:password`: its name in Parameter Store, or one of Secrets Manager as it is written. */
function readLoginSecret(text: string, node: Node): string | undefined {
  if (/^(?:arn:|secretsmanager:)/.test(text)) {
    if (secretsManagerSecret(text) !== undefined) return text;
    node.problem(
      `${JSON.stringify(text)} is no secret of Secrets Manager`,
      "its whole ARN, with the six characters at its end, or secretsmanager:NAME",
    );
    return undefined;
  }
  const secret = readSecretName(text, node);
  return secret?.kind === "secret" ? secret.name : undefined;
}

/** What names the secret with `user:password` ({@link readLoginSecret}). */
export function readRegistryCredentials(service: Node): string | undefined {
  const node = service.get("x-registry-credentials");
  const name = node.text();
  if (name === undefined) return undefined;
  const image = service.get("image").value;
  // They are for its base images then.
  if (service.get("build").present) return undefined;
  if (typeof image !== "string") {
    node.problem("there is no image to pull with them", "name the image, or remove it");
  } else if (isAmazons(registryOf(image))) {
    node.problem("an image of Amazon ECR is pulled with the role of the task", "remove it");
  }
  return readLoginSecret(name, node);
}

/**
 * The logins of a build, with the service's own `x-registry-credentials`: one secret for the registries that its base
 * images name, or for Docker Hub, where they name none. A registry that the build itself has a secret for keeps it.
 */
export function withServiceLogin(
  service: Node,
  logins: readonly RegistryLogin[],
  files: FilesContext,
): readonly RegistryLogin[] {
  const node = service.get("x-registry-credentials");
  const name = node.text();
  if (name === undefined || !service.get("build").present) return logins;
  const secret = readLoginSecret(name, node);
  const text = dockerfileText(service.get("build"), files);
  if (secret === undefined || text === undefined) return logins;
  const hosts = registriesOf(text, service.get("build"));
  if (hosts.length === 0)
    node.problem(
      "no base image of the build comes from a registry that takes them",
      `name the registry: build: {x-registry-credentials: {ghcr.io: ${name}}}; or remove it`,
    );
  const more = hosts.filter((each) => !logins.some((login) => login.host === each));
  return [...logins, ...more.map((each) => ({ host: each, secret }))].sort((a, b) =>
    a.host < b.host ? -1 : 1,
  );
}

/** The registries of a build's base images: those that are named, else Docker Hub. */
function registriesOf(text: string, build: Node): readonly string[] {
  const written = isRecord(build.value) && isRecord(build.get("args").value) ? build.get("args").value : {};
  const args = Object.entries(written as Readonly<Record<string, unknown>>).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  const target = isRecord(build.value) ? build.get("target").value : undefined;
  const bases = basesIn(text, {
    args: Object.fromEntries(args),
    contexts: [],
    ...(typeof target === "string" && target !== "" ? { target } : {}),
  });
  const hosts = [...new Set(bases.map(({ reference }) => registryOf(reference)))].filter(
    (each) => !isAmazons(each),
  );
  const named = hosts.filter((each) => each !== "docker.io");
  return named.length > 0 ? named : hosts;
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
    const secret = readLoginSecret(name, value);
    return secret === undefined ? [] : [{ host: written, secret }];
  });
  return read.sort((a, b) => (a.host < b.host ? -1 : 1));
}
