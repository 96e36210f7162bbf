/** The configurations of images by their registries: side by side, cached by digest, in three seconds at most. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { definedOnly } from "../defined";
import { BerthError, messageOf } from "../errors";
import type { ImageConfig } from "../model/image-config";
import type {
  ImageAnswers,
  ImageConfigs,
  ImageRequest,
  StackIdentity,
  TagAnswers,
  TagRequest,
  TextStore,
} from "../ports";
import { NotInRegistry, RegistryClient, RegistryError, type Credentials, type Fetch } from "./client";
import { configOf, index, manifest } from "./config";
import { parseReference, type RegistryReference } from "./reference";

export interface RegistryImagesOptions {
  readonly fetch: Fetch;
  readonly credentials: (stack: StackIdentity) => Credentials;
  /** Configurations by the digest of what they were found by, which never changes what it is. @default nothing is kept */
  readonly cache?: Pick<TextStore, "read" | "write">;
  /** Milliseconds for all that is asked. @default 3000 */
  readonly limit?: number;
}

/** Images that are asked for at once. */
const together = 16;

const cached = z.object({
  healthcheck: z
    .object({
      test: z.array(z.string()),
      interval: z.number().optional(),
      timeout: z.number().optional(),
      startPeriod: z.number().optional(),
      retries: z.number().optional(),
    })
    .optional(),
  user: z.string().optional(),
  shellWords: z.array(z.string()).optional(),
  volumes: z.array(z.string()),
  exposes: z.array(z.string()).optional(),
  stopSignal: z.string().optional(),
  shell: z.boolean().optional(),
  complete: z.boolean(),
});

export class RegistryImages implements ImageConfigs {
  /** Milliseconds that all of it has taken: the limit is one for everything that a run asks. */
  #spent = 0;
  /** What registries have said of tags in this run. */
  readonly #digests = new Map<string, string>();

  constructor(private readonly options: RegistryImagesOptions) {}

  async read(requests: readonly ImageRequest[], stack: StackIdentity): Promise<ImageAnswers> {
    const configs = new Map<string, ImageConfig>();
    const unread: { reference: string; why: string }[] = [];
    await this.#each(requests, stack, async (request, client, signal) => {
      const { reference } = request;
      try {
        configs.set(reference, await within(signal, this.#readOne(client, request)));
        await this.#keep(lastKey(request), configs.get(reference));
      } catch (error) {
        // What a registry said last is kept, so that its silence changes no service.
        const last = await this.#kept(lastKey(request));
        if (last === undefined) unread.push({ reference, why: whyOf(error, signal) });
        else configs.set(reference, last);
      }
    });
    return { configs, unread };
  }

