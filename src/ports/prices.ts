/** The port of AWS's price list. */

/** Whose prices a plan needs beside those of what every stack may have. */
export interface PriceWants {
  /** Types of EC2 instances. */
  readonly instances: readonly string[];
  /** @param engine - `postgres`, `mysql` or `mariadb`, with a class as `db.t4g.micro` */
  readonly databases: readonly { readonly engine: string; readonly type: string }[];
  /** @param engine - `redis` or `valkey`, with a type of nodes as `cache.t4g.micro` */
  readonly caches: readonly { readonly engine: string; readonly type: string }[];
}

/** What the list says of one region. */
export interface ListPrices {
  readonly region: string;
  /** When it was asked: `2026-03-01`. */
  readonly asOf: string;
  /** US dollars by name (`src/aws/account/price-questions.ts`): an hour, of disks and storage a GB for a month. */
  readonly usd: Readonly<Record<string, number>>;
}

/** AWS's price list. */
export interface PriceList {
  /**
   * @param known - names that need not be asked for
   * @param signal - ends what still waits for an answer
   * @returns US dollars by name, of what has answered; empty where the list may not be read. Never rejects.
   */
  ask(
    region: string,
    wants: PriceWants,
    known: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, number>>>;
}
