/** A site goes back to a version whose files are still in its bucket. */
import { BerthError } from "../errors";
import type { SiteStore } from "../ports";
import { readRecord, readVersion, versionBefore } from "./record";
import { release } from "./release";

export interface SiteRollback {
  readonly service: string;
  readonly bucket: string;
  readonly distributionId: string;
  /** The first characters of a version. @default what was published before */
  readonly to?: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/** Characters of a version that people see. */
export const shownLength = 12;

export interface RolledBack {
  readonly from: string;
  readonly to: string;
}

/** @throws BerthError (usage) where no such version is kept, (deployment) where AWS refuses */
export async function rollbackSite(store: SiteStore, rollback: SiteRollback): Promise<RolledBack> {
  const { service, bucket, distributionId, to: asked, now, signal } = rollback;
  const record = await readRecord(store, bucket);
  const known = [...new Set(record.history.map(({ version }) => version))];
  const version =
    asked === undefined ? versionBefore(record) : known.find((each) => each.startsWith(asked.toLowerCase()));
  const made = version === undefined ? undefined : await readVersion(store, bucket, version);
  const others = known.filter((each) => each !== record.current).map((each) => each.slice(0, shownLength));
  const hint =
    others.length === 0
      ? "bring the file and its sources back to what they were then, and run berth up"
      : `berth rollback ${service} --to takes one of ${others.slice(0, 5).join(", ")}, as long as it is kept`;
  if (version === undefined || made === undefined) {
    const message =
      asked === undefined
        ? "no version that was published before is kept"
        : `no version ${asked} of it is kept`;
    throw new BerthError("usage", { path: service, message, hint });
  }
  if (version === record.current && record.pending === undefined)
    throw new BerthError("usage", {
      path: service,
      message: `it is ${version.slice(0, shownLength)} already`,
      hint,
    });
  await release(store, record, made, { bucket, distributionId, version, isDeployed: false, now, signal });
  return { from: record.current ?? "", to: version };
}
