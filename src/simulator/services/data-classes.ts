/** Classes of RDS, and which engines run on them (RDS User Guide: Supported DB engines for DB instance classes). */
import type { Properties, Refusal } from "../cloud/cloud";
import { databaseRules as d } from "../rules/data";
import { textOf } from "../cloud/values";

const burstable = ["micro", "small", "medium", "large", "xlarge", "2xlarge"];
const general = ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"];
const larger = [...general, "24xlarge"];
/** Sizes of the families that are mostly taken; of other families only the form is looked at. */
const databaseSizes: Readonly<Record<string, readonly string[]>> = {
  t2: burstable,
  t3: burstable,
  t4g: burstable,
  m5: larger,
  m6g: general,
  m7g: general,
  m6i: [...larger, "32xlarge"],
  r5: larger,
  r6g: general,
  r7g: general,
  r6i: [...larger, "32xlarge"],
};
/** Major versions of PostgreSQL that a family runs: from, to. */
const familyVersions: Readonly<Record<string, readonly [from: number, to: number]>> = {
  t2: [0, 12],
  m4: [0, 12],
  r4: [0, 12],
  t4g: [12, Infinity],
  m6g: [12, Infinity],
  r6g: [12, Infinity],
  m7g: [13, Infinity],
  r7g: [13, Infinity],
};

/** Of MySQL: no Graviton runs 5.7. */
const mysqlVersions: typeof familyVersions = Object.fromEntries(
  ["t4g", "m6g", "m7g", "r6g", "r7g"].map((family) => [family, [8, Infinity]]),
);

export function checkClass(inputs: Properties): readonly Refusal[] {
  const size = inputs["instanceClass"];
  if (typeof size !== "string") return [];
  const [, family = "", step = ""] =
    /^db\.([a-z]\d+[a-z]*)\.(micro|small|medium|large|\d*xlarge)(\.tpc\d\.mem\dx)?$/.exec(size) ?? [];
  const offered = family !== "" && (databaseSizes[family] ?? [step]).includes(step);
  const engine = textOf(inputs["engine"]);
  const major = engine === "mariadb" ? Number.NaN : Number.parseInt(textOf(inputs["engineVersion"]), 10);
  const [from, to] = (engine === "mysql" ? mysqlVersions : familyVersions)[family] ?? [0, Infinity];
  return [
    ...d.instanceClass.unless(offered, "instanceClass", () => {
      return `'${size}' is no DB instance class (InvalidParameterValue)`;
    }),
    ...d.classAndVersion.unless(
      Number.isNaN(major) || (major >= from && major <= to),
      "instanceClass",
      () => {
        return `'${size}' runs no ${engine === "mysql" ? "MySQL" : "PostgreSQL"} ${major} (InvalidParameterCombination)`;
      },
    ),
  ];
}
