/** The managed stores: one row for each kind, and functions for callers that don't depend on the kind. */
import { assertNever } from "../errors";
import type { EnvironmentValue, Service, StoreKind, StoreService } from "../model/project";
import type { StoreType } from "./data-types";
import type { StoreDescriptor, StoreInputs } from "./descriptor";
import { mysql } from "./mysql/descriptor";
import { postgres } from "./postgres/descriptor";
import { redis } from "./redis/descriptor";

export type { StoreDescriptor, StoreInputs, StoreProperty } from "./descriptor";

/** A kind of the model without a row here doesn't compile. */
export const stores: { readonly [K in StoreKind]: StoreDescriptor<K> } = { postgres, mysql, redis };

/** The rows in the order in which they are looked through. */
export const storeRows: readonly StoreDescriptor[] = Object.values(stores);

/** The types of the resources that are stores. */
export const storeTypes: readonly StoreType[] = [...new Set(storeRows.map(({ type }) => type))];

export function isStore(service: Service): service is StoreService {
  return service.kind !== "container";
}

/** AWS's name of the engine that a service asks for. */
export function engineOf(service: StoreService): string {
  switch (service.kind) {
    case "postgres":
      return "postgres";
    case "mysql":
    case "redis":
      return service.engine;
    default:
      return assertNever(service);
  }
}

/** The values with which a store is made, and which may be secrets. */
export function valuesOf(service: StoreService): readonly EnvironmentValue[] {
  switch (service.kind) {
    case "postgres":
    case "mysql":
      return [service.password];
    case "redis":
      return [];
    default:
      return assertNever(service);
  }
}

/**
 * The row of a resource that holds a store's data.
 *
 * @param type - Pulumi's token
 * @param inputs - with its `engine`; one that says none is of the first kind of its type
 * @returns `undefined` where the resource is no store
 */
export function storeOfResource(type: string, { engine }: StoreInputs): StoreDescriptor | undefined {
  const rows = storeRows.filter((row) => row.type === type);
  return rows.find(({ engines }) => typeof engine === "string" && Object.hasOwn(engines, engine)) ?? rows[0];
}

/** The kind of an engine under AWS's name; `undefined` where no kind has it. */
export function kindOfEngine(engine: string): StoreKind | undefined {
  return storeRows.find(({ engines }) => Object.hasOwn(engines, engine))?.kind;
}

/**
 * `Postgres`, `Valkey`: an engine as people write it.
 *
 * @param engine - an input `engine`
 * @param otherwise - the engine where the input says none
 */
export function engineTitle(engine: unknown, otherwise: string): string {
  const name = typeof engine === "string" ? engine : otherwise;
  return (
    storeRows.flatMap(({ engines }) => Object.entries(engines)).find(([own]) => own === name)?.[1] ?? name
  );
}

/** The kind whose image a name is, as far as a name shows it. @param image - `registry/name:tag` */
export function storeOfImage(image: string): StoreDescriptor | undefined {
  const name = image.split("/").at(-1)?.split(/[:@]/)[0] ?? "";
  return storeRows.find(({ images }) => images.test(name));
}
