/**
 * The lean SDK gives resources the same outputs as Pulumi's own, made when they are read. Pulumi's own is that of a world that
 * no other file has made lean.
 *
 * @jest-environment node
 */
import * as pulumi from "@pulumi/pulumi";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import * as rpc from "@pulumi/pulumi/runtime/rpc";
import { makeLean } from "../../../src/engine/lean-sdk";
import { setEngine, withLocalStorage } from "../../../src/simulator/pulumi-internals";

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

/** A resource's class: the lean SDK gives it the properties. */
class Bucket {
  tags(): string {
    return "a method that a property of the same name hides";
  }
}

interface Internal {
  readonly isKnown: Promise<boolean>;
  readonly isSecret: Promise<boolean>;
  promise(withUnknowns?: boolean): Promise<unknown>;
}

/** What a reader of the property gets, read before the engine has answered or after it. */
async function read(transfer: Transfer, isEarly: boolean, answer: Parameters<Resolver>): Promise<unknown> {
  const onto = new Bucket() as unknown as Record<string, Internal>;
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
  expect(() => lean(Object.assign(new Bucket(), { arn: 1 }), "bucket", { arn: 1 })).toThrow(
    "Property 'arn' is already initialized on target 'bucket",
  );
  const onto = new Bucket() as unknown as Record<string, unknown>;
  lean(onto, "bucket", { arn: 1 });
  onto["arn"] = "set";
  expect(onto["arn"]).toBe("set");
});

test("resources of one class have outputs of their own, and only those that they were given", async () => {
  const [one, other, third] = [new Bucket(), new Bucket(), new Bucket()] as unknown as Record<
    string,
    Internal
  >[];
  lean(one ?? {}, "one", { arn: 1, tags: 1 })["arn"]?.("first", true, false);
  lean(other ?? {}, "other", { arn: 1, region: 1 })["arn"]?.("second", true, false);
  expect(await one?.["arn"]?.promise()).toBe("first");
  expect(await other?.["arn"]?.promise()).toBe("second");
  expect(pulumi.Output.isInstance(one?.["tags"])).toBe(true);
  expect(one?.["region"]).toBeUndefined();
  expect(third?.["arn"]).toBeUndefined();
  expect(Object.keys(one ?? {})).toEqual([]);
});

test("nothing is made of what nobody reads", () => {
  const onto = new Bucket() as unknown as Record<string, unknown>;
  let reads = 0;
  const made = Proxy.revocable({}, { get: () => (reads += 1) });
  lean(onto, "bucket", { arn: made.proxy });
  expect([reads, pulumi.Output.isInstance(onto["arn"])]).toEqual([0, true]);
});

test("the engine is sent no debug messages, and all others", async () => {
  const sent: string[] = [];
  const log = (request: LogRequest, done: () => void): void => {
    sent.push(request.getMessage());
    done();
  };
  await withLocalStorage(async () => {
    setEngine({ engine: { log } });
    await pulumi.log.debug("Registering resource");
    await pulumi.log.info("for people");
  });
  expect(sent).toEqual(["for people"]);
});
