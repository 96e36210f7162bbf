/**
 * Functions of Pulumi's Node SDK that its typings keep to themselves. A component's children, made in a process that
 * has a program already, need a store of their own; the SDK's own provider server has it no other way.
 */
import { credentials, type ClientOptions } from "@grpc/grpc-js";
import type { Resource } from "@pulumi/pulumi";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as dependsOn from "@pulumi/pulumi/runtime/dependsOn";
import * as rpc from "@pulumi/pulumi/runtime/rpc";
import * as settings from "@pulumi/pulumi/runtime/settings";
import * as state from "@pulumi/pulumi/runtime/state";

/** @throws Error where this version of the SDK has no such function */
function internal(module: object, name: string): unknown {
  const found: unknown = Reflect.get(module, name);
  if (typeof found !== "function") throw new Error(`this version of @pulumi/pulumi has no ${name}`);
  return found;
}

/** Runs `work` with a runtime store of its own, apart from the process's program. */
export function withLocalStorage<T>(work: () => Promise<T>): Promise<T> {
  return (internal(state, "withLocalStorage") as (work: () => Promise<T>) => Promise<T>)(work);
}

/** The runtime store that applies here. */
export function getStore(): object {
  return (internal(state, "getStore") as () => object)();
}

/** Addresses of an engine, `HOST:PORT`. */
export interface EngineAddresses {
  readonly monitor: string;
  readonly engine: string;
}

/**
 * Gives the store that applies here connections of its own to an engine. Those that the SDK makes for such a store are
 * shared by address with all others of the process, and never closed: an engine that was killed leaves one behind that
 * waits before it connects again, and calls of the next engine at that port fail with UNAVAILABLE.
 *
 * @returns what closes them
 */
export function connectApart({ monitor, engine }: EngineAddresses): () => void {
  const { settings: kept } = getStore() as { readonly settings: Record<"monitor" | "engine", unknown> };
  const shared = Reflect.get(settings, "grpcClientOptions") as ClientOptions | undefined;
  const options = { ...shared, "grpc.use_local_subchannel_pool": 1 };
  const monitorClient = new ResourceMonitorClient(monitor, credentials.createInsecure(), options);
  const engineClient = new EngineClient(engine, credentials.createInsecure(), options);
  kept.monitor = monitorClient;
  kept.engine = engineClient;
  return () => {
    monitorClient.close();
    engineClient.close();
  };
}

/** Asks the engine what it can do, and notes it in the store. */
export function awaitFeatureSupport(): Promise<void> {
  return (internal(settings, "awaitFeatureSupport") as () => Promise<void>)();
}

type Serialize = (
  label: string,
  properties: Readonly<Record<string, unknown>>,
) => Promise<readonly [Record<string, unknown>, ReadonlyMap<string, ReadonlySet<Resource>>]>;

/** Properties for the wire, and the resources that each of them comes from. */
export const serializePropertiesReturnDeps: Serialize = (label, properties) =>
  (internal(rpc, "serializePropertiesReturnDeps") as Serialize)(label, properties);

type Expand = (
  resources: ReadonlySet<Resource>,
  exclude: ReadonlySet<Resource>,
) => Promise<ReadonlySet<string>>;

/** The URNs of resources, components replaced by what they are made of. */
export const getAllTransitivelyReferencedResourceURNs: Expand = (resources, exclude) =>
  (internal(dependsOn, "getAllTransitivelyReferencedResourceURNs") as Expand)(resources, exclude);
