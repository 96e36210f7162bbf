/**
 * The simulated AWS as its two faces see it: the simulator engine in this process (`src/simulator/engine/engine.ts`) and the
 * provider behind the real engine (`src/simulator/provider/provider.ts`). Types are Pulumi's tokens
 * (`aws:ec2/vpc:Vpc`), properties Pulumi's names.
 */

export type Properties = Readonly<Record<string, unknown>>;

/** One thing that AWS would refuse, with the property at fault. */
export interface Refusal {
  /** Property path inside the resource: `name`, `healthCheck.interval`. */
  readonly property: string;
  readonly message: string;
  /** What the rule is about (`rules/`). */
  readonly rule: string;
  /** What to do instead. */
  readonly hint: string;
}

export interface DiffResult {
  /** Top-level inputs that differ. */
  readonly changed: readonly string[];
  /** Those of them that AWS can't change in place. */
  readonly replaces: readonly string[];
  /** Whether the old resource has to go first (its name is taken). */
  readonly deleteBeforeReplace: boolean;
}

export interface CloudResource {
  readonly id: string;
  /** Every property, computed ones included. */
  readonly outputs: Properties;
}

/** Values that are not known in a preview. Compared by identity; each face maps it to its own "unknown". */
export const unknown: unique symbol = Symbol("unknown");

const sealMark = "\uE001sealed:";

/**
 * A secret on its way through the cloud: its digest instead of its value, so that neither the cloud's file nor an
 * engine's state ever holds the value, and a change of it is still seen.
 */
export function seal(digest: string): string {
  return `${sealMark}${digest}`;
}

/** Whether a value is a secret that was sealed; rules can't look into it. */
export function isSealed(value: unknown): value is string {
  return typeof value === "string" && value.startsWith(sealMark);
}

export interface SimulatedCloud {
  /** Fills in what AWS fills in (an auto name by URN), and lists what AWS refuses. `old` are the previous inputs. */
  check(
    type: string,
    urn: string,
    inputs: Properties,
    old?: Properties,
  ): { readonly inputs: Properties; readonly refusals: readonly Refusal[] };
  diff(type: string, oldInputs: Properties, newInputs: Properties): DiffResult;
  /** Creates the resource after its simulated latency. Throws an Error with AWS's words where AWS refuses. */
  create(type: string, urn: string, inputs: Properties): Promise<CloudResource>;
  /**
   * What a preview knows of a resource: its inputs, what `old` outputs an update keeps, and {@link unknown} for what
   * AWS has yet to compute. No id is known of a resource to be created.
   */
  preview(type: string, urn: string, inputs: Properties, old?: Properties): Properties;
  update(
    type: string,
    id: string,
    oldOutputs: Properties,
    inputs: Properties,
    ignored?: readonly string[],
  ): Promise<Properties>;
  /** The resource as it is now, `undefined` where it is gone. */
  read(type: string, id: string): Promise<CloudResource | undefined>;
  delete(type: string, id: string): Promise<void>;
  /** A function: `aws:index/getAvailabilityZones:getAvailabilityZones`. Throws on an unknown token. */
  invoke(token: string, args: Properties): Promise<Properties>;
}
