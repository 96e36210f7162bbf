/** `x-registry-credentials`: the secret with which ECS pulls the image of a private registry. */
import { readSecretName } from "./environment";
import type { Node } from "./node";

/** Registries of ECR, to which the execution role is the key. */
const ecr = /^(\d{12}\.dkr\.ecr\.[a-z0-9-]+\.[a-z0-9.-]+|public\.ecr\.aws)\//;

/** The name of the secret in Parameter Store: `user:password`. */
export function readRegistryCredentials(service: Node): string | undefined {
  const node = service.get("x-registry-credentials");
  const name = node.text();
  if (name === undefined) return undefined;
  const image = service.get("image").value;
  if (service.get("build").present || typeof image !== "string") {
    node.problem("the image is built, and pulled from the project's own registry", "take it out");
  } else if (ecr.test(image)) {
    node.problem("an image of Amazon ECR is pulled with the role of the task", "take it out");
  }
  const value = readSecretName(name, node);
  return value?.kind === "secret" ? value.name : undefined;
}
