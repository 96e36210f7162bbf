/** The differences of every engine, and what of them the parameter groups keep. */
import { mysqlDifferences } from "./mysql";
import { postgresDifferences } from "./postgres";
import { redisDifferences } from "./redis";
import type { Difference, EngineName } from "./row";
import { sharedDifferences } from "./shared";

export { type Answer, asOf, type Difference, type EngineName, engineNames, type Keys } from "./row";

/** In the order of the page. */
export const differences: readonly Difference[] = [
  ...postgresDifferences,
  ...mysqlDifferences,
  ...redisDifferences,
  ...sharedDifferences,
];

/** What makes an engine do as its image does: parameters of its group. */
export function keptParameters(engine: EngineName): Readonly<Record<string, string>> {
  return Object.assign(
    {},
    ...differences.flatMap(({ engines, answer }) =>
      engines.includes(engine) && answer.kind === "kept" ? [answer.parameters] : [],
    ),
  ) as Readonly<Record<string, string>>;
}
