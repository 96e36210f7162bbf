/** The rows of the estate in the plan of `examples/everything`, in each mode and in a VPC that is there already: name, parent, tags, what matters, what it waits for. */
import { modeNames, type ModeName } from "../../src/modes/modes";
import type { ResourceStep } from "../../src/ports";
import { featureRows } from "../support/estates/feature-rows";
import { networkRows } from "../support/estates/network-rows";
import { bearsTags, jobOf, plansOf, tagsOf } from "../support/estates/plans";
import { projectRows } from "../support/estates/project-rows";
import type { Row } from "../support/estates/row";
import { serviceRows } from "../support/estates/service-rows";

const rows: readonly Row[] = [...projectRows, ...networkRows, ...serviceRows, ...featureRows];

/** What is protected: a plan that would replace or drop it is refused. */
const guarded = [
  ...["rds/instance db", "rds/instance ledger"],
  ...["elasticache/replicationGroup cache", "elasticache/replicationGroup queue", "efs/fileSystem volumes"],
];

const short = (type: string): string => type.replace(/^aws:([\w-]+\/\w+):.*$/, "$1");
const labelOf = ({ type, name }: Pick<ResourceStep, "type" | "name">): string => `${short(type)} ${name}`;

class Plans {
  private readonly byUrn: ReadonlyMap<string, ResourceStep>;

  constructor(private readonly steps: readonly ResourceStep[]) {
    this.byUrn = new Map(steps.map((step) => [step.urn, step]));
  }

  find(label: string): ResourceStep {
    const found = this.steps.filter((step) => labelOf(step) === label);
    const [only] = found;
    if (only === undefined || found.length > 1) {
      const near = this.steps.map(labelOf).filter((other) => other.startsWith(label.split(" ")[0] ?? ""));
      throw new Error(`${found.length} of ${label}; there are ${near.join(", ")}`);
    }
    return only;
  }

  /** The nearest component above it. */
  component(step: ResourceStep): string {
    const parent = this.byUrn.get(step.parent ?? "");
    if (parent === undefined) return "";
    return parent.type.startsWith("berth:aws:")
      ? parent.type.slice("berth:aws:".length)
      : this.component(parent);
  }

  /** Everything that it waits for, through what it waits for too. */
  before(step: ResourceStep, seen = new Set<string>()): ReadonlySet<string> {
    for (const urn of [...step.dependsOn, step.parent ?? ""]) {
      const other = this.byUrn.get(urn);
      if (other === undefined || seen.has(labelOf(other))) continue;
      seen.add(labelOf(other));
      this.before(other, seen);
    }
    return seen;
  }
}

interface Column {
  readonly mode: ModeName;
  readonly env: Readonly<Record<string, string>>;
}

const columns: readonly (readonly [string, Column])[] = [
  ...modeNames.map((mode) => [`in mode ${mode}`, { mode, env: {} }] as const),
  ["in a VPC that is there already", { mode: "balanced", env: { BERTH_VPC_ID: "vpc-0123456789abcdef0" } }],
];

let planned: ReadonlyMap<string, Plans>;

beforeAll(async () => {
  const jobs = columns.map(([name, { mode, env }]) => {
    const job = jobOf("everything", "examples/everything", mode);
    return { ...job, name, env: { ...job.env, ...env } };
  });
  planned = new Map((await plansOf(jobs)).map(({ name, plan }) => [name, new Plans(plan.resources)]));
});

describe.each(columns)("%s", (column, { mode, env }) => {
  const plans = (): Plans => {
    const found = planned.get(column);
    if (found === undefined) throw new Error(`no plan ${column}`);
    return found;
  };
  const makesNetwork = env["BERTH_VPC_ID"] === undefined;
  const isThere = (row: Row): boolean =>
    (row.modes?.includes(mode) ?? true) && (makesNetwork || row.network !== true);
  const own = rows.filter(isThere);
  /** What stands before a row only where there is such a thing. */
  const absent = new Set(rows.filter((row) => !isThere(row)).map(({ type, name }) => `${type} ${name}`));

  test.each(own.map((row) => [`${row.type} ${row.name}`, row] as const))("%s", (label, row) => {
    const step = plans().find(label);
    const { inputs } = step;
    if (row.parent !== "*") expect(plans().component(step)).toBe(row.parent);
    expect(inputs).toMatchObject(typeof row.has === "function" ? row.has(mode) : (row.has ?? {}));
    if (row.called !== undefined) expect(inputs["name"] ?? inputs["bucket"]).toMatch(row.called);
    const before = plans().before(step);
    expect((row.after ?? []).filter((other) => !before.has(other) && !absent.has(other))).toEqual([]);
    if (bearsTags(step.type)) {
      expect(tagsOf(inputs)).toMatchObject({ "berth:project": "everything", "berth:stack": "dev" });
    }
    expect(step.protect).toBe(guarded.includes(label));
  });

  test("there is nothing that belongs to another mode, or to a network of the stack's own", () => {
    expect(absent.size).toBeGreaterThan(0);
    for (const label of absent) expect(() => plans().find(label)).toThrow(/^0 of /);
  });
});
