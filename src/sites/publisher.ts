/** Sites published inside a program's `apply`: nothing where the version is served already (docs/static-sites.md). */
import pLimit from "p-limit";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import type { Readable } from "node:stream";
import { contextFolder } from "../archive";
import { BerthError, messageOf, type Problem } from "../errors";
import type { Build } from "../model/project";
import type {
  Clock,
  ImageLayers,
  PublishedSite,
  SiteFailure,
  SitePublisher,
  SiteRequest,
  SiteSource,
  SiteStore,
} from "../ports";
import { extract, type SiteFile } from "./extract";
import type { Content, ImageTree } from "./image-tree";
import { isPublished, objectsOf } from "./objects";
import { contents, readRecord, readVersion, writeVersion, type SiteVersion } from "./record";
import { release } from "./release";

export interface SitesOptions {
  readonly store: SiteStore;
  readonly clock: Clock;
  /** Packs the context of a build, as the archive does. */
  readonly pack: (build: Build) => Readable;
  /** Lines for people. */
  readonly note: (line: string) => void;
}

/** Uploads at once. */
const together = 8;

/** Bytes of a file that S3 takes in one copy within a bucket (Amazon S3 API, CopyObject). */
const largestFile = 5 * 1024 ** 3;

/** Files, and bytes, of a site: what a task with 20 GiB of disk unpacks and publishes in minutes. */
const most = { files: 50_000, bytes: 10 * 1024 ** 3 };

