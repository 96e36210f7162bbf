/**
 * Pulumi's Node SDK without what it does for nobody. Most of a large preview's time and memory went into it:
 *
 * - An `Output` for every property of every resource (`transferProperties` of `runtime/rpc.js`), each some fifteen promises
 *   and a proxy. Few are ever read, so each is made when it is first read: with what the engine has answered by then, or
 *   before it has answered.
 * - For every promise a text and a stack trace, to debug the SDK with (`debuggablePromise` of `runtime/debuggable.js`); its
 *   search for promises that were left behind is kept.
 * - For every resource the places in the program that have declared it, for an engine that shows them
 *   (`Resource.stackTrace`); ours are bundles.
 * - For every resource three debug messages, which are sent one after the other, and which no engine shows that is not
 *   asked for them (`debug` of `log/index.js`).
 */
import { Output, Resource } from "@pulumi/pulumi";
import { isGrpcError } from "@pulumi/pulumi/errors";
// The modules themselves, to put something in the place of what they export: a namespace is a copy.
// eslint-disable-next-line @typescript-eslint/no-require-imports
import debuggable = require("@pulumi/pulumi/runtime/debuggable");
// eslint-disable-next-line @typescript-eslint/no-require-imports
import messages = require("@pulumi/pulumi/log");
// eslint-disable-next-line @typescript-eslint/no-require-imports
import rpc = require("@pulumi/pulumi/runtime/rpc");
import * as state from "@pulumi/pulumi/runtime/state";
import type { Logger } from "../log";
import { watchHeap } from "./lean-heap";

/** What the engine has answered for one property (`OutputResolvers` of `runtime/rpc.d.ts`). */
type Answer = readonly [
  value: unknown,
  isKnown: boolean,
  isSecret: boolean,
  dependencies?: readonly Resource[],
  error?: Error,
];
type Resolver = (...answer: Answer) => void;

/** `OutputImpl`'s constructor, as `@pulumi/pulumi` 3.270 has it. */
type MakeOutput = new (
  resources: Resource,
  value: Promise<unknown>,
  isKnown: Promise<boolean>,
  isSecret: Promise<boolean>,
  allResources: Promise<readonly Resource[]>,
) => Output<unknown>;

const { debuggablePromise } = debuggable as {
  debuggablePromise: <T>(promise: Promise<T>, text: string) => Promise<T>;
};
const { getStore } = state as unknown as {
  getStore: () => { readonly leakCandidates: Set<Promise<unknown>> };
};

let isLean = false;

/** Makes the SDK of this process lean, for good; where the log takes debug messages it stays as it is. */
export function makeLean(log: Logger | undefined): void {
  if (isLean || log?.isLevelEnabled("debug") === true) return;
  isLean = true;
  for (const [module, name] of [
    [rpc, "transferProperties"],
    [debuggable, "debuggablePromise"],
    [Resource, "stackTrace"],
    [messages, "debug"],
  ] as const) {
    if (!(name in module)) throw new Error(`this version of @pulumi/pulumi has no ${name}`);
  }
  // The first promise schedules what reports at the process's end those that were left behind.
  void debuggablePromise(Promise.resolve(), "the first");
  Object.assign(debuggable, { debuggablePromise: watched });
  Object.assign(rpc, { transferProperties });
  Object.assign(Resource, { stackTrace: () => [] });
  Object.assign(messages, { debug: () => Promise.resolve() });
}

/** A promise that is reported at the end of the program while it has not settled. */
function watched<T>(promise: Promise<T>): Promise<T> {
  const { leakCandidates } = getStore();
  leakCandidates.add(promise);
  return promise.then(
    (value) => {
      leakCandidates.delete(promise);
      return value;
    },
    (error: unknown) => {
      leakCandidates.delete(promise);
      if (error instanceof Error) Object.assign(error, { promise });
      throw error;
    },
  );
}

