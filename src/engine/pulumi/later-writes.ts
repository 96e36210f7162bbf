/** The writes of a checkpoint, of which those that begin nothing are kept a moment later. */
import type { TextStore } from "../../ports";

/** Milliseconds after which a write that nobody waits for is kept, where none that is waited for takes it along. */
const later = 250;

export class LaterWrites {
  readonly #copies = new Map<string, string>();
  /** The text as it was before the first write, once it was asked for. */
  #found: Promise<string | undefined> | undefined;
  #latest: string | undefined;
  #kept: string | undefined;
  #begun: ReadonlySet<string> = new Set();
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly state: TextStore,
    readonly key: string,
  ) {}

  /**
   * The text as it was written last, kept or not, and read once before that: nobody else writes it while the run has its
   * lease, and the CLI asks for it five times in a run that changes nothing.
   */
  async read(): Promise<string | undefined> {
    if (this.#latest !== undefined) return this.#latest;
    this.#found ??= this.state.read(this.key);
    try {
      return await this.#found;
    } catch (error) {
      this.#found = undefined;
      throw error;
    }
  }

  /** Keeps the text as it is now under another key too, with the next flush: the CLI's copy of what it is about to write over. */
  async copyTo(key: string): Promise<string | undefined> {
    const text = await this.read();
    if (text !== undefined) this.#copies.set(key, text);
    return text;
  }

  /** Resolves at once where the text begins nothing that is not kept as begun, else when it is kept. */
  async write(text: string): Promise<void> {
    this.#latest = text;
    const begun = begunIn(text);
    if (begun === undefined || [...begun].some((one) => !this.#begun.has(one))) {
      await this.#keepLatest();
      return;
    }
    // What fails is tried again by the next write, and reported by the last one.
    this.#timer ??= setTimeout(() => void this.#keepLatest().catch(() => undefined), later);
  }

  /** Resolves when the latest text, and the copies, are kept. Rejects where they can't be. */
  async flush(): Promise<void> {
    await this.#keepLatest();
    for (const [key, text] of this.#copies) {
      await this.state.write(key, text);
      this.#copies.delete(key);
    }
  }

  async #keepLatest(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#latest !== this.#kept) await (this.#writing ??= this.#keep());
  }

  async #keep(): Promise<void> {
    const text = this.#latest ?? "";
    try {
      await this.state.write(this.key, text);
      this.#kept = text;
      this.#begun = begunIn(text) ?? new Set();
    } finally {
      this.#writing = undefined;
    }
  }
}

const list = '"pending_operations"';

/**
 * What a checkpoint says has begun: an operation and a URN each. The list comes after the resources, so that not all of
 * the text has to be read (Pulumi's source, `apitype.DeploymentV3`).
 *
 * @returns `undefined` where that isn't known
 */
export function begunIn(text: string): ReadonlySet<string> | undefined {
  const at = text.lastIndexOf(list);
  if (at < 0) return new Set();
  let end = text.length;
  // The braces around it: the deployment's, `latest`'s, the checkpoint's.
  for (let braces = 0; braces < 4; braces++) {
    end = text.lastIndexOf("}", end - 1);
    if (end <= at) return undefined;
    try {
      const { pending_operations: pending } = JSON.parse(`{${text.slice(at, end)}}`) as {
        readonly pending_operations: readonly {
          readonly type: string;
          readonly resource: { readonly urn: string };
        }[];
      };
      return new Set(pending.map(({ type, resource }) => `${type} ${resource.urn}`));
    } catch {
      // Another brace belongs to what is around it.
    }
  }
  return undefined;
}
