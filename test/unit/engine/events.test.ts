import type { EngineEvent as PulumiEvent, StepEventMetadata } from "@pulumi/pulumi/automation/events";
import { plainText, RunRecorder } from "../../../src/engine/events";
import type { EngineEvent } from "../../../src/ports";

const secret = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "[secret]",
};
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const urn = "urn:pulumi:dev::shop::aws:ec2/vpc:Vpc::net";
const stackUrn = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev";

interface Half {
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
  readonly protect?: boolean;
  readonly parent?: string;
}

function metadata(op: string, halves: { old?: Half; new?: Half }, more: object = {}): StepEventMetadata {
  const state = (half: Half | undefined) =>
    half === undefined
      ? null
      : { urn, type: "aws:ec2/vpc:Vpc", parent: stackUrn, inputs: {}, outputs: {}, ...half };
  return {
    op,
    urn,
    type: "aws:ec2/vpc:Vpc",
    old: state(halves.old),
    new: state(halves.new),
    detailedDiff: null,
    ...more,
  } as unknown as StepEventMetadata;
}

type Part = Pick<
  PulumiEvent,
  "resourcePreEvent" | "resOutputsEvent" | "resOpFailedEvent" | "diagnosticEvent"
>;

const begins = (data: StepEventMetadata): Part => ({ resourcePreEvent: { metadata: data } });
const ends = (data: StepEventMetadata): Part => ({ resOutputsEvent: { metadata: data } });
const fails = (data: StepEventMetadata): Part => ({
  resOpFailedEvent: { metadata: data, status: 0, steps: 1 },
});
const says = (severity: string, message: string, about = ""): Part => ({
  diagnosticEvent: { severity: severity as "error", message, color: "never", urn: about },
});

/** A recorder that took these events, a second apart. */
function record(...parts: readonly Part[]): { recorder: RunRecorder; told: EngineEvent[] } {
  const told: EngineEvent[] = [];
  let seconds = 0;
  const recorder = new RunRecorder(
    (event) => told.push(event),
    () => seconds * 1000,
  );
  parts.forEach((part, sequence) => {
    seconds += 1;
    recorder.take({ sequence, timestamp: 0, ...part });
  });
  return { recorder, told };
}

function lines(told: readonly EngineEvent[]): readonly string[] {
  return told.map((event) =>
    event.kind === "resource"
      ? [event.op, event.status, event.name, ...(event.seconds === undefined ? [] : [event.seconds])].join(
          " ",
        )
      : `${event.severity}: ${event.message}`,
  );
}

