/** The components of a stack as people see them: the network, the entry, each store, each service, and the stack's rest. */

/** What a row of the progress, of a preview and of the page of a run represents. */
export type ComponentKind = "network" | "entry" | "stack" | "store" | "service" | "image";

export interface Component {
  readonly kind: ComponentKind;
  /** The compose service; `network`, `entry` and `stack` for what belongs to none. */
  readonly name: string;
  /** The type of Pulumi's component that it was found by: `berth:aws:Postgres`. @default an image has none */
  readonly type?: string;
}

/** A resource as far as its place counts. */
export interface Placed {
  readonly urn: string;
  /** URN; absent or empty for the stack itself. */
  readonly parent?: string;
}

/** Components of the program that belong to no service; every other one is named after its compose service. */
const shared: Readonly<Record<string, "network" | "entry" | "stack">> = {
  "berth:aws:Network": "network",
  "berth:aws:ExistingNetwork": "network",
  "berth:aws:NatInstance": "network",
  "berth:aws:NatGateways": "network",
  "berth:aws:InterfaceEndpoints": "network",
  "berth:aws:PrivateDns": "network",
  "berth:aws:ServiceNetworks": "network",
  "berth:aws:LoadBalancer": "entry",
  "berth:aws:NetworkBalancer": "entry",
  "berth:aws:Edge": "entry",
  "berth:aws:Certificate": "entry",
  "berth:aws:DelegatedZone": "entry",
  "berth:aws:Cluster": "stack",
  "berth:aws:LifecycleEvents": "stack",
  "berth:aws:ImageBuild": "stack",
  "berth:aws:GpuCapacity": "stack",
  "berth:aws:TimeToLive": "stack",
  "berth:aws:Alerts": "stack",
  "berth:aws:Volumes": "stack",
};

const stores: readonly string[] = ["berth:aws:Postgres", "berth:aws:Redis", "berth:aws:Mysql"];

/** A key that distinguishes components: a service and its image share a name. */
export function componentKey({ kind, name }: Component): string {
  return `${kind}/${name}`;
}

/** Finds the component of a resource by the components that hold it. */
export class ComponentMap {
  readonly #parents = new Map<string, string>();

  /** @param resources - what is known of where resources are; more is added by {@link learn} */
  constructor(resources: readonly Placed[] = []) {
    for (const resource of resources) this.learn(resource);
  }

  learn({ urn, parent }: Placed): void {
    if (parent !== undefined && parent !== "") this.#parents.set(urn, parent);
  }

  /** @returns `undefined` for the stack itself, and for what is in no component: a provider */
  of(urn: string): Component | undefined {
    const outermost = typesOf(urn).find((type) => type.startsWith("berth:"));
    if (outermost === undefined) return undefined;
    const kind = shared[outermost];
    if (kind !== undefined) return { kind, name: kind, type: outermost };
    const name = this.#nameOf(urn);
    if (name === undefined) return { kind: "stack", name: "stack", type: outermost };
    return { kind: stores.includes(outermost) ? "store" : "service", name, type: outermost };
  }

  /** The name of the outermost component that holds the resource. */
  #nameOf(urn: string): string | undefined {
    let found: string | undefined;
    for (let at: string | undefined = urn; at !== undefined; at = this.#parents.get(at)) {
      if (typesOf(at).at(-1)?.startsWith("berth:") === true) found = nameOf(at);
    }
    return found;
  }
}

/** The types from the outermost parent to the resource itself: `urn:pulumi:dev::todo::berth:aws:Redis$aws:…::cache`. */
function typesOf(urn: string): readonly string[] {
  return (urn.split("::")[2] ?? "").split("$");
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
