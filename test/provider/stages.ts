/** A converted stack through the provider: validate, plan, apply, a second plan, which must be empty, and destroy. */
import { differenceOf, type Difference } from "./differences";
import type { TerraformDocument } from "./document";
import { eventsOf, type Diagnostic, type Terraform, type TerraformEvent } from "./terraform";

export const stages = ["validate", "plan", "apply", "replan", "destroy"] as const;
export type Stage = (typeof stages)[number];

/** Something that didn't go as it should. */
export interface Finding {
  readonly stage: Stage;
  /** Terraform's, of a resource; empty where it is of none. */
  readonly address: string;
  readonly words: string;
  /** Set where it is the emulator's, not Berth's. */
  readonly difference?: Difference;
}

export interface StageResult {
  readonly stage: Stage;
  /** Addresses that came through. */
  readonly passed: ReadonlySet<string>;
  /** Addresses that went in. */
  readonly total: ReadonlySet<string>;
  readonly seconds: number;
  readonly findings: readonly Finding[];
}

type Outcome = Pick<StageResult, "passed" | "total"> & { readonly findings: readonly Finding[] };

export class StageRun {
  private applied: ReadonlySet<string> = new Set();

  private readonly every: ReadonlySet<string>;

  constructor(
    private readonly terraform: Pick<Terraform, "write" | "init" | "run" | "json">,
    private readonly document: TerraformDocument,
  ) {
    this.every = new Set(
      Object.entries(document.resource).flatMap(([type, made]) =>
        Object.keys(made).map((label) => `${type}.${label}`),
      ),
    );
  }

  /** One stage after another. @param until - the last one */
  async *through(until: Stage): AsyncGenerator<StageResult> {
    this.terraform.write(this.document);
    await this.terraform.init();
    for (const stage of stages.slice(0, stages.indexOf(until) + 1)) {
      const began = Date.now();
      const outcome = await this[stage]();
      yield { stage, ...outcome, seconds: (Date.now() - began) / 1000 };
    }
  }

  private async validate(): Promise<Outcome> {
    const { diagnostics } = await this.terraform.json<{ readonly diagnostics: readonly Diagnostic[] }>(
      "validate",
      "-json",
    );
    const findings = findingsOf("validate", diagnostics);
    const refused = new Set(findings.map(({ address }) => address));
    return { total: this.every, passed: without(this.every, refused), findings };
  }

  private async plan(): Promise<Outcome> {
    const events = await this.events("plan", "-out=first.plan");
    return {
      total: this.every,
      passed: planned(events),
      findings: findingsOf("plan", diagnosticsOf(events)),
    };
  }

  private async apply(): Promise<Outcome> {
    const events = await this.events("apply", "first.plan");
    this.applied = completed(events);
    return { total: this.every, passed: this.applied, findings: findingsOf("apply", diagnosticsOf(events)) };
  }

  private async replan(): Promise<Outcome> {
    const events = await this.events("plan", "-out=second.plan");
    const differing = new Set([...planned(events)].filter((address) => this.applied.has(address)));
    const findings = [...findingsOf("replan", diagnosticsOf(events))];
    if (differing.size > 0) {
      const shown = await this.terraform.json<ShownPlan>("show", "-json", "second.plan");
      for (const { address, change } of shown.resource_changes) {
        if (differing.has(address)) findings.push(findingOf("replan", address, wordsOf(change)));
      }
    }
    return { total: this.applied, passed: without(this.applied, differing), findings };
  }

  /** Without a refresh, as the engine destroys. What is protected from it is let go first, as Berth's user does. */
  private async destroy(): Promise<Outcome> {
    const free = withoutProtection(this.document);
    if (free !== undefined) {
      this.terraform.write(free);
      await this.terraform.run("apply", "-auto-approve", "-refresh=false", "-input=false", "-no-color");
    }
    const events = await this.events("destroy", "-auto-approve", "-refresh=false");
    const { text } = await this.terraform.run("state", "list");
    const left = text.split("\n").filter((address) => this.every.has(address));
    return {
      total: this.applied,
      passed: without(completed(events), new Set(left)),
      findings: [
        ...findingsOf("destroy", diagnosticsOf(events)),
        ...left.map((address) => findingOf("destroy", address, "it is still there")),
      ],
    };
  }

  private async events(command: string, ...args: readonly string[]): Promise<readonly TerraformEvent[]> {
    const { text } = await this.terraform.run(command, "-json", "-input=false", "-no-color", ...args);
    return eventsOf(text);
  }
}

interface Change {
  readonly actions: readonly string[];
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
}

interface ShownPlan {
  readonly resource_changes: readonly { readonly address: string; readonly change: Change }[];
}

/** `update tags: {} -> {"a": "b"}; …` */
function wordsOf({ actions, before, after }: Change): string {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].sort();
  const said = (value: unknown): string => (value === undefined ? "known later" : JSON.stringify(value));
  const unlike = names
    .filter((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]))
    .map((name) => `${name}: ${said(before?.[name])} -> ${said(after?.[name])}`);
  return `${actions.join("/")} ${unlike.join("; ")}`;
}

/** @returns undefined where nothing is protected from deletion */
function withoutProtection(document: TerraformDocument): TerraformDocument | undefined {
  const text = JSON.stringify(document);
  const free = text.replace(/("[a-z_]*deletion_protection"):true/g, "$1:false");
  return free === text ? undefined : (JSON.parse(free) as TerraformDocument);
}

function planned(events: readonly TerraformEvent[]): ReadonlySet<string> {
  return new Set(
    events.flatMap(({ type, change }) => (type === "planned_change" ? (change?.resource.addr ?? []) : [])),
  );
}

function completed(events: readonly TerraformEvent[]): ReadonlySet<string> {
  return new Set(
    events.flatMap(({ type, hook }) => (type === "apply_complete" ? (hook?.resource.addr ?? []) : [])),
  );
}

function diagnosticsOf(events: readonly TerraformEvent[]): readonly Diagnostic[] {
  return events.flatMap(({ diagnostic }) => diagnostic ?? []);
}

function findingsOf(stage: Stage, diagnostics: readonly Diagnostic[]): readonly Finding[] {
  return diagnostics
    .filter(({ severity, summary }) => severity === "error" || !/Experimental|Deprecated/.test(summary ?? ""))
    .map((diagnostic) => {
      const place = /"([^"]+)" "([^"]+)"/.exec(diagnostic.snippet?.context ?? "");
      const address = diagnostic.address ?? (place === null ? "" : `${place[1] ?? ""}.${place[2] ?? ""}`);
      const context = address === "" ? (diagnostic.snippet?.context ?? "").replace("resource.", "") : address;
      return findingOf(stage, context, `${diagnostic.severity}: ${textOf(diagnostic)}`);
    });
}

function textOf({ summary = "", detail = "" }: Diagnostic): string {
  return `${summary} ${detail}`
    .replace(/\s+/g, " ")
    .replace(/https response error StatusCode: (\d+), RequestID: [^,]*,/g, "$1")
    .trim();
}

function findingOf(stage: Stage, address: string, words: string): Finding {
  const difference = differenceOf(address.split(".")[0] ?? "", stage, words);
  return { stage, address, words, ...(difference === undefined ? {} : { difference }) };
}

function without(all: ReadonlySet<string>, some: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...all].filter((item) => !some.has(item)));
}
