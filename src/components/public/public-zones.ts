/** The public zones of the account that names lie in. */
import type { Provider } from "@pulumi/aws/provider";
import { getZone } from "@pulumi/aws/route53/getZone";
import { messageOf } from "../../errors";
import { provenBase } from "../../model/deployed-certificates";
import { commonNameLength } from "./certificate-groups";
import type { CrossAccountZones, RecordZone } from "./record-zone";

/** A public zone. */
export interface FoundZone extends RecordZone {
  /** A domain that it holds: its own, or one below. */
  readonly name: string;
}

/** The public zones of the account, each asked for once. */
export class Zones {
  readonly #found: Map<string, Promise<FoundZone | undefined>>;

  /** @param named - by name: zones that are not asked for */
  constructor(
    private readonly provider: Provider,
    private readonly away: CrossAccountZones,
    named: ReadonlyMap<string, FoundZone>,
  ) {
    this.#found = new Map([...named].map(([name, zone]) => [name, Promise.resolve(zone)]));
  }

  /**
   * The zone nearest to a host: its own, that of its parent, and so on up to two labels.
   *
   * @param id - where the file names it
   */
  async of(host: string, id?: string): Promise<FoundZone | undefined> {
    const away = this.away.find(host);
    if (away !== undefined) return away;
    if (id !== undefined) return { id, name: await this.#within(host, id) };
    const labels = provenBase(host).split(".");
    for (let first = 0; first <= labels.length - 2; first++) {
      const found = await this.#named(labels.slice(first).join("."));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The domain of a zone that the file names; it counts for long names alone. */
  async #within(host: string, zoneId: string): Promise<string> {
    if (host.length <= commonNameLength) return provenBase(host);
    const { name } = await getZone({ zoneId, privateZone: false }, { provider: this.provider });
    return name.replace(/\.$/, "");
  }

  #named(name: string): Promise<FoundZone | undefined> {
    const asked =
      this.#found.get(name) ??
      orNone(
        getZone({ name, privateZone: false }, { provider: this.provider }).then(({ zoneId: id }) => ({
          id,
          name,
        })),
      );
    this.#found.set(name, asked);
    return asked;
  }
}

/** The provider's functions fail where nothing matches; everything else is a failure indeed. */
export async function orNone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (/no matching (Route ?53|ACM)/i.test(messageOf(error))) return undefined;
    throw error;
  }
}
