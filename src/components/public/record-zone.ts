/** The public zones that take a stack's records: of its own account, or of another one by a role. */
import type { Provider } from "@pulumi/aws/provider";
import type * as pulumi from "@pulumi/pulumi";
import { definedOnly } from "../../defined";
import { sessionName } from "../../model/zone-role";
import type { CrossAccountZone, ProjectProgramArgs } from "../../ports";
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
export class CrossAccountZones {
  readonly #byName: ReadonlyMap<string, CrossAccountZone>;
  readonly #providers = new Map<string, Provider>();

  /** @param make - a provider that takes the role; it is known by the zone, since the role may change */
  constructor(
    zones: readonly CrossAccountZone[],
    private readonly make: (zone: CrossAccountZone) => Provider,
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
export function crossAccountZonesOf({
  crossAccountZones = [],
  region,
  endpointUrl,
  project,
  stack,
}: ProjectProgramArgs): CrossAccountZones {
  const session = sessionName(project.name, stack);
  return new CrossAccountZones(crossAccountZones, ({ id, roleArn: arn }) =>
    awsProvider(`aws-zone-${id}`, { region, role: { arn, session }, ...definedOnly({ endpointUrl }) }),
  );
}
