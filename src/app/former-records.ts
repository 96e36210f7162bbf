/** Names whose records have changed: resolvers go on for a while with the answers that they had before. */
import type { ProjectProgramArgs } from "../ports";
import type { Deps } from "./deps";

/**
 * Milliseconds after which a former alias record leads nobody any more. Resolvers keep one of a load balancer or a
 * distribution for 60 seconds (Route 53 Developer Guide, Values specific for simple alias records: the TTL is that of the
 * resource); programs that ask once and keep the answer a while have as long again.
 */
export const forgottenAfter = 120_000;

/**
 * Waits that long, once for all names whose records change within it.
 *
 * @returns what never resolves where the run is ending: the engine stops by itself, and what comes after must not begin before
 */
export function formerRecords({
  clock,
  signal,
  progress,
}: Pick<Deps, "clock" | "signal" | "progress">): NonNullable<ProjectProgramArgs["forgotten"]> {
  const told = new Set<string>();
  return async (names) => {
    const fresh = names.filter((name) => !told.has(name));
    for (const name of fresh) told.add(name);
    if (fresh.length > 0)
      progress.note(
        `${fresh.join(", ")}: the record has changed; what answered before goes on for ${forgottenAfter / 1_000} s, until resolvers have forgotten it`,
      );
    try {
      await clock.sleep(forgottenAfter, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      await new Promise<never>(() => undefined);
    }
  };
}
