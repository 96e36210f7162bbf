/** Outputs as the programs have them (`scripts/build/lean-output.mjs`) against Pulumi's own: what they give, and in how many turns. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as pulumi from "@pulumi/pulumi";
import * as own from "@pulumi/pulumi/output";

const script = pathToFileURL(join(__dirname, "../../../scripts/build/lean-output.mjs")).href;
const path = require.resolve("@pulumi/pulumi/output");

const source = execFileSync(process.execPath, [
  "--input-type=module",
  "--eval",
  `import { leanOutput } from ${JSON.stringify(script)};
   import { readFileSync } from "node:fs";
   process.stdout.write(leanOutput(readFileSync(${JSON.stringify(path)}, "utf8")));`,
]).toString();

type Sdk = typeof pulumi & { readonly unknown: unknown };

/** The module of this text, beside the SDK's other ones. */
function moduleOf(text: string): Sdk {
  const module = { exports: {} };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const define = new Function("module", "exports", "require", text) as (...args: readonly unknown[]) => void;
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  define(module, module.exports, (name: string) => require(join(path, "..", name)) as unknown);
  return module.exports as Sdk;
}

const lean = moduleOf(source);

interface Internal {
  readonly isKnown: Promise<boolean>;
  readonly isSecret: Promise<boolean>;
  promise(withUnknowns?: boolean): Promise<unknown>;
  allResources(): Promise<ReadonlySet<unknown>>;
}

/** What the promise gives, and the turns of the queue of microtasks until it does. */
async function turnsOf(promise: Promise<unknown>): Promise<readonly [unknown, number]> {
  const state = { isDone: false };
  const done = promise.catch(String).then((given) => {
    state.isDone = true;
    return given;
  });
  let turns = 0;
  for (; !state.isDone; turns++) await Promise.resolve();
  return [await done, turns];
}

const [one, other] = [{ name: "one" }, { name: "other" }] as unknown as pulumi.Resource[];

type Make = new (...args: readonly unknown[]) => pulumi.Output<unknown>;

/** An output with resources of its own, as the SDK makes those of properties. */
function madeOf(sdk: Sdk, value: unknown, isKnown = true, isSecret = false): pulumi.Output<unknown> {
  const resolved = [value, isKnown, isSecret].map((each) => Promise.resolve(each));
  return new (sdk.Output as unknown as Make)([one], ...resolved, Promise.resolve([other]));
}

const outputs: Readonly<Record<string, (sdk: Sdk) => pulumi.Output<unknown>>> = {
  "a value": ({ output }) => output("x"),
  "an object of outputs": ({ output, all }) => output({ a: 1, b: [output("x")], c: all([output(1), 2]) }),
  "a secret": ({ secret, interpolate }) => interpolate`a ${secret("x")}`,
  "a property's": (sdk) => madeOf(sdk, "x"),
  "an unknown property's": (sdk) => madeOf(sdk, undefined, false, true),
  "what contains an unknown": (sdk) => madeOf(sdk, { a: sdk.unknown, b: 1 }),
  "an output in an output": (sdk) => madeOf(sdk, madeOf(sdk, "x", true, true)),
  applied: (sdk) => madeOf(sdk, "x").apply((x) => sdk.output(`${String(x)}y`)),
  "applied to an unknown": (sdk) => madeOf(sdk, "x", false).apply(() => "never"),
  "a member": (sdk) => (madeOf(sdk, { a: { b: 1 } }) as pulumi.Output<{ a: { b: number } }>).a.b,
  "a failure": (sdk) => sdk.output("x").apply(() => Promise.reject(new Error("refused"))),
};

test.each(Object.keys(outputs))("%s", async (name) => {
  const read = async (sdk: Sdk): Promise<unknown[]> => {
    const found: unknown[] = [];
    for (const ask of [
      (output: Internal) => output.promise(),
      (output: Internal) => output.promise(true),
      (output: Internal) => output.isKnown,
      (output: Internal) => output.isSecret,
      async (output: Internal) => [...(await output.allResources())],
    ]) {
      const output = outputs[name]?.(sdk) as unknown as Internal;
      const rest = [output.promise(), output.isKnown, output.isSecret, output.allResources()];
      const [given, turns] = await turnsOf(ask(output));
      found.push(given === sdk.unknown ? "unknown" : JSON.stringify(given), turns);
      await Promise.allSettled(rest);
    }
    return found;
  };
  expect(await read(lean)).toEqual(await read(own as unknown as Sdk));
});

test("an output is no promise, no text and no JSON", () => {
  for (const sdk of [lean, own as unknown as Sdk]) {
    const output = sdk.output("x");
    expect(Reflect.get(output, "then")).toBeUndefined();
    expect(Reflect.get(output, Symbol.iterator)).toBeUndefined();
    expect((Reflect.get(output, "toString") as () => string)()).toContain(
      "Calling [toString] on an [Output<T>] is not supported.",
    );
    expect(JSON.stringify(output)).toContain("Calling [toJSON] on an [Output<T>] is not supported.");
    expect(sdk.Output.isInstance(output)).toBe(true);
  }
});
