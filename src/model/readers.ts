/** Read replicas of the stores: the name by which they are reached. */
import type { Service, StoreService } from "./project";

/** The host name of a store's replicas: each look-up answers with one of them. */
export function readerName(store: string): string {
  return `${store}-replica`;
}

/** The store under the name of its replicas, for what looks at its clients; `undefined` where it has none. */
export function readerOf<S extends StoreService>(store: S): S | undefined {
  if ((store.replicas ?? 0) === 0) return undefined;
  return { ...store, name: readerName(store.name), aliases: [] };
}

/** A store, and its replicas where it has some: each by the names that are its own. */
export function withReader<S extends StoreService>(store: S): readonly S[] {
  const reader = readerOf(store);
  return reader === undefined ? [store] : [store, reader];
}

/** The names under which a store resolves, those of its replicas among them. */
export function hostNames(store: StoreService): readonly string[] {
  return withReader(store).flatMap(({ name, aliases }) => [name, ...aliases]);
}

/** The first service that has a name of a store's replicas, or of one of them. */
export function takenReader(store: StoreService, services: readonly Service[]): string | undefined {
  if (readerOf(store) === undefined) return undefined;
  const own = readerName(store.name).toLowerCase();
  return services
    .flatMap(({ name, aliases }) => [name, ...aliases])
    .find((name) => name.toLowerCase() === own || name.toLowerCase().startsWith(`${own}-`));
}