describe("RunRecorder", () => {
  test("a create is told when it begins and when it ends, with the seconds it took", () => {
    const made = metadata("create", { new: { inputs: { cidrBlock: "10.0.0.0/16" } } });
    const { recorder, told } = record(begins(made), says("info", "still creating"), ends(made));
    expect(lines(told)).toEqual(["create started net", "info: still creating", "create done net 2"]);
    expect(recorder.steps()).toEqual([
      {
        urn,
        type: "aws:ec2/vpc:Vpc",
        name: "net",
        parent: stackUrn,
        op: "create",
        inputs: { cidrBlock: "10.0.0.0/16" },
        dependsOn: [],
        protect: false,
      },
    ]);
  });

  test("a step shows no secret, no sentinel and nothing of the bridge's bookkeeping", () => {
    const inputs = {
      __defaults: [],
      password: secret,
      vpcId: unknown,
      tags: { deep: [secret, unknown, { __defaults: [], name: "kept" }] },
    };
    const { recorder } = record(begins(metadata("create", { new: { inputs } })));
    expect(recorder.steps()[0]?.inputs).toEqual({
      password: "[secret]",
      vpcId: "[unknown]",
      tags: { deep: ["[secret]", "[unknown]", { name: "kept" }] },
    });
  });

  test.each([
    ["new half first", ["create-replacement", "replace", "delete-replaced"]],
    ["old half first", ["delete-replaced", "replace", "create-replacement"]],
  ])("a replacement is one step and one operation, %s", (_order, halves) => {
    const before = { inputs: { cidrBlock: "old" } };
    const after = { inputs: { cidrBlock: "new" } };
    const parts = halves.map((op) =>
      op.startsWith("delete")
        ? metadata(op, { old: before })
        : metadata(op, { old: before, new: after }, { detailedDiff: { cidrBlock: {} } }),
    );
    const { recorder, told } = record(...parts.flatMap((part) => [begins(part), ends(part)]));
    expect(recorder.steps()).toMatchObject([
      { op: "replace", inputs: { cidrBlock: "new" }, diff: ["cidrBlock"] },
    ]);
    expect(lines(told).map((line) => line.replace(/ \d+$/, ""))).toEqual([
      "replace started net",
      "replace done net",
    ]);
  });

  test("a deleted resource is told by what it was", () => {
    const gone = metadata("delete", { old: { inputs: { cidrBlock: "10.0.0.0/16" }, protect: true } });
    const { recorder } = record(begins(gone), ends(gone));
    expect(recorder.steps()).toMatchObject([
      { op: "delete", inputs: { cidrBlock: "10.0.0.0/16" }, protect: true, parent: stackUrn },
    ]);
  });

  test.each([
    [
      { detailedDiff: { 'tags["a.b"]': {}, "tags.c": {}, "routes[0].cidr": {} }, diffs: ["x"] },
      ["routes", "tags"],
    ],
    [{ detailedDiff: null, diffs: ["b", "a", "b"] }, ["a", "b"]],
    [{}, []],
  ])("the inputs that differ are told by their top-level names (%#)", (more, diff) => {
    const changed = metadata("update", { old: {}, new: {} }, more);
    expect(record(begins(changed)).recorder.steps()[0]?.diff).toEqual(diff);
  });

  test.each([
    ["gone", undefined, "delete"],
    ["changed", { outputs: { a: 2 } }, "update"],
    ["as it was", { outputs: { a: 1 } }, "same"],
  ])("a refresh that finds a resource %s", (_what, found, op) => {
    const halves = { old: { outputs: { a: 1 } }, ...(found === undefined ? {} : { new: found }) };
    const { recorder, told } = record(begins(metadata("refresh", halves)), ends(metadata("refresh", halves)));
    expect(recorder.steps()).toMatchObject([{ op }]);
    expect(lines(told)).toEqual(["refresh started net", "refresh done net 1"]);
  });

  test("the operation that follows a refresh is the step's", () => {
    const seen = metadata("refresh", { old: { outputs: { a: 1 } }, new: { outputs: { a: 2 } } });
    const same = metadata("same", { old: {}, new: {} });
    expect(record(begins(seen), ends(seen), begins(same), ends(same)).recorder.steps()).toMatchObject([
      { op: "same" },
    ]);
  });

  test("default providers and reads are no steps", () => {
    const provider = {
      urn: "urn:pulumi:dev::shop::pulumi:providers:aws::default_7_48_0",
      type: "pulumi:providers:aws",
    };
    const declared = {
      urn: "urn:pulumi:dev::shop::pulumi:providers:aws::other",
      type: "pulumi:providers:aws",
    };
    const { recorder } = record(
      begins(metadata("create", { new: {} }, provider)),
      begins(metadata("create", { new: {} }, declared)),
      begins(metadata("read", { new: {} })),
    );
    expect(recorder.steps().map((step) => step.name)).toEqual(["other"]);
  });

  test("the stack's outputs are the last ones told", () => {
    const stack = { urn: stackUrn, type: "pulumi:pulumi:Stack" };
    const begun = metadata("create", { new: { parent: "" } }, stack);
    const ended = metadata("create", { new: { outputs: { url: "http://x", token: secret } } }, stack);
    const { recorder, told } = record(begins(begun), ends(begun), ends(ended));
    expect(recorder.outputs()).toEqual({ url: "http://x", token: "[secret]" });
    expect(recorder.steps()[0]).not.toHaveProperty("parent", "");
    expect(lines(told)).toEqual(["create started shop-dev", "create done shop-dev 1"]);
  });

  test("problems are the errors that were told, each once, and the resources that failed without a word", () => {
    const made = metadata("create", { new: {} });
    const mute = { ...made, urn: `${urn}-2` };
    const { recorder, told } = record(
      begins(made),
      begins(mute),
      says("debug", "RegisterResource RPC finished: password,,,hunter2"),
      says("error", "InvalidVpc.Range\n", urn),
      says("error", "InvalidVpc.Range\n", urn),
      says("error", "out of cheese", stackUrn),
      says("error", "update failed", stackUrn),
      says("warning", "careful"),
      fails(made),
      fails(mute),
    );
    expect(recorder.problems()).toEqual([
      { path: urn, message: "InvalidVpc.Range" },
      { message: "out of cheese" },
      { path: `${urn}-2`, message: "failed" },
    ]);
    expect(JSON.stringify(told)).not.toContain("hunter2");
    expect(lines(told)).toContain("create failed net 8");
    expect(lines(told)).toContain("warning: careful");
    expect(lines(told)).not.toContain("error: update failed");
  });
});

test.each([
  ["<{%fg 1%}>error:<{%reset%}> no", "error: no"],
  ["\u001b[31mred\u001b[0m", "red"],
  ["Unhandled exception: Error: boom\n    at f (/a/b.js:1:2)\n    at <anonymous>", "boom"],
  ['error serializing property "image": boom', "boom"],
  ["two\nlines at home", "two\nlines at home"],
])("plainText of %j is %j", (text, plain) => {
  expect(plainText(text)).toBe(plain);
});

test("an answer of AWS's has what to do about it", () => {
  const { recorder } = record(
    says("error", "creating EC2 VPC: api error VpcLimitExceeded: The maximum", urn),
  );
  expect(recorder.problems()).toEqual([
    expect.objectContaining({ hint: expect.stringContaining("--quota-code L-F678F1CE") as string }),
  ]);
});
