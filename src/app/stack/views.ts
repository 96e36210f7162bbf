/**
 * What people read of a stack, beside its state at `views/PROJECT/STACK.json`: each run leaves it when it ends, however
 * it ended. Unlike the state it holds no secret, and reading it needs no engine. It counts as long as the state is the
 * one that it was made of.
 */
import type { Engine, StackIdentity, StackSummary, TextStore } from "../../ports";
import {
  anything,
  listOf,
  mapOf,
  number,
  optional,
  record,
  text,
  whole,
  type Shaped,
} from "../../ports/shape";
import { parsedBy } from "./parsed";
import { readRecord } from "./run-records";

const costShape = record({
  /** US dollars a month, and what of it has no known price; whose prices they are, and of which day. */
  total: number,
  unknown: listOf(record({ what: text })),
  region: text,
  prices: record({ region: text, asOf: text }),
  components: listOf(record({ service: text, usd: number })),
});

/** What a stack costs before anybody uses it. */
export type ViewCost = Readonly<Shaped<typeof costShape>>;

const viewShape = record({
  /** The engine's `stateVersion` when it was made. */
  stateVersion: text,
  /** ISO 8601. */
  updated: text,
  resourceCount: whole,
  /** The stack's outputs; a secret is `"[secret]"`. */
  outputs: mapOf(anything),
  /** Of a successful `up`. */
  cost: optional(costShape),
});

export type StackView = Readonly<Shaped<typeof viewShape>>;

/** What reading needs from outside. */
export interface ViewDeps {
  records(): Promise<TextStore>;
  stateVersion(stack: StackIdentity): Promise<string | undefined>;
  stateVersions(): Promise<ReadonlyMap<string, string>>;
}

/** What is known of a stack without its state. `unknown` is a stack whose state has to be read, and why. */
export type Seen =
  | { readonly kind: "seen"; readonly outputs: StackView["outputs"] }
  | { readonly kind: "no stack" }
  | { readonly kind: "unknown"; readonly why: string };

const unseen = "its last run was by an earlier version of Berth, which left no summary beside the state";
const changed = "its state has changed since the last summary: a run goes on, or was killed";

/**
 * Leaves what the stack is now; of a stack that is gone nothing is left. The writer has locked the stack.
 *
 * @param stateVersion - as who reads it asks for it; `undefined` where the stack is gone
 */
export async function keepView(
  store: TextStore,
  stack: StackIdentity,
  stateVersion: string | undefined,
  engine: Pick<Engine, "outputs" | "resources">,
  now: number,
): Promise<void> {
  const [outputs, resources] = await Promise.all([engine.outputs(stack), engine.resources(stack)]);
  if (stateVersion === undefined || outputs === undefined) {
    await store.remove(keyOf(stack));
    return;
  }
  const updated = new Date(now).toISOString();
  const view = { stateVersion, updated, resourceCount: resources.length, outputs };
  await store.write(keyOf(stack), textOf(view));
}

/** The outputs of the stack's last run: two requests side by side. */
export async function seeStack(
  stack: StackIdentity,
  deps: Pick<ViewDeps, "records" | "stateVersion">,
): Promise<Seen> {
  const records = await deps.records();
  const [view, version] = await Promise.all([readView(records, stack), deps.stateVersion(stack)]);
  if (version === undefined) return { kind: "no stack" };
  if (view?.stateVersion === version) return { kind: "seen", outputs: view.outputs };
  // An earlier version left the record of a success.
  const record = view === undefined ? await readRecord(records, stack) : undefined;
  if (record?.stateVersion === version) return { kind: "seen", outputs: record.outputs };
  return { kind: "unknown", why: view === undefined ? unseen : changed };
}

/**
 * The stacks that exist: a list of the states, and a request for each of them, side by side. A stack whose state has
 * changed since has no count.
 *
 * @returns a sentence's end where a state has to be read: why
 */
export async function seeStacks(
  deps: Pick<ViewDeps, "records" | "stateVersions">,
): Promise<readonly StackSummary[] | string> {
  const [records, versions] = await Promise.all([deps.records(), deps.stateVersions()]);
  const found = await Promise.all(
    [...versions].map(async ([key, version]) => {
      const [project = "", stack = ""] = key.split("/");
      const view = await readView(records, { project, stack });
      if (view === undefined) return `${key}: ${unseen}`;
      const { updated: lastUpdate, resourceCount } = view;
      const counted = view.stateVersion === version ? { resourceCount } : {};
      return { project, stack, lastUpdate, ...counted };
    }),
  );
  return found.find((one) => typeof one === "string") ?? found.filter((one) => typeof one !== "string");
}

/** Adds what the stack costs, which is known when its run is over. */
export async function addCost(store: TextStore, stack: StackIdentity, cost: ViewCost): Promise<void> {
  const view = await readView(store, stack);
  if (view !== undefined) await store.write(keyOf(stack), textOf({ ...view, cost }));
}

/** `undefined` where there is none, or none that can be read. */
export async function readView(store: TextStore, stack: StackIdentity): Promise<StackView | undefined> {
  return parsedBy(viewShape, await store.read(keyOf(stack)));
}

function textOf(view: StackView): string {
  return `${JSON.stringify(view)}\n`;
}

function keyOf({ project, stack }: StackIdentity): string {
  return `views/${project}/${stack}.json`;
}
