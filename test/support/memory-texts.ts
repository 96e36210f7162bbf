/** A text store in memory, whose every answer comes a turn later, as one on a network does. */
import { createHash } from "node:crypto";
import { setImmediate as turn } from "node:timers/promises";
import type { TextStore } from "../../src/ports";

export class MemoryTexts implements TextStore {
  readonly texts = new Map<string, string>();

  async read(key: string): Promise<string | undefined> {
    await turn();
    return this.texts.get(key);
  }

  async version(key: string): Promise<string | undefined> {
    const text = await this.read(key);
    return text === undefined ? undefined : createHash("sha256").update(text).digest("hex");
  }

  async versions(folder: string): Promise<ReadonlyMap<string, string>> {
    const keys = await this.list(folder);
    const versions = await Promise.all(keys.map(async (key) => [key, await this.version(key)] as const));
    return new Map(versions.flatMap(([key, version]) => (version === undefined ? [] : [[key, version]])));
  }

  async write(key: string, text: string): Promise<void> {
    await turn();
    this.texts.set(key, text);
  }

  async create(key: string, text: string): Promise<boolean> {
    await turn();
    if (this.texts.has(key)) return false;
    this.texts.set(key, text);
    return true;
  }

  async list(folder: string): Promise<readonly string[]> {
    await turn();
    return [...this.texts.keys()].filter((key) => key.startsWith(`${folder}/`)).sort();
  }

  async remove(key: string): Promise<void> {
    await turn();
    this.texts.delete(key);
  }
}
