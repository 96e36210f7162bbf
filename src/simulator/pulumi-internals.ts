/**
 * The functions of Pulumi's Node SDK that its typings leave out, and the only place that uses them. A component's
 * children, made in a process that has a program already, need a store of their own; the SDK's own provider server has
 * it no other way, and `setMocks` keeps its monitor in the same store.
 */
import { credentials, type ClientOptions } from "@grpc/grpc-js";
import type { Resource } from "@pulumi/pulumi";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as dependsOn from "@pulumi/pulumi/runtime/dependsOn";
import * as rpc from "@pulumi/pulumi/runtime/rpc";
import * as settings from "@pulumi/pulumi/runtime/settings";
import * as state from "@pulumi/pulumi/runtime/state";

/** What a run of a program keeps to itself. */
interface Store {
  readonly settings: { monitor?: unknown; engine?: unknown };
}

/** Their signatures, as `@pulumi/pulumi` 3.270 has them. */
interface Internals {
  readonly withLocalStorage: <T>(work: () => Promise<T>) => Promise<T>;
  readonly getStore: () => Store;
  readonly awaitFeatureSupport: () => Promise<void>;
  readonly serializePropertiesReturnDeps: (
    label: string,
    properties: Readonly<Record<string, unknown>>,
  ) => Promise<readonly [Record<string, unknown>, ReadonlyMap<string, ReadonlySet<Resource>>]>;
  readonly getAllTransitivelyReferencedResourceURNs: (
    resources: ReadonlySet<Resource>,
    exclude: ReadonlySet<Resource>,
  ) => Promise<ReadonlySet<string>>;
}

/** @throws Error where this version of the SDK has no such function */
function internal<K extends keyof Internals>(module: object, name: K): Internals[K] {
  if (!(name in module)) throw new Error(`this version of @pulumi/pulumi has no ${name}`);
  return (module as Internals)[name];
}

/** Runs `work` with a runtime store of its own, apart from the process's program. */
export const withLocalStorage: Internals["withLocalStorage"] = (work) =>
  internal(state, "withLocalStorage")(work);

/** Asks the engine what it can do, and notes it in the store. */
export const awaitFeatureSupport: Internals["awaitFeatureSupport"] = () =>
  internal(settings, "awaitFeatureSupport")();

/** Properties for the wire, and the resources that each of them comes from. */
export const serializePropertiesReturnDeps: Internals["serializePropertiesReturnDeps"] = (...args) =>
  internal(rpc, "serializePropertiesReturnDeps")(...args);

/** The URNs of resources, components replaced by what they are made of. */
export const getAllTransitivelyReferencedResourceURNs: Internals["getAllTransitivelyReferencedResourceURNs"] =
  (...args) => internal(dependsOn, "getAllTransitivelyReferencedResourceURNs")(...args);

/** Sets the monitor and the engine that the runtime store which applies here talks to. */
export function setEngine(engine: Store["settings"]): void {
  Object.assign(internal(state, "getStore")().settings, engine);
}

/** Lets go of the last program's resources: the SDK keeps its stack for other copies of itself (`setStackResource` of `runtime/state.js`). */
export function forgetStack(): void {
  Object.assign(globalThis, { stackResource: undefined });
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
export function connectApart(addresses: EngineAddresses): () => void {
  const { grpcClientOptions } = settings as { readonly grpcClientOptions?: ClientOptions };
  const options = { ...grpcClientOptions, "grpc.use_local_subchannel_pool": 1 };
  const monitor = new ResourceMonitorClient(addresses.monitor, credentials.createInsecure(), options);
  const engine = new EngineClient(addresses.engine, credentials.createInsecure(), options);
  setEngine({ monitor, engine });
  return () => {
    monitor.close();
    engine.close();
  };
}