  async digests(requests: readonly TagRequest[], stack: StackIdentity): Promise<TagAnswers> {
    const digests = new Map<string, string>();
    const unread: { reference: string; why: string }[] = [];
    await this.#each(requests, stack, async ({ reference, login }, client, signal) => {
      try {
        const named = parseReference(reference);
        if (named === undefined) throw new RegistryError("that is no reference of an image");
        const digest = await within(signal, this.#digestOf(client, { ...named, ...definedOnly({ login }) }));
        if (digest === undefined) throw new RegistryError("its registry names no digest");
        digests.set(reference, digest);
      } catch (error) {
        unread.push({ reference, why: whyOf(error, signal) });
      }
    });
    return { digests, unread };
  }

  async holds(
    reference: string,
    architectures: readonly ImageRequest["architecture"][],
    stack: StackIdentity,
  ): Promise<boolean | undefined> {
    const named = parseReference(reference);
    if (named === undefined) return undefined;
    const key = `images/index-${named.version.replace(":", "-")}.json`;
    const holdsAll = (platforms: unknown): boolean =>
      Array.isArray(platforms) && architectures.every((each) => platforms.includes(`linux/${each}`));
    // What a digest names never changes, so a registry is asked until it has said yes.
    if (holdsAll(await this.#keptJson(key))) return true;
    let held: boolean | undefined;
    await this.#each([{ reference }], stack, async (_request, client, signal) => {
      try {
        const list = index.safeParse(await within(signal, client.manifest(named, named.version)));
        const platforms = list.data?.manifests.map(
          ({ platform }) => `${platform?.os}/${platform?.architecture}`,
        );
        held = holdsAll(platforms);
        if (held) await this.#keep(key, platforms);
      } catch (error) {
        if (error instanceof NotInRegistry) held = false;
      }
    });
    return held;
  }

  /** Side by side, each reference once; the signal is aborted when the time for all of them is over. */
  async #each<T extends TagRequest>(
    requests: readonly T[],
    stack: StackIdentity,
    work: (request: T, client: RegistryClient, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const { fetch, credentials, limit = 3_000 } = this.options;
    const stop = new AbortController();
    const begun = performance.now();
    const timer = setTimeout(
      () => {
        stop.abort();
      },
      Math.max(0, limit - this.#spent),
    );
    const client = new RegistryClient(fetch, credentials(stack), stop.signal);
    const queue = [...new Map(requests.map((request) => [JSON.stringify(request), request])).values()];
    const next = async (): Promise<void> => {
      for (let one = queue.shift(); one !== undefined; one = queue.shift())
        await work(one, client, stop.signal);
    };
    await Promise.all(Array.from({ length: together }, next));
    clearTimeout(timer);
    this.#spent += performance.now() - begun;
  }

  /** Asked once in a run. */
  async #digestOf(client: RegistryClient, reference: RegistryReference): Promise<string | undefined> {
    const key = JSON.stringify(reference);
    const known = this.#digests.get(key) ?? (await client.digestOf(reference));
    if (known !== undefined) this.#digests.set(key, known);
    return known;
  }

  async #readOne(
    client: RegistryClient,
    { reference, architecture, login, digest: known }: ImageRequest,
  ): Promise<ImageConfig> {
    const named = parseReference(reference);
    if (named === undefined) throw new RegistryError("that is no reference of an image");
    const parsed = { ...named, ...definedOnly({ login }) };
    const { version } = parsed;
    const digest = version.startsWith("sha256:")
      ? version
      : (known ?? (await this.#digestOf(client, parsed)));
    const key = digest === undefined ? undefined : `images/${digest.replace(":", "-")}-${architecture}.json`;
    const kept = key === undefined ? undefined : await this.#kept(key);
    if (kept !== undefined) return kept;
    const config = await this.#found(client, parsed, digest ?? version, architecture);
    if (key !== undefined) await this.#keep(key, config);
    return config;
  }

  async #found(
    client: RegistryClient,
    reference: RegistryReference,
    version: string,
    architecture: string,
  ): Promise<ImageConfig> {
    let document = await client.manifest(reference, version);
    const list = index.safeParse(document);
    if (list.success) {
      const fits = list.data.manifests.find(
        ({ platform }) => platform?.os === "linux" && platform.architecture === architecture,
      );
      if (fits === undefined) throw new RegistryError(`it has nothing for linux/${architecture}`);
      document = await client.manifest(reference, fits.digest, fits.size);
    }
    const { config } = manifest.parse(document);
    return configOf(await client.blob(reference, config.digest, config.size));
  }

  async #kept(key: string): Promise<ImageConfig | undefined> {
    return cached.safeParse(await this.#keptJson(key)).data as ImageConfig | undefined;
  }

  /** A cache that can't be read or written is none. */
  async #keptJson(key: string): Promise<unknown> {
    try {
      const text = await this.options.cache?.read(key);
      return text === undefined ? undefined : JSON.parse(text);
    } catch {
      return undefined;
    }
  }

  async #keep(key: string, value: unknown): Promise<void> {
    try {
      await this.options.cache?.write(key, JSON.stringify(value));
    } catch {
      // The next run asks again.
    }
  }
}

function lastKey({ reference, architecture }: ImageRequest): string {
  const name = createHash("sha256").update(reference).digest("hex").slice(0, 32);
  return `images/last-${name}-${architecture}.json`;
}

/** What an abort ends, whether the work itself looks at it or not. */
async function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = (): void => {
      reject(new RegistryError("there was no answer in time"));
    };
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener("abort", stop);
    });
  });
}

function whyOf(error: unknown, signal: AbortSignal): string {
  if (error instanceof RegistryError) return error.message;
  if (signal.aborted) return "there was no answer in time";
  if (error instanceof BerthError) return `there are no credentials for its registry: ${error.message}`;
  if (error instanceof z.ZodError) return "its registry sent what is no image";
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return `its registry can't be reached (${messageOf(cause)})`;
}
