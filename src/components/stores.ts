/** The managed services of a project. */
import type * as pulumi from "@pulumi/pulumi";
import type { Service } from "../project/model";
import { Postgres, type PostgresArgs } from "./postgres";
import { Redis } from "./redis";

/** By their services' names. */
export type Stores = ReadonlyMap<string, Postgres | Redis>;

/** Databases and caches come first: a container names them in its environment without depending on them in the file. */
export function createStores(
  services: readonly Service[],
  shared: Omit<PostgresArgs, "service">,
  opts: pulumi.ComponentResourceOptions,
): Stores {
  const stores = new Map<string, Postgres | Redis>();
  for (const service of services) {
    if (service.kind === "postgres") {
      stores.set(service.name, new Postgres(service.name, { ...shared, service }, opts));
    } else if (service.kind === "redis") {
      stores.set(service.name, new Redis(service.name, { ...shared, service }, opts));
    }
  }
  return stores;
}
