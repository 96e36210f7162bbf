/** The registry of a project: the images, and the cache of the layers that they are built of. */
import { LifecyclePolicy } from "@pulumi/aws/ecr/lifecyclePolicy";
import { Repository } from "@pulumi/aws/ecr/repository";
import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../stack/scope";

/** Images that the registry keeps for each one that a deployment may push. */
const imagesKept = 50;
/** Days that a cached layer stays. */
const cacheExpiry = 14;

/** What a repository holds, and its name in the registry. */
export interface RepositoryUse {
  readonly kind: "images" | "cache";
  readonly repository: string;
}

/**
 * `images`: tags never move, the last ones are kept. `cache`: layers that expire by age.
 *
 * @param pushed - images that one deployment of the whole project pushes: all services share a list, and the image of
 * one that rarely changes must outlive the others'
 */
export function createRepository(
  name: string,
  scope: Scope,
  { kind, repository: repositoryName }: RepositoryUse,
  pushed: number,
  parent: pulumi.Resource,
): Repository {
  const repository = new Repository(
    name,
    {
      name: repositoryName,
      imageTagMutability: kind === "images" ? "IMMUTABLE" : "MUTABLE",
      imageScanningConfiguration: { scanOnPush: kind === "images" },
      // What is in it can be built again: a destroy takes it along.
      forceDelete: true,
      tags: scope.tags(),
    },
    { parent },
  );
  const selection =
    kind === "images"
      ? { tagStatus: "any", countType: "imageCountMoreThan", countNumber: imagesKept * Math.max(1, pushed) }
      : { tagStatus: "any", countType: "sinceImagePushed", countUnit: "days", countNumber: cacheExpiry };
  const rule = { rulePriority: 1, selection, action: { type: "expire" } };
  new LifecyclePolicy(
    name,
    { repository: repository.name, policy: JSON.stringify({ rules: [rule] }) },
    // A repository has one policy: deleted after the new one is put, the old one would take it along.
    { parent, deleteBeforeReplace: true },
  );
  return repository;
}
