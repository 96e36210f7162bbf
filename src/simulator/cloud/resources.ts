/** What exists in a simulated AWS, by type and id. */
import type { StoredResource } from "./store";

export class Resources {
  private readonly byType = new Map<string, Map<string, StoredResource>>();

  constructor(resources: readonly StoredResource[] = []) {
    for (const resource of resources) this.set(resource);
  }

  get(token: string, id: string): StoredResource | undefined {
    return this.byType.get(token)?.get(id);
  }

  /** Those of a type, oldest first. */
  all(token: string): readonly StoredResource[] {
    return [...(this.byType.get(token)?.values() ?? [])];
  }

  /** All of them, oldest first. */
  list(): readonly StoredResource[] {
    return [...this.byType.values()]
      .flatMap((ofType) => [...ofType.values()])
      .sort((a, b) => a.seed - b.seed);
  }

  /** Adds it, or puts it in the place of the one with its id. */
  set(resource: StoredResource): void {
    const { type, id } = resource;
    const ofType = this.byType.get(type) ?? new Map<string, StoredResource>();
    this.byType.set(type, ofType.set(id, resource));
  }

  delete(token: string, id: string): void {
    this.byType.get(token)?.delete(id);
  }
}
