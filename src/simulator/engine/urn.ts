/** Pulumi's names of resources: `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`. */
import type { StackIdentity } from "../../ports";

export const stackType = "pulumi:pulumi:Stack";

/** The URN of a resource below a parent; the stack itself is no part of its children's types. */
export function makeUrn(
  { project, stack }: StackIdentity,
  parent: string,
  type: string,
  name: string,
): string {
  const above = parent === "" ? "" : qualifiedType(parent);
  const prefix = above === "" || above === stackType ? "" : `${above}$`;
  return ["urn:pulumi:" + stack, project, prefix + type, name].join("::");
}

function qualifiedType(urn: string): string {
  return urn.split("::")[2] ?? "";
}

export function typeOfUrn(urn: string): string {
  return qualifiedType(urn).split("$").pop() ?? "";
}

export function nameOfUrn(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
