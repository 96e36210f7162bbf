/** The prices of a plan's region: of AWS's list, which is asked once in a month, else of the table. */
import { z } from "zod";
import { messageOf } from "../../errors";
import type { Logger } from "../../log";
import type { Clock, PriceList, StackResource, TextStore } from "../../ports";
import { priceWants, tableOf, type PriceTable } from "./price-table";

/** What asking takes of a run. */
export interface PricesWorld {
  /** Absent, or `undefined`, where the list is not asked. */
  readonly prices?: () => Promise<PriceList | undefined>;
  /** Where an answer is kept. */
  readonly records: () => Promise<TextStore>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Milliseconds for all that is asked. */
const limit = 3_000;
/** Milliseconds that an answer is taken for: prices change a few times in a year. */
const freshness = 30 * 24 * 3_600_000;

const kept = z.object({ at: z.iso.datetime(), usd: z.record(z.string(), z.number()) });

/** @returns `undefined` where AWS's list is not asked, or says nothing: the table that comes with the program counts */
export async function listPrices(
  steps: readonly Pick<StackResource, "type" | "inputs">[],
  region: string,
  { prices, records, clock, log }: PricesWorld,
): Promise<PriceTable | undefined> {
  const list = await prices?.();
  if (list === undefined) return undefined;
  const now = clock.now();
  const key = `prices/${region}.json`;
  try {
    const store = await records();
    const before = knownOf(await store.read(key), now);
    const names = new Set(Object.keys(before?.usd ?? {}));
    const found = await list.ask(region, priceWants(steps), names, AbortSignal.timeout(limit));
    const usd = { ...before?.usd, ...found };
    if (Object.keys(usd).length === 0) return undefined;
    // The older date counts for both: what is added is no reason to keep the rest for longer.
    const at = before?.at ?? new Date(now).toISOString();
    if (Object.keys(found).length > 0) await keep(store, key, JSON.stringify({ at, usd }), log);
    return tableOf({ region, asOf: at.slice(0, 10), usd });
  } catch (error) {
    log.debug({ region, error: messageOf(error) }, "the price list is not known");
    return undefined;
  }
}

/** Who may only read the bucket counts by what was answered all the same. */
async function keep(store: TextStore, key: string, text: string, log: Logger): Promise<void> {
  try {
    await store.write(key, text);
  } catch (error) {
    log.debug({ key, error: messageOf(error) }, "the prices are not kept");
  }
}

function knownOf(text: string | undefined, now: number): z.infer<typeof kept> | undefined {
  if (text === undefined) return undefined;
  const { data } = kept.safeParse(parsed(text));
  return data !== undefined && now - Date.parse(data.at) < freshness ? data : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
