/** How long AWS supports a version of a store's engine, and what it costs afterwards. */

import type { EngineName } from "./differences/row";

/** One major version. Days are the last ones, `YYYY-MM-DD`. */
export interface Support {
  /** As an image's tag begins: `13`, `8.0`. */
  readonly version: string;
  /** End of standard support; absent where AWS has published none. */
  readonly until?: string;
  /** End of extended support; absent where there is none, so that AWS upgrades the store instead. */
  readonly extendedUntil?: string;
}

/**
 * Looked up 2026-11. PostgreSQL: RDS for PostgreSQL Release Notes, Release calendars. MySQL and MariaDB: RDS User Guide,
 * "MySQL on Amazon RDS versions" and "MariaDB on Amazon RDS versions" (MariaDB has no extended support). Redis:
 * ElastiCache User Guide, "ElastiCache versions for Redis OSS end of life schedule". Valkey has no end yet. Compared with
 * endoflife.date's tables of 2026-08, which are read off these very pages: MariaDB's dates had moved since the spring, and
 * MariaDB 12.3 is on sale since 2026-08-07. AWS Database Blog, "Amazon RDS for MySQL LTS version 9.7 is now generally
 * available" (2026-11): on sale since 2026-11-18, MySQL 5.7 in extended support until 2029-06-30. The end of MySQL 9.7's is
 * three years after its standard support, as "Amazon RDS Extended Support" has it of each version.
 */
export const supported: Readonly<Record<string, readonly Support[]>> = {
  postgres: [
    { version: "11", until: "2024-02-29", extendedUntil: "2027-03-31" },
    { version: "12", until: "2025-02-28", extendedUntil: "2028-02-29" },
    { version: "13", until: "2026-02-28", extendedUntil: "2029-02-28" },
    { version: "14", until: "2027-02-28", extendedUntil: "2030-02-28" },
    { version: "15", until: "2028-02-29", extendedUntil: "2031-02-28" },
    { version: "16", until: "2029-02-28", extendedUntil: "2032-02-29" },
    { version: "17", until: "2030-02-28", extendedUntil: "2033-02-28" },
    { version: "18", until: "2031-02-28", extendedUntil: "2034-02-28" },
  ],
  mysql: [
    { version: "5.7", until: "2024-02-29", extendedUntil: "2029-06-30" },
    { version: "8.0", until: "2026-07-31", extendedUntil: "2029-07-31" },
    { version: "8.4", until: "2029-07-31", extendedUntil: "2032-07-31" },
    { version: "9.7", until: "2031-07-31", extendedUntil: "2034-07-31" },
  ],
  mariadb: [
    { version: "10.5", until: "2026-08-31" },
    { version: "10.6", until: "2026-12-31" },
    { version: "10.11", until: "2028-02-29" },
    { version: "11.4", until: "2029-05-31" },
    { version: "11.8", until: "2028-06-30" },
    { version: "12.3", until: "2029-06-30" },
  ],
  redis: [
    { version: "5", until: "2026-01-31", extendedUntil: "2029-01-31" },
    { version: "6", until: "2027-01-31", extendedUntil: "2030-01-31" },
    { version: "7" },
  ],
  valkey: [{ version: "7" }, { version: "8" }, { version: "9" }],
} satisfies Readonly<Record<EngineName, readonly Support[]>>;

/** Days before the end from which on it is warned of. */
const noticeDays = 90;

/** Years of extended support after which RDS takes twice the price. */
const dearerAfter = 2;

/** The support that a version has on a day. */
export interface SupportState {
  /** `ending`: within 90 days; `extended`: for a price; `ended`: AWS runs it no longer. */
  readonly state: "standard" | "ending" | "extended" | "ended";
  /** The day on which it gets worse, `YYYY-MM-DD`; absent where none is known. */
  readonly until?: string;
  /** Versions with more time, oldest first. */
  readonly newer: readonly string[];
  /** Dollars for each hour of a virtual CPU that RDS adds (Amazon RDS pricing, Extended Support, us-east-1). */
  readonly perCpuHour?: number;
}

/** The row of a version; `undefined` where the engine or the version isn't known. */
export function supportRow(engine: string, version: string): Support | undefined {
  return supported[engine]?.find((row) => version === row.version || version.startsWith(`${row.version}.`));
}

/** @param today - any time of the day that is meant */
export function supportOf(engine: string, version: string, today: Date): SupportState {
  const row = supportRow(engine, version);
  const day = today.toISOString().slice(0, 10);
  if (row?.until === undefined) return { state: "standard", newer: [] };
  const { until, extendedUntil } = row;
  const newer = (supported[engine] ?? [])
    .filter((other) => other.until === undefined || (other.until > until && other.until >= day))
    .map((other) => other.version);
  if (day <= until) {
    const notice = new Date(Date.parse(until) - noticeDays * 86_400_000).toISOString().slice(0, 10);
    return { state: day < notice ? "standard" : "ending", until, newer };
  }
  if (extendedUntil === undefined || day > extendedUntil)
    return { state: "ended", until: extendedUntil ?? until, newer };
  const dearer = `${Number(until.slice(0, 4)) + dearerAfter}${until.slice(4)}`;
  return { state: "extended", until: extendedUntil, newer, perCpuHour: day > dearer ? 0.2 : 0.1 };
}

/** Virtual CPUs of a class of RDS (Amazon RDS instance types): two up to `large`, then four for each step. */
export function cpusOf(instanceClass: string): number {
  const [, times, size] = /\.(?:(\d*)(xlarge)|micro|small|medium|large)$/.exec(instanceClass) ?? [];
  return size === undefined ? 2 : 4 * Number(times === "" ? 1 : times);
}

/**
 * What ElastiCache adds of a node's price: four fifths in the first two years, and twice that then (Amazon ElastiCache
 * pricing, Extended Support).
 */
export function cacheExtendedShare({ perCpuHour = 0 }: Pick<SupportState, "perCpuHour">): number {
  return perCpuHour > 0.1 ? 1.6 : 0.8;
}
