/** What the simulated AWS refuses, as tables: inputs of a type that AWS takes, and changes of them that it doesn't. */
import type { Properties } from "../../../src/simulator/cloud/cloud";
import type { Rule } from "../../../src/simulator/rules/rule";
import type { World } from "../simulated-world";

export type Ids = World["ids"];
export type Inputs = (ids: Ids) => Properties;
/** Makes what has to stand before the rule has something to refuse. */
export type Before = (world: World) => Promise<void>;

export interface RefusalCase {
  readonly rule: Rule;
  readonly type: string;
  /** Inputs that are taken, whatever stands. */
  readonly good: Inputs;
  /** Inputs of which the rule refuses `property`. */
  readonly bad: Inputs;
  readonly property: string;
  readonly before?: Before;
  /** The rule is about a change: the good inputs stand, then comes this, then the bad ones. */
  readonly between?: Before;
}

/** A rule, what breaks it in the good inputs, the property that is told, and what has to stand before. */
export type Row = readonly [rule: Rule, change: Properties | Inputs, property: string, before?: Before];

/** The good inputs with some of them changed. */
export function but(good: Inputs, change: Properties | Inputs): Inputs {
  return (ids) => ({ ...good(ids), ...(typeof change === "function" ? change(ids) : change) });
}

export function breaking(type: string, good: Inputs, rows: readonly Row[]): readonly RefusalCase[] {
  return rows.map(([rule, change, property, before]) => ({
    ...{ rule, type, good, bad: but(good, change), property },
    ...(before === undefined ? {} : { before }),
  }));
}

/** As {@link breaking}, of changes: what comes between the resource and its change is part of the row. */
export function changing(
  type: string,
  good: Inputs,
  rows: readonly (readonly [rule: Rule, change: Properties | Inputs, property: string, between?: Before])[],
): readonly RefusalCase[] {
  const nothing: Before = () => Promise.resolve();
  return rows.map(([rule, change, property, between = nothing]) => ({
    ...{ rule, type, good, bad: but(good, change), property, between },
  }));
}

/** Numbers from 0. */
export function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