function transferProperties(
  onto: Resource,
  label: string,
  properties: Readonly<Record<string, unknown>>,
): Record<string, Resolver> {
  watchHeap();
  const resolvers: Record<string, Resolver> = {};
  const answers = new Answers(onto);
  for (const name of Object.keys(properties)) {
    if (name === "id" || name === "urn") continue;
    if (Object.hasOwn(onto, name))
      throw new Error(`Property '${name}' is already initialized on target '${label}`);
    resolvers[name] = answers.resolverOf(name);
    giveAccessor(onto, name);
  }
  Object.defineProperty(onto, answersKey, { value: answers });
  return resolvers;
}

const answersKey = Symbol("answers");

/** A resource with the outputs of {@link transferProperties}. */
interface Answered {
  readonly [answersKey]?: Answers;
}

const accessors = new Map<string, PropertyDescriptor>();

/**
 * Gives a resource a property whose output is made when it is read. Its class has it: accessors of each resource's own
 * would be most of what it weighs.
 */
function giveAccessor(onto: Resource, name: string): void {
  const accessor = accessors.get(name) ?? accessorOf(name);
  accessors.set(name, accessor);
  const ofClass = Object.getPrototypeOf(onto) as object;
  const there = Object.getOwnPropertyDescriptor(ofClass, name);
  if (there === undefined) Object.defineProperty(ofClass, name, accessor);
  else if (there.get !== accessor.get) Object.defineProperty(onto, name, accessor);
}

function accessorOf(name: string): PropertyDescriptor & ThisType<Answered> {
  return {
    configurable: true,
    // Who walks over all that a resource has (`containsUnknowns` of `output.js`) reads none of them.
    enumerable: false,
    get() {
      return this[answersKey]?.outputOf(name);
    },
    set(value: unknown) {
      Object.defineProperty(this, name, { configurable: true, enumerable: true, writable: true, value });
    },
  };
}

/** What the engine has answered for the properties of one resource, and the outputs of those that were read. */
class Answers {
  /** By the property's name; `undefined` until it is answered. */
  readonly #answered: Record<string, Answer | undefined> = {};
  readonly #made = new Map<string, ReturnType<typeof pendingOutput>>();

  constructor(private readonly resource: Resource) {}

  resolverOf(name: string): Resolver {
    this.#answered[name] = undefined;
    return (...answer) => {
      this.#answered[name] ??= shared(answer);
      this.#made.get(name)?.settle(...answer);
    };
  }

  outputOf(name: string): Output<unknown> | undefined {
    if (!Object.hasOwn(this.#answered, name)) return undefined;
    let made = this.#made.get(name);
    if (made === undefined) {
      made = pendingOutput(this.resource);
      this.#made.set(name, made);
      const answer = this.#answered[name];
      if (answer !== undefined) made.settle(...answer);
    }
    return made.output;
  }
}

/** What most properties are answered: nothing. */
const nothings: readonly Answer[] = [
  [undefined, true, false],
  [undefined, false, false],
];

function shared(answer: Answer): Answer {
  return (
    nothings.find(
      ([, isKnown]) =>
        answer[0] === undefined &&
        answer[1] === isKnown &&
        !answer[2] &&
        (answer[3]?.length ?? 0) === 0 &&
        answer[4] === undefined,
    ) ?? answer
  );
}

function pendingOutput(resource: Resource): { readonly output: Output<unknown>; readonly settle: Resolver } {
  const value = Promise.withResolvers<unknown>();
  const known = Promise.withResolvers<boolean>();
  const secret = Promise.withResolvers<boolean>();
  const dependencies = Promise.withResolvers<readonly Resource[]>();
  const all = [value, known, secret, dependencies];
  const output = new (Output as unknown as MakeOutput)(
    resource,
    watched(value.promise),
    watched(known.promise),
    watched(secret.promise),
    watched(dependencies.promise),
  );
  return {
    output,
    settle: (answer, isKnown, isSecret, from = [], error) => {
      if (error !== undefined) {
        if (!isGrpcError(error)) for (const { reject } of all) reject(error);
        return;
      }
      value.resolve(answer);
      known.resolve(isKnown);
      secret.resolve(isSecret);
      dependencies.resolve(from);
    },
  };
}