/** Why the files of an image or a folder are no site. */
class Unfit extends Error {
  constructor(
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

export class Sites implements SitePublisher {
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<PublishedSite>>();
  readonly #results: PublishedSite[] = [];
  readonly #failures: SiteFailure[] = [];

  constructor(private readonly options: SitesOptions) {}

  /** @throws BerthError (build, deployment), also to be found in {@link failures}; (cancelled) after {@link stop} */
  async publish(request: SiteRequest): Promise<PublishedSite> {
    const running = this.#attempt(request);
    this.#running.add(running);
    try {
      const result = await running;
      this.#results.push(result);
      return result;
    } finally {
      this.#running.delete(running);
    }
  }

  results(): readonly PublishedSite[] {
    return this.#results;
  }

  failures(): readonly SiteFailure[] {
    return this.#failures;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled(this.#running);
  }

  async #attempt(request: SiteRequest): Promise<PublishedSite> {
    const { service } = request;
    try {
      return await this.#publish(request);
    } catch (error) {
      if (this.#stopping.signal.aborted)
        throw new BerthError("cancelled", `${service}: the next run goes on with its files`);
      const failure = failureOf(service, error);
      this.#failures.push(failure);
      const { kind, service: _service, ...problem } = failure;
      throw new BerthError(kind, problem, { cause: error });
    }
  }

  async #publish(request: SiteRequest): Promise<PublishedSite> {
    const { store, clock, note } = this.options;
    const { service, bucket, version, distributionId } = request;
    const started = clock.now();
    const record = await readRecord(store, bucket);
    const known = await readVersion(store, bucket, version);
    const done = { service, version };
    if (known !== undefined && record.current === version && record.pending === undefined) {
      const files = Object.keys(known.objects).length;
      return { ...done, outcome: "unchanged", files, changed: 0, removed: 0, seconds: 0 };
    }
    const made = known ?? (await this.#prepare(request));
    const released = await release(store, record, made, {
      ...{ bucket, distributionId, version, isDeployed: true },
      now: clock.now(),
      signal: this.#stopping.signal,
    });
    const { rewritten, ...counts } = released;
    const result: PublishedSite = {
      ...{ ...done, outcome: "published", files: Object.keys(made.objects).length },
      ...counts,
      seconds: (clock.now() - started) / 1_000,
    };
    note(`${service}: ${wordsOf(result)}`);
    for (const key of rewritten.slice(0, 3))
      note(
        `warning: ${service}: ${key} has changed, though its name looks like one with a hash of its content: browsers may keep what they have for a year`,
      );
    return result;
  }

  /** Puts the contents that the bucket has not, and the list of what the version is made of. */
  async #prepare(request: SiteRequest): Promise<SiteVersion> {
    const { store } = this.options;
    const { bucket, version, index, spa } = request;
    const { signal } = this.#stopping;
    const folder = await mkdtemp(join(tmpdir(), "berth-site-"));
    try {
      const files = await this.#files(request, folder);
      const there = await store.keys(bucket, contents);
      const wanted = new Map(files.map((file) => [contents + file.sha256, file]));
      const limit = pLimit(together);
      const uploads = [...wanted].map(([key, { file, size }]) =>
        limit(async () => {
          signal.throwIfAborted();
          if (!there.has(key)) await store.put(bucket, key, file, size);
        }),
      );
      for (const put of await Promise.allSettled(uploads))
        if (put.status === "rejected") throw put.reason as Error;
      const made = { index, spa, objects: objectsOf(files, { index, spa }) };
      await writeVersion(store, bucket, version, made);
      return made;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #files({ source, index }: SiteRequest, folder: string): Promise<readonly SiteFile[]> {
    const { layers, workingDir } = await this.#layers(source, index);
    const dir =
      source.kind === "image"
        ? posix.resolve("/", workingDir, source.dir)
        : posix.join("/", contextFolder, source.build.context);
    const shown = source.kind === "image" ? dir : source.build.context;
    return extract({
      layers,
      dir,
      where: source.kind === "image" ? source.reference : shown,
      judge: (files, tree) => {
        judge(files, tree, { shown, index });
      },
      isWanted: isPublished,
      folder,
      signal: this.#stopping.signal,
    });
  }

  async #layers(source: SiteSource, index: string): Promise<ImageLayers> {
    const { store, pack } = this.options;
    if (source.kind === "image")
      return store.layers(source.reference, source.architecture, posix.join(source.dir, index));
    const open = (): Promise<Readable> => Promise.resolve(pack(source.build));
    return { workingDir: "/", layers: [{ digest: "", open }] };
  }
}

/** @throws Unfit where the files are no site */
function judge(
  files: ReadonlyMap<string, Content> | undefined,
  tree: ImageTree,
  { shown, index }: { readonly shown: string; readonly index: string },
): void {
  const likely = tree.likelyFolders().filter((each) => each !== shown);
  const instead =
    likely.length === 0
      ? "x-static.dir names the folder that the build writes the site to, such as /app/dist"
      : `an index.html is in ${likely.join(", ")}`;
  if (files === undefined) throw new Unfit(`there is no folder ${shown} in the image`, instead);
  if (files.size === 0) throw new Unfit(`${shown} has no file in it`, instead);
  if (!files.has(index))
    throw new Unfit(
      `${shown} has no ${index}, which / is answered with`,
      `${instead}; x-static.index names another document`,
    );
  const sizes = [...files].map(([path, { size }]) => ({ path, size }));
  const large = sizes.find(({ size }) => size > largestFile);
  if (large !== undefined)
    throw new Unfit(
      `${large.path} has ${gib(large.size)} GiB, and a file of a site may have ${gib(largestFile)}`,
      "offer it from a bucket of its own",
    );
  const bytes = sizes.reduce((sum, { size }) => sum + size, 0);
  if (files.size > most.files || bytes > most.bytes)
    throw new Unfit(
      `${shown} has ${files.size} files with ${gib(bytes)} GiB, and a site may have ${most.files} with ${gib(most.bytes)} GiB`,
      "name the folder of the site alone; what people download belongs in a bucket of its own",
    );
}

function gib(bytes: number): string {
  return String(Math.round((bytes / 1024 ** 3) * 10) / 10);
}

function wordsOf({ files, changed, removed, seconds }: PublishedSite): string {
  const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? "" : "s"}`;
  const gone = removed === 0 ? "" : `, ${removed} removed`;
  return `${count(files, "object")}, ${changed} of them new${gone}; published in ${Math.round(seconds)} s`;
}

function failureOf(service: string, error: unknown): SiteFailure {
  if (error instanceof Unfit)
    return {
      ...{ service, kind: "build", path: `services.${service}.x-static.dir` },
      message: error.message,
      hint: error.hint,
    };
  const problem: Problem =
    error instanceof BerthError ? (error.problems[0] ?? error) : { message: messageOf(error) };
  const { message, hint } = problem;
  return {
    ...{ service, kind: "deployment", path: `services.${service}.x-static` },
    message: `its files could not be published: ${message}`,
    hint: hint ?? "what was served is served on; run berth up again",
  };
}
