/** What a program declares, reported as it does: an engine reaches a resource only after all before it. */
import * as pulumi from "@pulumi/pulumi";
import type { DeclaredResource, StackIdentity } from "../../ports";

/**
 * Tells of every resource that the running program declares from now on. The transformation changes nothing.
 *
 * @param tell - is given the URN that the engine will give it
 */
export function tellDeclared(
  { project, stack }: StackIdentity,
  tell: (resource: DeclaredResource) => void,
): void {
  const declared = new Map<pulumi.Resource, { readonly urn: string; readonly types: string }>();
  pulumi.runtime.registerStackTransformation(({ resource, type, name, opts }) => {
    const parent = opts.parent === undefined ? undefined : declared.get(opts.parent);
    const types = parent === undefined ? type : `${parent.types}$${type}`;
    const urn = `urn:pulumi:${stack}::${project}::${types}::${name}`;
    declared.set(resource, { urn, types });
    tell({ urn, type, name, ...(parent === undefined ? {} : { parent: parent.urn }) });
    return undefined;
  });
}
