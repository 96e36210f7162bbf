/**
 * The lean SDK gives resources the same outputs as Pulumi's own, made when they are read. Pulumi's own is that of a world that
 * no other file has made lean.
 *
 * @jest-environment node
 */
import * as pulumi from "@pulumi/pulumi";
import * as rpc from "@pulumi/pulumi/runtime/rpc";
import { makeLean } from "../../../src/engine/lean-sdk";

type Resolver = (
  value: unknown,
  isKnown: boolean,
  isSecret: boolean,
  from?: unknown[],
  error?: Error,
) => void;
type Transfer = (onto: object, label: string, properties: object) => Record<string, Resolver>;

const own = (rpc as unknown as { transferProperties: Transfer }).transferProperties;
let lean: Transfer;

beforeAll(() => {
  makeLean(undefined);
  lean = (rpc as unknown as { transferProperties: Transfer }).transferProperties;
});

interface Internal {
  readonly isKnown: Promise<boolean>;
  readonly isSecret: Promise<boolean>;
  promise(withUnknowns?: boolean): Promise<unknown>;
}

/** What a reader of the property gets, read before the engine has answered or after it. */
async function read(transfer: Transfer, isEarly: boolean, answer: Parameters<Resolver>): Promise<unknown> {
  const onto: Record<string, Internal> = {};
  const resolvers = transfer(onto, "label", { id: 1, urn: 2, arn: undefined, tags: {} });
  expect(Object.keys(resolvers)).toEqual(["arn", "tags"]);
  if (isEarly) expect(onto["arn"]).toBeDefined();
  resolvers["arn"]?.(...answer);
  const output = onto["arn"];
  if (output === undefined) throw new Error("no output");
  expect(output).toBe(onto["arn"]);
  // Each of an output's promises fails of its own.
  const all = [output.promise(), output.isKnown, output.isSecret];
  const settled = await Promise.allSettled(all);
  return settled.map((one) => (one.status === "fulfilled" ? one.value : String(one.reason)));
}

const ignore = (): undefined => undefined;
beforeAll(() => process.on("unhandledRejection", ignore));
afterAll(() => process.off("unhandledRejection", ignore));

const answers: readonly Parameters<Resolver>[] = [
  ["arn:aws:s3:::bucket", true, false, []],
  [undefined, false, false, []],
  ["secret", true, true],
  [undefined, true, false, [], new Error("refused")],
];

test.each(answers.flatMap((answer) => [true, false].map((isEarly) => [answer, isEarly] as const)))(
  "%j, read before: %j",
  async (answer, isEarly) => {
    expect(lean).not.toBe(own);
    expect(await read(lean, isEarly, answer)).toEqual(await read(own, isEarly, answer));
  },
);

test("a property that is there is refused, and one may be set", () => {
  expect(() => lean({ arn: 1 }, "bucket", { arn: 1 })).toThrow(
    "Property 'arn' is already initialized on target 'bucket",
  );
  const onto: Record<string, unknown> = {};
  lean(onto, "bucket", { arn: 1 });
  onto["arn"] = "set";
  expect(onto["arn"]).toBe("set");
});

test("nothing is made of what nobody reads", () => {
  const onto: Record<string, unknown> = {};
  let reads = 0;
  const made = Proxy.revocable({}, { get: () => (reads += 1) });
  lean(onto, "bucket", { arn: made.proxy });
  expect([reads, pulumi.Output.isInstance(onto["arn"])]).toEqual([0, true]);
});
