/** The notices about a version that AWS supports no longer, or not much longer. */
import type { Problem } from "../errors";
import type { StoreService, Warning } from "../model/project";
import { isDatabase } from "./rds";
import { engineOf, engineTitle, stores } from "./index";
import { cacheExtendedShare, cpusOf, supportOf, supportRow, type SupportState } from "./support";

/** What a price is counted for. */
export interface Priced {
  /** RDS class that the mode gives. */
  readonly instanceClass: string;
  /** Whether a standby runs, which is billed too. */
  readonly standby: boolean;
}

/** Hours of a month, as AWS's calculator counts them. */
const hours = 730;

export interface SupportNotices {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

/**
 * Judges the version of one store. A new one of a version past its date is an error, unless the file asks for extended
 * support; an existing one is warned of.
 *
 * @param stands - whether the store is there already, of this version
 */
export function supportNotices(
  service: StoreService,
  { today, stands, priced }: { readonly today: Date; readonly stands: boolean; readonly priced: Priced },
): SupportNotices {
  const engine = engineOf(service);
  const support = supportOf(engine, service.version, today);
  const path = `services.${service.name}.image`;
  const what = `${engineTitle(engine, engine)} ${service.version}`;
  const newer =
    support.newer.length === 0
      ? "name a newer version, once AWS has one"
      : `name a newer version: ${support.newer.join(", ")}`;
  const until = support.until ?? "";
  const told = (message: string): SupportNotices => ({ problems: [], warnings: [{ path, message }] });
  switch (support.state) {
    case "standard":
      return { problems: [], warnings: [] };
    case "ending":
      return told(
        `AWS supports ${what} until ${until} as standard: ${newer} before, or ${afterwards(service)}`,
      );
    case "extended": {
      const price = priceOf(service, support, priced);
      if (service.extendedSupport === true)
        return told(`${what} is past its standard support: AWS adds ${price} for extended support`);
      const accept = `${stores[service.kind].keys[0]}: {extended-support: true}`;
      if (stands)
        return told(
          `${what} is past its standard support, and AWS adds ${price} for extended support: ${newer} with allow-downtime: true, or ${accept} to accept that`,
        );
      return {
        problems: [
          {
            path,
            message: `${what} is past its standard support, for which AWS would add ${price}`,
            hint: `${newer}; or ${accept} accepts the price, until ${until}`,
          },
        ],
        warnings: [],
      };
    }
    case "ended":
      if (stands) return told(`AWS supports ${what} no longer since ${until}, and upgrades it: ${newer}`);
      return {
        problems: [{ path, message: `AWS makes no ${what} any more, since ${until}`, hint: newer }],
        warnings: [],
      };
  }
}

function afterwards(service: StoreService): string {
  if (!isDatabase(service)) return "extended support is billed then";
  const kept = supportRow(engineOf(service), service.version)?.extendedUntil !== undefined;
  return `RDS upgrades it by itself then${kept ? " (extended-support: true keeps it, for a price)" : ""}`;
}

/** `about $146 a month ($0.10 for each hour of a virtual CPU)` */
function priceOf(service: StoreService, state: SupportState, priced: Priced): string {
  if (!isDatabase(service)) return `${cacheExtendedShare(state) * 100} % of its nodes' price`;
  const { perCpuHour = 0 } = state;
  const cpus = cpusOf(service.instanceClass ?? priced.instanceClass) * (priced.standby ? 2 : 1);
  const month = Math.round(perCpuHour * hours * cpus);
  return `about $${month} a month ($${perCpuHour.toFixed(2)} for each hour of a virtual CPU)`;
}
