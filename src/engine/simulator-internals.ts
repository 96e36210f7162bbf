/**
 * What the simulator uses of Pulumi's runtime that its declarations leave out (`@internal`): a store for each run, and
 * the dependencies of outputs. Pulumi's own inline programs and component providers run on the same functions.
 */
import type { Resource } from "@pulumi/pulumi";
import * as dependsOn from "@pulumi/pulumi/runtime/dependsOn";
import * as rpc from "@pulumi/pulumi/runtime/rpc";
import * as state from "@pulumi/pulumi/runtime/state";

interface Store {
  readonly settings: object;
}

interface StateModule {
  readonly getStore: () => Store;
  readonly withLocalStorage: <T>(work: () => Promise<T>) => Promise<T>;
}

interface RpcModule {
  readonly serializePropertiesReturnDeps: (
    label: string,
    properties: Readonly<Record<string, unknown>>,
  ) => Promise<[outputs: Record<string, unknown>, dependencies: ReadonlyMap<string, ReadonlySet<Resource>>]>;
}

interface DependsOnModule {
  readonly getAllTransitivelyReferencedResourceURNs: (
    resources: ReadonlySet<Resource>,
    exclude: ReadonlySet<Resource>,
  ) => Promise<ReadonlySet<string>>;
}

export const { getStore, withLocalStorage } = state as unknown as StateModule;
export const { serializePropertiesReturnDeps } = rpc as unknown as RpcModule;
export const { getAllTransitivelyReferencedResourceURNs } = dependsOn as unknown as DependsOnModule;
