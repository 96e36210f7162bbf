/** A resource of a stack's state, as far as what is deployed is read from it. */
export interface StateResource {
  readonly urn: string;
  /** What AWS knows it by: of a rule and a listener the ARN. */
  readonly id?: string;
  readonly type: string;
  readonly name: string;
  readonly parent?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** URNs. */
  readonly dependsOn: readonly string[];
}

/** One that is known by its place alone. */
export type PlacedResource = Pick<StateResource, "type" | "name" | "parent" | "inputs">;
