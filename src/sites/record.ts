/** What a site's bucket says of its versions: `berth/site.json`, and the objects of each version beside it. */
import { z } from "zod";
import type { SiteStore } from "../ports";
import type { SiteForm, SiteObjects } from "./objects";

const key = "berth/site.json";

/** Where contents lie, by their sha256: what is served is copied from there. */
export const contents = "contents/";

/** Versions that a rollback finds, the present one among them. */
const keptVersions = 3;

/** Milliseconds for which a page that was opened finds its files, however often the site is replaced meanwhile: a week. */
const keptFor = 7 * 86_400_000;

/** Versions that are kept at the most. */
const mostVersions = 50;

const recordSchema = z.object({
  /** The version that is served. */
  current: z.string().optional(),
  /** The version that began to take its place and has not ended. */
  pending: z.string().optional(),
  /** Versions that deployments have published, the newest first; a rollback adds none. */
  history: z.array(z.object({ version: z.string(), at: z.string() })).default([]),
});

export type SiteRecord = Readonly<z.infer<typeof recordSchema>>;

const versionSchema = z.object({
  index: z.string(),
  spa: z.boolean(),
  objects: z.record(
    z.string(),
    z.object({ sha256: z.string(), contentType: z.string(), cacheControl: z.string() }),
  ),
});

/** A version, as it is kept. */
export interface SiteVersion extends SiteForm {
  readonly objects: SiteObjects;
}

type Store = Pick<SiteStore, "read" | "write">;

/** A record that can't be read says that nothing is known: the next publishing writes everything. */
export async function readRecord(store: Store, bucket: string): Promise<SiteRecord> {
  const text = await store.read(bucket, key);
  return parsed(text, recordSchema) ?? { history: [], ...(text === undefined ? {} : { pending: "" }) };
}

/** The version that is served; `undefined` where nothing was published, or the record can't be read. */
export async function servedVersion(store: Store, bucket: string): Promise<string | undefined> {
  return (await readRecord(store, bucket)).current;
}

export function writeRecord(store: Store, bucket: string, record: SiteRecord): Promise<void> {
  return store.write(bucket, key, `${JSON.stringify(record)}\n`);
}

function versionKey(version: string): string {
  return `berth/versions/${version}.json`;
}

/** The keys of versions that are not kept, among these. */
export function oldVersionKeys(keys: Iterable<string>, kept: ReadonlySet<string>): readonly string[] {
  const wanted = new Set([...kept].map(versionKey));
  return [...keys].filter((each) => each.startsWith("berth/versions/") && !wanted.has(each));
}

export async function readVersion(
  store: Store,
  bucket: string,
  version: string,
): Promise<SiteVersion | undefined> {
  return parsed(await store.read(bucket, versionKey(version)), versionSchema);
}

export function writeVersion(
  store: Store,
  bucket: string,
  version: string,
  made: SiteVersion,
): Promise<void> {
  return store.write(bucket, versionKey(version), JSON.stringify(made));
}

function parsed<T>(text: string | undefined, schema: z.ZodType<T>): T | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The history with a version that is published now. */
export function published(
  history: SiteRecord["history"],
  version: string,
  at: string,
): SiteRecord["history"] {
  return history[0]?.version === version ? history : [{ version, at }, ...history].slice(0, mostVersions);
}

/** The versions whose files are kept: what is served, what a rollback goes back to, and what pages may still be open of. */
export function keptOf({ current, history }: SiteRecord, now: number): ReadonlySet<string> {
  const kept = new Set(current === undefined ? [] : [current]);
  for (const [index, { version }] of history.entries()) {
    const next = history[index - 1];
    const isRecent = next === undefined || now - Date.parse(next.at) < keptFor;
    if (kept.size < keptVersions || isRecent) kept.add(version);
  }
  return kept;
}

/** What was published before the present version, further back with each rollback. @returns `undefined` where nothing was */
export function versionBefore({ current, history }: SiteRecord): string | undefined {
  const versions = history.map(({ version }) => version);
  const at = current === undefined ? -1 : versions.lastIndexOf(current);
  return versions.slice(at + 1).find((version) => version !== current);
}
