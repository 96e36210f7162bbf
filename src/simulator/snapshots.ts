/** The snapshots that deleted resources have left in the account. */
import type { StoredResource, StoredSnapshot } from "./cloud-store";
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

  /** Keeps what the resource leaves. @returns why AWS refuses that, in its words */
  take({ token: type, leaves }: ResourceType, { urn, outputs }: StoredResource): string | undefined {
    const name = leaves?.(outputs);
    if (name === undefined) return undefined;
    if (this.#all.some((known) => known.type === type && known.name === name))
      return `SnapshotAlreadyExists: cannot create the snapshot, because one named '${name}' exists already`;
    this.#all.push({ type, name, urn });
    return undefined;
  }
}
