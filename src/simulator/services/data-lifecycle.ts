/** What becomes of a database over the years: its upgrades, and what it leaves. */
import type { Properties } from "../cloud";
import { textOf } from "../values";

/** A final snapshot, which RDS and ElastiCache both take under a name of the caller's. */
export function finalSnapshot(outputs: Properties): string | undefined {
  const name = textOf(outputs["finalSnapshotIdentifier"]);
  return name === "" || outputs["skipFinalSnapshot"] === true ? undefined : name;
}

/** RDS goes from one major version to another only where it is told so, and never back (RDS API: ModifyDBInstance). */
export function refusesUpgrade(before: Properties, inputs: Properties): string | undefined {
  const [from = NaN, to = NaN] = [before, inputs].map(({ engineVersion }) =>
    Number.parseInt(textOf(engineVersion), 10),
  );
  if (Number.isNaN(from) || Number.isNaN(to) || from === to) return undefined;
  if (to < from) return `InvalidParameterCombination: Cannot downgrade postgres from ${from} to ${to}`;
  return inputs["allowMajorVersionUpgrade"] === true
    ? undefined
    : "InvalidParameterCombination: The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version";
}
