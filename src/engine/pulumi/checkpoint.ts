/** What Pulumi's state of a stack says, read without its CLI. */
import { BerthError, messageOf } from "../../errors";
import type { DataHolder, StackResource } from "../../ports";
import { holdsData, replicasBeside } from "../../stores/data-types";
import { plainProperties } from "../plain";

/** What Berth reads of a checkpoint or of an export. */
export interface Checkpoint {
  readonly dependencies: ReadonlyMap<string, readonly string[]>;
  /** All of them, but for the old halves of replacements. */
  readonly resources: readonly StackResource[];
  /** The resources that hold data. */
  readonly dataHolders: readonly DataHolder[];
  /** The stack's outputs; secrets are `"[secret]"`. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly secretsProvider?: { readonly type: string; readonly state: Readonly<Record<string, unknown>> };
}

interface StoredResource {
  readonly urn: string;
  readonly id?: string;
  readonly type: string;
  readonly parent?: string;
  /** The old half of a replacement, still to be deleted. */
  readonly delete?: boolean;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly dependencies?: readonly string[];
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
}

interface StoredDeployment {
  readonly resources?: readonly StoredResource[];
  readonly secrets_providers?: { readonly type: string; readonly state?: Readonly<Record<string, unknown>> };
}

/**
 * Reads a checkpoint file, or what `pulumi stack export` writes.
 *
 * @throws BerthError (deployment) where it isn't one: half written, or of another program
 */
export function parseCheckpoint(text: string): Checkpoint {
  const deployment = parseDeployment(text);
  const resources = deployment.resources ?? [];
  const stack = resources.find((resource) => resource.type === "pulumi:pulumi:Stack");
  const provider = deployment.secrets_providers;
  return {
    dependencies: new Map(resources.map((resource) => [resource.urn, resource.dependencies ?? []])),
    resources: resources
      .filter((resource) => resource.delete !== true)
      .map(({ urn, id, type, parent, inputs, dependencies = [] }) => ({
        urn,
        ...(id === undefined ? {} : { id }),
        type,
        name: nameOf(urn),
        ...(parent === undefined ? {} : { parent }),
        inputs: plainProperties(inputs),
        dependsOn: dependencies,
      })),
    dataHolders: resources.filter(holdsData).map((resource) => ({
      urn: resource.urn,
      type: resource.type,
      name: nameOf(resource.urn),
      inputs: plainProperties(resource.inputs),
      retained: resource.retainOnDelete === true,
      ...replicasBeside(resource, resources),
    })),
    outputs: plainProperties(stack?.outputs),
    ...(provider === undefined
      ? {}
      : { secretsProvider: { type: provider.type, state: provider.state ?? {} } }),
  };
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** @throws BerthError (usage) where the text is no checkpoint as a backend keeps it */
export function requireCheckpoint(text: string): void {
  const stored = parseDeploymentFile(text);
  if (stored?.version === 3 && stored.checkpoint !== undefined) return;
  throw new BerthError("usage", "this is no state of Pulumi's");
}

function parseDeploymentFile(
  text: string,
): { readonly version?: unknown; readonly checkpoint?: unknown } | undefined {
  try {
    return JSON.parse(text) as { readonly version?: unknown; readonly checkpoint?: unknown };
  } catch {
    return undefined;
  }
}

function parseDeployment(text: string): StoredDeployment {
  try {
    const stored = JSON.parse(text) as {
      readonly checkpoint?: { readonly latest?: StoredDeployment | null };
      readonly deployment?: StoredDeployment | null;
    };
    return stored.checkpoint?.latest ?? stored.deployment ?? {};
  } catch (error) {
    throw new BerthError(
      "deployment",
      {
        message: `the stack's state can't be read: ${messageOf(error)}`,
        hint: "the next run puts the last good one in its place; berth-cd state history lists those that are kept",
      },
      { cause: error },
    );
  }
}
