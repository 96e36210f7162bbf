/** A row of the estate: one resource of a project, and what of it matters. */
import type { ModeName } from "../../../src/modes/modes";

export interface Row {
  /** Without `aws:` and the class: `ecr/repository`. */
  readonly type: string;
  /** The logical name. */
  readonly name: string;
  /** The component that holds it, without `berth:aws:`. */
  readonly parent: string;
  /** What its inputs have, by mode where that differs. */
  readonly has?: object | ((mode: ModeName) => object);
  /** The name that AWS knows it by. */
  readonly called?: RegExp;
  /** Types and names that stand before it: `ecs/service site`. */
  readonly after?: readonly string[];
  /** @default all */
  readonly modes?: readonly ModeName[];
  /** Part of the stack's own network, which a stack in a VPC that is there already has not. @default false */
  readonly network?: true;
}

export const text = (pattern: RegExp): unknown => expect.stringMatching(pattern);
export const some = (...items: readonly unknown[]): unknown => expect.arrayContaining([...items]);
export const part = (shape: object): unknown => expect.objectContaining(shape);
export const zone = "everything.example.com";
