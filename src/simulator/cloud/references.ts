/** References between resources: what must exist before another can be made, and what holds another in place. */
import { setTimeout as wait } from "node:timers/promises";
import type { Properties, Refusal } from "./cloud";
import type { StoredResource } from "./store";
import type { ResourceType, World } from "./resource-type";
import { generalRules } from "../rules/general";
import { valuesAt } from "./values";

/** `aws:ec2/vpc:Vpc` as a person would say it: `ec2 Vpc`. */
export function typeWords(token: string): string {
  const [, module = "", name = ""] = token.split(":");
  return `${module.split("/")[0] ?? ""} ${name}`;
}

/** Refuses every reference to what does not exist. `inputs` hold readable values only. */
export function checkReferences(type: ResourceType, inputs: Properties, world: World): readonly Refusal[] {
  return (type.references ?? []).flatMap(({ property, types, outside }) =>
    valuesAt(inputs, property)
      .filter(({ value }) => typeof value !== "string" || outside?.test(value) !== true)
      .filter(({ value }) => !types.some((token) => world.find(token, value) !== undefined))
      .map(({ path, value }) =>
        generalRules.reference.refuse(
          path,
          `no ${types.map(typeWords).join(" or ")} '${String(value)}' exists`,
        ),
      ),
  );
}

/** By AWS's codes of the services, for what others still use ("Errors" of each Delete call's reference). */
const inUseCodes: readonly (readonly [RegExp, string])[] = [
  [/^aws:ecs\/cluster:/, "ClusterContainsServicesException"],
  [/^aws:servicediscovery\/|^aws:lb\/|^aws:acm\//, "ResourceInUse"],
  [/^aws:iam\//, "DeleteConflict"],
  [/^aws:elasticache\/subnetGroup:/, "CacheSubnetGroupInUse"],
  [/^aws:rds\//, "InvalidDBSubnetGroupStateFault"],
  [/^aws:efs\//, "FileSystemInUse"],
];

/** What AWS calls it when something can't be deleted because others use it. */
export function inUseCode(token: string): string {
  return inUseCodes.find(([pattern]) => pattern.test(token))?.[1] ?? "DependencyViolation";
}

/** The resources that hold this one in place, by the types that its own type says can. */
export function holders(
  resource: StoredResource,
  type: ResourceType,
  world: World,
  typeOf: (token: string) => ResourceType | undefined,
): readonly StoredResource[] {
  return (type.usedBy ?? []).flatMap((token) => {
    const references = (typeOf(token)?.references ?? []).filter(({ types }) => types.includes(type.token));
    return world
      .all(token)
      .filter((candidate) =>
        references.some(({ property }) =>
          valuesAt(candidate.outputs, property).some(
            ({ value }) => world.find(type.token, value) === resource,
          ),
        ),
      );
  });
}

/** In place of the provider's two minutes: what uses a resource goes in a moment, or not at all. */
const patience = { tries: 40, milliseconds: 5 };

/** The same once the provider has tried for as long as it does. */
export async function patientHolders(
  ...given: Parameters<typeof holders>
): Promise<readonly StoredResource[]> {
  const tries = given[1].deletesWithPatience === true ? patience.tries : 0;
  for (let made = 0; made < tries && holders(...given).length > 0; made += 1)
    await wait(patience.milliseconds, undefined, { ref: false });
  return holders(...given);
}
