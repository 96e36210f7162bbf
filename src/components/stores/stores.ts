/** The managed services of a project. */
import type * as pulumi from "@pulumi/pulumi";
import { assertNever } from "../../errors";
import type { Service } from "../../model/project";
import { Database, type DatabaseArgs } from "./database";
import { Redis, type RedisArgs } from "./redis";

/** The component of a store, of whatever kind. */
export type Store = Database | Redis;

/** By their services' names. */
export type Stores = ReadonlyMap<string, Store>;

/** Databases and caches come first: a container names them in its environment without depending on them in the file. */
export function createStores(
  services: readonly Service[],
  shared: Omit<DatabaseArgs & RedisArgs, "service">,
  opts: pulumi.ComponentResourceOptions,
): Stores {
  const stores = new Map<string, Store>();
  for (const service of services) {
    const store = createStore(service, shared, opts);
    if (store !== undefined) stores.set(service.name, store);
  }
  return stores;
}

function createStore(
  service: Service,
  shared: Omit<DatabaseArgs & RedisArgs, "service">,
  opts: pulumi.ComponentResourceOptions,
): Store | undefined {
  switch (service.kind) {
    case "container":
      return undefined;
    case "postgres":
    case "mysql":
      return new Database(service.name, { ...shared, service }, opts);
    case "redis":
      return new Redis(service.name, { ...shared, service }, opts);
    default:
      return assertNever(service);
  }
}
