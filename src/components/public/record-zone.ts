/** The public zones that take a stack's records: of its own account, or of another one by a role. */
import type { Provider } from "@pulumi/aws/provider";
import type * as pulumi from "@pulumi/pulumi";
import { definedOnly } from "../../defined";
import { sessionName } from "../../model/zone-role";
import type { AwayZone, ProjectProgramArgs } from "../../ports";
import { awsProvider } from "../stack/aws-provider";

/** A public zone, and who may change it. */
export interface RecordZone {
  readonly id: pulumi.Input<string>;
  /** Of the account that has it. @default the stack's own */
  readonly provider?: pulumi.ProviderResource;
}

/** The options of a record in it. */
export function recordOptions(
  { provider }: RecordZone,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
  return provider === undefined ? opts : { ...opts, provider };
}

/** The zones of other accounts by the names that lie in them, each with one provider. */
export class AwayZones {
  readonly #byName: ReadonlyMap<string, AwayZone>;
  readonly #providers = new Map<string, Provider>();

  /** @param make - a provider that takes the role; it is known by the zone, since the role may change */
  constructor(
    zones: readonly AwayZone[],
    private readonly make: (zone: AwayZone) => Provider,
  ) {
    this.#byName = new Map(zones.map((zone) => [zone.of, zone]));
  }

  /** @param host - as the file or the settings name it */
  find(
    host: string,
  ): { readonly id: string; readonly name: string; readonly provider: Provider } | undefined {
    const zone = this.#byName.get(host);
    if (zone === undefined) return undefined;
    const provider = this.#providers.get(zone.id) ?? this.make(zone);
    this.#providers.set(zone.id, provider);
    return { id: zone.id, name: zone.name, provider };
  }
}

/** Each with a provider that takes its role. */
export function awayZonesOf({
  awayZones = [],
  region,
  endpointUrl,
  project,
  stack,
}: ProjectProgramArgs): AwayZones {
  const session = sessionName(project.name, stack);
  return new AwayZones(awayZones, ({ id, roleArn: arn }) =>
    awsProvider(`aws-zone-${id}`, { region, role: { arn, session }, ...definedOnly({ endpointUrl }) }),
  );
}
