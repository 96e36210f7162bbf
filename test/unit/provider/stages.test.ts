/** What a run of the real provider makes of Terraform's words. */
import type { TerraformDocument } from "../../provider/document";
import { faultsOf } from "../../provider/run";
import { StageRun, stages, type StageResult } from "../../provider/stages";
import type { Ended } from "../../provider/terraform";

const net = "aws_vpc.net";
const db = "aws_db_instance.db";

const document: TerraformDocument = {
  terraform: {},
  provider: { aws: [] },
  resource: { aws_vpc: { net: {} }, aws_db_instance: { db: { deletion_protection: true } } },
};

/** A Terraform that answers by command: a text for `run`, a value for `json`. */
class ScriptedTerraform {
  readonly written: unknown[] = [];
  readonly asked: string[] = [];

  constructor(private readonly answers: Readonly<Record<string, unknown>>) {}

  init(): Promise<void> {
    return Promise.resolve();
  }

  write(text: unknown): void {
    this.written.push(text);
  }

  run(...args: readonly string[]): Promise<Ended> {
    this.asked.push(args.join(" "));
    const lines = this.answers[args.at(-1) ?? ""] ?? this.answers[args[0] ?? ""] ?? "";
    const text = Array.isArray(lines)
      ? lines.map((line) => JSON.stringify(line)).join("\n")
      : (lines as string);
    return Promise.resolve({ code: 0, text });
  }

  json<T>(...args: readonly string[]): Promise<T> {
    return Promise.resolve(this.answers[args[0] ?? ""] as T);
  }
}

const planned = (addr: string): unknown => ({ type: "planned_change", change: { resource: { addr } } });
const done = (addr: string): unknown => ({ type: "apply_complete", hook: { resource: { addr } } });

/** All goes well. */
const smooth = {
  validate: { diagnostics: [] },
  "-out=first.plan": [planned(net), planned(db)],
  "first.plan": [done(net), done(db)],
  destroy: [done(net), done(db)],
};

async function ran(answers: Readonly<Record<string, unknown>>): Promise<{
  readonly terraform: ScriptedTerraform;
  readonly results: readonly StageResult[];
  readonly faults: readonly string[];
}> {
  const terraform = new ScriptedTerraform({ ...smooth, ...answers });
  const results: StageResult[] = [];
  for await (const result of new StageRun(terraform, document).through("destroy")) results.push(result);
  return { terraform, results, faults: faultsOf({ stages: results }) };
}

test("each stage counts what came through, and what is protected is let go before it is destroyed", async () => {
  const { terraform, results, faults } = await ran({});
  expect(faults).toEqual([]);
  expect(results.map(({ stage, passed }) => [stage, passed.size])).toEqual(stages.map((stage) => [stage, 2]));
  expect(terraform.written).toEqual([
    document,
    {
      ...document,
      resource: { ...document.resource, aws_db_instance: { db: { deletion_protection: false } } },
    },
  ]);
});

test("a second plan that isn't empty is told with what differs", async () => {
  const change = {
    actions: ["update"],
    before: { tags: {}, name: "db" },
    after: { tags: { a: "b" }, name: "db" },
  };
  const { faults, results } = await ran({
    "-out=second.plan": [planned(db)],
    show: {
      resource_changes: [
        { address: db, change },
        { address: net, change },
      ],
    },
  });
  expect(faults).toEqual([`replan: ${db}: update tags: {} -> {"a":"b"}`]);
  expect(results[3]?.passed).toEqual(new Set([net]));
});

test("a refusal, a warning, and what is still there at the end are told", async () => {
  const refused = {
    severity: "error",
    summary: "Unsupported argument",
    detail: 'An argument named "x"\n is not expected.',
    snippet: { context: 'resource "aws_vpc" "net"' },
  };
  const warned = { type: "diagnostic", diagnostic: { severity: "warning", summary: "Odd", address: db } };
  const old = { type: "diagnostic", diagnostic: { severity: "warning", summary: "Argument is Deprecated" } };
  const { faults, results } = await ran({
    validate: { diagnostics: [refused] },
    "first.plan": [done(net), warned, old],
    state: `${net}\ndata.aws_region.here`,
  });
  expect(faults).toEqual([
    `validate: ${net}: error: Unsupported argument An argument named "x" is not expected.`,
    `apply: ${db}: warning: Odd`,
    `destroy: ${net}: it is still there`,
  ]);
  expect(results.map(({ passed }) => passed.size)).toEqual([1, 2, 1, 1, 1]);
});
