/**
 * CloudFront in front of a site's bucket: locations that keep answers, each for itself. How long: Amazon's CachingOptimized
 * policy, whose least is one second and whose most is a year (CloudFront Developer Guide, "Use managed cache policies", "Manage
 * how long content stays in the cache"); an error is kept for no time, as the distribution says.
 */
import { runInNewContext } from "node:vm";
import { siteFunction } from "../../src/components/public/site-function";
import type { Clock } from "../../src/ports";
import type { MemorySiteStore } from "./site-store";

export interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Kept extends Answer {
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** Seconds. */
const ttl = { least: 1, most: 31_536_000, unsaid: 86_400 };

type Handler = (event: object) => {
  readonly uri?: string;
  readonly headers?: { readonly location?: { readonly value: string } };
};

/** One location; caches are filled by whoever asks there. */
export class EdgeLocation {
  readonly #kept = new Map<string, Kept>();
  /** Requests that the bucket was asked for. */
  misses = 0;

  constructor(
    private readonly store: MemorySiteStore,
    private readonly clock: Pick<Clock, "now">,
    private readonly handler: Handler = handlerOf(false),
  ) {}

  /** @param path - as a browser asks for it; redirects of the site's function are followed */
  get(path: string): Answer {
    const { uri, headers } = this.handler({ request: { uri: path, querystring: {}, headers: {} } });
    if (uri === undefined) return this.get(headers?.location?.value ?? "");
    const kept = this.#kept.get(uri);
    if (kept !== undefined && kept.until > this.clock.now()) return kept;
    this.misses += 1;
    const object = this.store.objects.get(`site${uri}`);
    if (object === undefined) return { status: 404, body: "" };
    const seconds = secondsOf(object.words?.cacheControl ?? "");
    const answer = { status: 200, body: object.body, until: this.clock.now() + seconds * 1_000 };
    this.#kept.set(uri, answer);
    return answer;
  }

  /** Paths as an invalidation takes them. */
  forget(paths: readonly string[]): void {
    for (const key of [...this.#kept.keys()])
      if (paths.some((path) => path === "/*" || decodeURI(path) === key)) this.#kept.delete(key);
  }
}

export function handlerOf(spa: boolean): Handler {
  const code = siteFunction({ index: "index.html", spa, redirects: {} });
  return runInNewContext(`${code}\nhandler;`) as Handler;
}

function secondsOf(cacheControl: string): number {
  if (/\bno-(cache|store)\b|\bprivate\b/.test(cacheControl)) return ttl.least;
  const said = /\bs-maxage=(\d+)/.exec(cacheControl)?.[1] ?? /\bmax-age=(\d+)/.exec(cacheControl)?.[1];
  return Math.min(ttl.most, Math.max(ttl.least, said === undefined ? ttl.unsaid : Number(said)));
}
