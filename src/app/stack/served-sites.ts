/** Which version of each static site is served. */
import { BerthError } from "../../errors";
import type { DeployedSite } from "../../model/deployed";
import type { SiteStore } from "../../ports";
import { servedVersion } from "../../sites";

export interface ServedSites {
  /** `version` is the one that is served: `berth rollback` replaces what the last deployment has published. */
  readonly sites: readonly DeployedSite[];
  /** Why some could not be asked, which have the deployed one. */
  readonly problem?: string;
}

/** Asks each site's own bucket, side by side; without the permission to read it, the answer is what was deployed. */
export async function servedSites(
  sites: readonly DeployedSite[],
  siteStore: () => Promise<Pick<SiteStore, "read" | "write">>,
): Promise<ServedSites> {
  if (sites.length === 0) return { sites };
  const problems: string[] = [];
  const found = await Promise.all(
    sites.map(async (site) => {
      try {
        return { ...site, version: (await servedVersion(await siteStore(), site.bucket)) ?? site.version };
      } catch (error) {
        if (!(error instanceof BerthError)) throw error;
        problems.push(error.message);
        return site;
      }
    }),
  );
  const [problem] = problems;
  return { sites: found, ...(problem === undefined ? {} : { problem }) };
}
