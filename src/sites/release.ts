/**
 * A version takes the place of another one while people look at the site. Files come before the pages that name them,
 * pages come last, and what no page names any more goes after them; so whatever page is served finds its files.
 */
import pLimit from "p-limit";
import type { SiteStore } from "../ports";
import { isImmutable, isPage, pathsOf, served, type SiteObject, type SiteObjects } from "./objects";
import {
  contents,
  keptOf,
  oldVersionKeys,
  published,
  readVersion,
  writeRecord,
  type SiteRecord,
  type SiteVersion,
} from "./record";

/** Requests of S3 at once. */
const together = 16;

/**
 * Paths of one invalidation; beyond that all of the site is one path. The first 1,000 of a month are free (CloudFront
 * pricing).
 */
const mostPaths = 20;

export interface Release {
  readonly bucket: string;
  readonly distributionId: string;
  readonly version: string;
  /** Whether a deployment publishes it; a rollback is no new entry of the history. */
  readonly isDeployed: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly signal: AbortSignal;
}

export interface Released {
  readonly changed: number;
  readonly removed: number;
  /** Keys of names that say that they never change, and did. */
  readonly rewritten: readonly string[];
}

/** Makes a version whose contents are in the bucket the one that is served. */
export async function release(
  store: SiteStore,
  record: SiteRecord,
  made: SiteVersion,
  wanted: Release,
): Promise<Released> {
  const { bucket, version, isDeployed, now, signal } = wanted;
  const { pending: _pending, ...settled } = record;
  const before = await objectsBefore(store, bucket, record);
  const there = new Set([...(await store.keys(bucket, served))].map((key) => key.slice(served.length)));
  await writeRecord(store, bucket, { ...settled, pending: version });
  const changed = Object.entries(made.objects).filter(
    ([key, object]) => !there.has(key) || !isSame(before[key], object),
  );
  const lay = new Laying(store, made, wanted);
  const pages = changed.filter(([, each]) => isPage(each));
  const files = changed.filter(([, each]) => !isPage(each));
  await lay.copy(files);
  await lay.forget(keysOf(files).filter((key) => there.has(key)));
  // The first page of all comes last: who comes in by it goes on to pages that are there.
  await lay.copy(pages.filter(([key]) => key !== made.index));
  await lay.copy(pages.filter(([key]) => key === made.index));
  const after: SiteRecord = {
    current: version,
    history: isDeployed ? published(settled.history, version, new Date(now).toISOString()) : settled.history,
  };
  const kept = keptOf(after, now);
  const versions = await keptVersions(store, bucket, kept, version, made);
  const stay = new Set(versions.flatMap(({ objects }) => immutableKeys(objects)));
  const gone = [...there].filter((key) => made.objects[key] === undefined && !stay.has(key));
  signal.throwIfAborted();
  // An old page that CloudFront still keeps would miss what goes with it.
  await lay.forget(keysOf(pages).filter((key) => there.has(key)));
  const removed = gone.map((key) => served + key);
  if (removed.length > 0) await store.remove(bucket, removed);
  await lay.forget(gone);
  await writeRecord(store, bucket, after);
  await clearAway(store, bucket, kept, versions);
  const rewritten = files.flatMap(([key, object]) =>
    isImmutable(object) && before[key] !== undefined && before[key].sha256 !== object.sha256 ? [key] : [],
  );
  return { changed: changed.length, removed: gone.length, rewritten };
}

type Entries = readonly (readonly [key: string, object: SiteObject])[];

function keysOf(entries: Entries): readonly string[] {
  return entries.map(([key]) => key);
}

/** The steps of one release. */
class Laying {
  readonly #limit = pLimit(together);

  constructor(
    private readonly store: SiteStore,
    private readonly made: SiteVersion,
    private readonly wanted: Release,
  ) {}

  /** To where they are served. */
  async copy(objects: Entries): Promise<void> {
    const { bucket, signal } = this.wanted;
    const copies = objects.map(([key, { sha256, ...words }]) =>
      this.#limit(async () => {
        signal.throwIfAborted();
        await this.store.copy(bucket, contents + sha256, served + key, words);
      }),
    );
    // Each is awaited, so that a failure leaves nothing on its way.
    for (const copied of await Promise.allSettled(copies))
      if (copied.status === "rejected") throw copied.reason as Error;
  }

  /** What CloudFront keeps of these. */
  async forget(keys: readonly string[]): Promise<void> {
    const { distributionId, signal } = this.wanted;
    signal.throwIfAborted();
    const paths = [...new Set(keys.flatMap((key) => pathsOf(key, this.made)))];
    if (paths.length === 0) return;
    await this.store.invalidate(distributionId, paths.length > mostPaths ? ["/*"] : paths);
  }
}

/** What is known to lie there: nothing, where a release began and did not end. */
async function objectsBefore(store: SiteStore, bucket: string, record: SiteRecord): Promise<SiteObjects> {
  if (record.current === undefined || record.pending !== undefined) return {};
  return (await readVersion(store, bucket, record.current))?.objects ?? {};
}

function isSame(one: SiteObject | undefined, other: SiteObject): boolean {
  return (
    one?.sha256 === other.sha256 &&
    one.contentType === other.contentType &&
    one.cacheControl === other.cacheControl
  );
}

function immutableKeys(objects: SiteObjects): readonly string[] {
  return Object.entries(objects).flatMap(([key, object]) => (isImmutable(object) ? [key] : []));
}

async function keptVersions(
  store: SiteStore,
  bucket: string,
  kept: ReadonlySet<string>,
  version: string,
  made: SiteVersion,
): Promise<readonly SiteVersion[]> {
  const others = [...kept].filter((each) => each !== version);
  const read = await Promise.all(others.map((each) => readVersion(store, bucket, each)));
  return [made, ...read.flatMap((each) => each ?? [])];
}

/** Contents and versions that nothing goes back to. */
async function clearAway(
  store: SiteStore,
  bucket: string,
  kept: ReadonlySet<string>,
  versions: readonly SiteVersion[],
): Promise<void> {
  const wanted = new Set(
    versions.flatMap(({ objects }) => Object.values(objects).map(({ sha256 }) => sha256)),
  );
  const [lying, records] = await Promise.all([
    store.keys(bucket, contents),
    store.keys(bucket, "berth/versions/"),
  ]);
  const unwanted = [...lying].filter((key) => !wanted.has(key.slice(contents.length)));
  const old = [...unwanted, ...oldVersionKeys(records, kept)];
  if (old.length > 0) await store.remove(bucket, old);
}
