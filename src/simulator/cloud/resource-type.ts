/** How one resource type of the simulated AWS is described. The descriptions themselves lie in `services/`. */
import type { Properties, Refusal } from "./cloud";
import type { StoredImage, StoredResource, StoredRollout } from "./store";

/** What exists, as rules may look at it. */
export interface World {
  readonly region: string;
  readonly accountId: string;
  all(type: string): readonly StoredResource[];
  /** A resource of the type by its id, its ARN or its name. */
  find(type: string, reference: unknown): StoredResource | undefined;
  images(repository: string): readonly StoredImage[];
  /** Whether AWS has verified the account: CloudFront takes no other. */
  readonly verified: boolean;
  /** Given in a rehearsal, in which nobody does anything between two changes of the engine. */
  readonly onRefusal: unknown;
  /** How a service of ECS is being deployed, by its ARN. */
  rollout(service: string): StoredRollout | undefined;
  /** Whether it was made in this run, and so exists at its end too. */
  isFresh(resource: StoredResource): boolean;
}

/** What a new resource is made of. */
export interface Making {
  readonly world: World;
  readonly inputs: Properties;
  readonly urn: string;
  /** The last part of the URN. */
  readonly logicalName: string;
  /** `length` lower-case hexadecimal digits that are this resource's own; the same for the same `purpose`. */
  hex(length: number, purpose?: string): string;
  /** The input as text, `""` where it is absent. */
  text(property: string): string;
}

/** The name that AWS knows a resource by. */
export interface NameRule {
  readonly property: string;
  readonly maximum: number;
  readonly minimum?: number;
  /** What the whole name must match, and how to say so. */
  readonly pattern: RegExp;
  readonly says: string;
  /** The page of AWS that says so. */
  readonly source: string;
  /** Made from the logical name where the program gives none. @default true */
  readonly auto?: boolean;
  /** The made name is put in lower case. @default false */
  readonly lower?: boolean;
  /** It can be renamed in place. @default false */
  readonly changes?: boolean;
  /** Names in use are refused. A function gives the scope in which a name is used once. @default true */
  readonly unique?: boolean | ((inputs: Properties) => string);
}

/** Points from an input to what has to exist: `subnetIds`, `healthCheck.path`, `vpcConfigs[].vpcId`. */
export interface Reference {
  readonly property: string;
  /** One of these types has the id, ARN or name. */
  readonly types: readonly string[];
  /** Values that name things outside of the stack: they are taken as they are. */
  readonly outside?: RegExp;
}

export interface Latency {
  readonly create?: number;
  readonly update?: number;
  readonly delete?: number;
}

export interface ResourceType {
  readonly token: string;
  readonly name?: NameRule;
  /** Top-level inputs that AWS can't change in place (the aws provider's ForceNew). */
  readonly replaces: readonly string[];
  /** Inputs that stay as they were where an update leaves them out (the provider's SuppressMissingOptionalConfigurationBlock). */
  readonly keeps?: readonly string[];
  /**
   * Inputs that the provider sends only where they differ from its state, so that AWS goes on with its own value where a
   * rollback has changed it meanwhile.
   */
  readonly sendsChanges?: readonly string[];
  readonly references?: readonly Reference[];
  /** Seconds that people see. */
  readonly latency?: Latency;
  id(making: Making): string;
  /** Another id by which the provider reads it, as its import takes. Its ARN and its name are taken anyway. */
  importId?(outputs: Properties): string;
  /** Computed outputs, over the defaults of `always-outputs.ts`. `id` is set. */
  outputs?(making: Making, id: string): Properties;
  /** Outputs that change when the resource is updated. */
  updated?(outputs: Properties, inputs: Properties): Properties;
  /** What is wrong with the inputs alone. Values that aren't known yet have been left out. */
  check?(inputs: Properties): readonly Refusal[];
  /** What is wrong with the inputs in view of what exists; `self` is the resource's id on an update. */
  conflicts?(inputs: Properties, world: World, self: string | undefined): readonly Refusal[];
  /**
   * Why it can't be changed from what it is to what the inputs say, in AWS's words. Those of a conflict are rules. Secrets
   * are sealed, and a rehearsal has values that are not known: both are there all the same.
   */
  readonly refusesUpdate?: (before: Properties, inputs: Properties) => string | undefined;
  /** The name of the snapshot that it leaves when it is deleted. @default it leaves none */
  readonly leaves?: (outputs: Properties) => string | undefined;
  /** Types that hold this one: it can't be deleted while one of them refers to it. */
  readonly usedBy?: readonly string[];
  /** Whether the provider retries its deletion while it is in use: what uses it may go in the same run. @default false */
  readonly deletesWithPatience?: boolean;
  /** The resource that AWS answers a creation with in place of a new one. @default there is none: it makes another one */
  readonly existing?: (world: World, inputs: Properties) => StoredResource | undefined;
  /** What AWS deletes with it. @default nothing */
  readonly deletes?: (resource: StoredResource, world: World) => readonly StoredResource[];
  /** Why it can't be created, in AWS's words: what only the attempt shows. */
  readonly refusesCreate?: DeniedBy;
  /** Why it can't be deleted now, in AWS's words. */
  refusesDelete?(resource: StoredResource, world: World): string | undefined;
}

/** The words of a denial, and what AWS has of another resource from then on. */
export type DeniedBy = (
  world: World,
  inputs: Properties,
) =>
  | string
  | {
      readonly words: string;
      readonly changed: { readonly type: string; readonly id: string; readonly outputs: Properties };
    }
  | undefined;

/** A reference to one type under the property that has it. */
export function ref(property: string, types: string | readonly string[], outside?: RegExp): Reference {
  return {
    property,
    types: typeof types === "string" ? [types] : types,
    ...(outside === undefined ? {} : { outside }),
  };
}
