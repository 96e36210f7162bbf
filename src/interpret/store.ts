/** A service that is a managed store: what is the same of each kind, and the reader of each. */
import type { Service, StoreKind } from "../model/project";
import { judgeManagedPorts, managedNode } from "./managed";
import { readMysql } from "./mysql";
import type { Node } from "./node";
import { readPostgres } from "./postgres";
import { readRedis } from "./redis";
import { judgeManagedMounts } from "./volumes";

type Common = Pick<Service, "name" | "aliases" | "dependsOn">;

/** @param options - what is at the key that asks for the store */
type Reader = (service: Node, options: Node, common: Common) => Service | undefined;

const readers: Readonly<Record<StoreKind, Reader>> = {
  postgres: readPostgres,
  mysql: readMysql,
  redis: readRedis,
};

/** @returns `undefined` after a problem */
export function readStore(kind: StoreKind, service: Node, common: Common): Service | undefined {
  const options = managedNode(service, kind);
  if (options === undefined) return undefined;
  judgeManagedPorts(service);
  judgeManagedMounts(service);
  return readers[kind](service, options, common);
}
