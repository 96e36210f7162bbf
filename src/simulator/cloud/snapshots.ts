/** The snapshots that deleted resources have left in the account. */
import type { StoredResource, StoredSnapshot } from "./store";
import type { ResourceType } from "./resource-type";

export class Snapshots {
  readonly #all: StoredSnapshot[];

  constructor(known: readonly StoredSnapshot[] = []) {
    this.#all = [...known];
  }

  /** Oldest first. */
  list(): readonly StoredSnapshot[] {
    return [...this.#all];
  }

  /** Why AWS does not keep what the resource leaves, in its words; `undefined` where it does. */
  refusal({ token: type, leaves }: ResourceType, { outputs }: StoredResource): string | undefined {
    const name = leaves?.(outputs);
    if (name === undefined || !this.#all.some((known) => known.type === type && known.name === name))
      return undefined;
    return `SnapshotAlreadyExists: cannot create the snapshot, because one named '${name}' exists already`;
  }

  /** Keeps what the resource leaves, in the moment in which it goes. */
  take({ token: type, leaves }: ResourceType, { urn, outputs }: StoredResource): void {
    const name = leaves?.(outputs);
    if (name !== undefined) this.#all.push({ type, name, urn });
  }
}
