/** One component of a run while it goes on: what is at work in it, and how it ended. */
import type { Component } from "../../model/components";
import type { Operation } from "../../ports";
import { typicalTime, type Verb } from "./words";

export type RowState = "waiting" | "working" | "done" | "failed" | "cancelled";

/** Something at work in a component. */
interface Open {
  readonly what: string;
  readonly at: number;
}

/** What nobody waits for inside of a component: a new revision of a definition is no replacement of the service. */
const revisions = /aws:ecs\/taskDefinition:|aws:ec2\/launchTemplate:/;

const ecsService = /aws:ecs\/service:Service::/;
const distribution = "aws:cloudfront/distribution:Distribution";

export class Row {
  after: readonly string[] = [];
  state: RowState = "waiting";
  /** Milliseconds since the epoch. */
  startedAt: number | undefined;
  endedAt: number | undefined;
  /** The step of a build. */
  step: string | undefined;
  /** The stage of a deployment that moves requests. */
  stage: string | undefined;
  tasks: { readonly running: number; readonly desired: number } | undefined;
  /** Why it failed, or what was last said of it. */
  reason: string | undefined;
  /** What its end is reported with: `3 of 9 steps from the cache`. */
  remark: string | undefined;
  readonly #open = new Map<string, Open>();
  readonly #expected = new Set<string>();
  readonly #ended = new Map<string, Operation | "read">();
  readonly #begun = new Set<Verb>();
  /** What else has to end: the rollout of its tasks, a one-off task, a build. */
  readonly #awaited = new Set<string>();
  readonly #own: (verb: Verb) => number | undefined;

  /** @param own - milliseconds that it took in the stack's runs before */
  constructor(
    public component: Component,
    own: (verb: Verb) => number | undefined = () => undefined,
  ) {
    this.#own = own;
  }

  /** Milliseconds that it usually takes; `undefined` where nobody knows. */
  usualTime(): number | undefined {
    const verb = this.verb();
    const slowest = [...this.#expected].some((urn) => urn.includes(`${distribution}::`))
      ? distribution
      : undefined;
    return this.#own(verb) ?? typicalTime(this.component, verb, slowest);
  }

  /** A resource that the engine will come to. */
  expect(urn: string): void {
    this.#expected.add(urn);
    if (ecsService.test(urn)) this.#awaited.add("tasks");
  }

  /** @returns whether it begins with that */
  begin(key: string, what: string, verb: Verb, at: number): boolean {
    this.#open.set(key, { what, at });
    this.#begun.add(verb);
    if (this.state !== "waiting") return false;
    this.state = "working";
    this.startedAt = at;
    return true;
  }

  /** @returns whether it has ended with that */
  end(key: string, op: Operation | "refresh" | "read" | undefined, at: number): boolean {
    this.#open.delete(key);
    // What was looked at is still to be changed or deleted.
    if (op !== undefined && op !== "refresh") this.#ended.set(key, op);
    if (op === "delete" && ecsService.test(key)) this.#awaited.delete("tasks");
    return this.settle(at);
  }

  await(what: string): void {
    this.#awaited.add(what);
  }

  /** @returns whether it has ended with that */
  arrive(what: string, at: number): boolean {
    this.#awaited.delete(what);
    return this.settle(at);
  }

  /** @returns whether nothing is left to be done */
  settle(at: number): boolean {
    if (this.state !== "working" || this.#open.size > 0) return false;
    const open = [...this.#expected].some((urn) => !this.#ended.has(urn));
    // The tasks of a service that stays as it is are not waited for.
    if (open || this.#awaited.size > 0) return false;
    this.close("done", at);
    return true;
  }

  close(state: RowState, at: number): void {
    this.state = state;
    this.endedAt = at;
  }

  /** What is at work in it, the oldest first. */
  open(): readonly Open[] {
    return [...this.#open.values()].sort((a, b) => a.at - b.at);
  }

  /** Whether the engine has still to come to something of it. */
  isComing(): boolean {
    return [...this.#expected].some((urn) => !this.#ended.has(urn));
  }

  isIdle(): boolean {
    return this.#open.size === 0;
  }

  /** Whether all of its resources exist, and its tasks alone are waited for. */
  waitsForTasks(): boolean {
    return (
      this.isIdle() && this.#awaited.has("tasks") && [...this.#expected].every((urn) => this.#ended.has(urn))
    );
  }

  /** What is done to it, as a whole. */
  verb(): Verb {
    const begun = this.#begun;
    if (begun.has("build")) return "build";
    const ops = [...this.#ended].filter(([, op]) => op !== "read");
    const real = [...begun].filter((verb) => verb !== "watch" && verb !== "run");
    if (real.length === 0) return begun.has("run") ? "run" : "watch";
    const all = (op: Operation, verb: Verb): boolean =>
      real.every((one) => one === verb) && ops.every(([, one]) => one === op);
    if (all("create", "create")) return "create";
    // With a service goes what an earlier deployment has left of its revisions, which counts as their replacement.
    const isGone = ops.some(([urn, op]) => op === "delete" && ecsService.test(urn));
    if (isGone || all("delete", "delete")) return "delete";
    const replaced = ops.some(([urn, op]) => op === "replace" && !revisions.test(urn));
    return replaced && this.component.kind === "store" ? "replace" : "update";
  }
}
