/** `rollback` of static sites: what was published before is published again, from the site's own bucket. */
import { deployedSites, type DeployedSite } from "../../model/deployed";
import { rollbackSite, shownLength } from "../../sites";
import { readRecord } from "../stack/run-records";
import type { LockedStack } from "./intervene";
import { without } from "./journal";

export interface SplitNames {
  /** The static sites that are named. */
  readonly sites: readonly DeployedSite[];
  /** Names of others. */
  readonly others: readonly string[];
  /** All static sites of the stack. */
  readonly known: readonly DeployedSite[];
}

export async function splitSites(
  names: readonly string[],
  { stack, deps }: Pick<LockedStack, "stack" | "deps">,
): Promise<SplitNames> {
  const known = deployedSites((await readRecord(await deps.records(), stack))?.outputs);
  const sites = known.filter(({ service }) => names.includes(service));
  return { sites, others: names.filter((name) => !sites.some(({ service }) => service === name)), known };
}

/**
 * @param to - the first characters of a version. @default what was published before
 * @returns a line for each site
 * @throws BerthError (usage) where no such version is kept, (deployment) where AWS refuses
 */
export async function rollbackSites(
  sites: readonly DeployedSite[],
  to: string | undefined,
  { at, deps, journal, keep }: LockedStack,
): Promise<readonly string[]> {
  const store = await deps.siteStore();
  const what: string[] = [];
  let kept = journal;
  for (const { service, bucket, distributionId } of sites) {
    // Written down first: the next up looks at it, however this ends.
    const mark = { at, from: "", to: to ?? "the version before" };
    kept = { ...kept, rolledBack: { ...kept.rolledBack, [service]: mark } };
    await keep(kept);
    const place = { service, bucket, distributionId, now: deps.clock.now(), signal: deps.signal };
    const done = await rollbackSite(store, { ...place, ...(to === undefined ? {} : { to }) });
    const [from, now] = [done.from.slice(0, shownLength), done.to.slice(0, shownLength)];
    kept = {
      ...kept,
      rolledBack: { ...without(kept.rolledBack, [service]), [service]: { at, from, to: now } },
    };
    await keep(kept);
    what.push(`${service}: ${from} → ${now}`);
    deps.progress.note(`${service}: ${from} → ${now}`);
  }
  return what;
}
