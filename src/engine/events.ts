/** Pulumi's engine events, as Berth's: {@link EngineEvent} while a run goes on, {@link ResourceStep} at its end. */
import type {
  DiagnosticEvent,
  EngineEvent as PulumiEvent,
  StepEventMetadata,
} from "@pulumi/pulumi/automation/events";
import type { Problem } from "../errors";
import { definedOnly } from "../defined";
import type { EngineEvent, Operation, ResourceStep } from "../ports";
import { plainProperties } from "./plain";
import { awsHint } from "./aws-advice";
import { protectionHint, protectionMessage } from "./protection";

type Told = Operation | "read" | "refresh";

/** Pulumi's operations, folded: a replacement is one thing, in whatever order its halves come. */
const operations: Readonly<Record<string, Told>> = {
  create: "create",
  import: "create",
  update: "update",
  same: "same",
  delete: "delete",
  discard: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "import-replacement": "replace",
  "delete-replaced": "replace",
  "discard-replaced": "replace",
  "remove-pending-replace": "replace",
  read: "read",
  "read-replacement": "read",
  refresh: "refresh",
};

const stackType = "pulumi:pulumi:Stack";

/** What the events of one run come to. */
export class RunRecorder {
  readonly #steps = new Map<string, ResourceStep>();
  /** Milliseconds at which each operation of a resource began; `undefined` once it ended. */
  readonly #running = new Map<string, number | undefined>();
  readonly #failed = new Set<string>();
  readonly #problems: Problem[] = [];
  #outputs: Readonly<Record<string, unknown>> = {};

  /**
   * @param onEvent - called with each event as it comes
   * @param now - milliseconds, for the seconds that an operation took
   */
  constructor(
    private readonly onEvent: (event: EngineEvent) => void,
    private readonly now: () => number,
  ) {}

  /** The resources in the order in which they came up; default providers, which nobody declares, are left out. */
  steps(): readonly ResourceStep[] {
    return [...this.#steps.values()];
  }

  /** The stack's outputs; secrets are `"[secret]"`, what a preview doesn't know as `"[unknown]"`. */
  outputs(): Readonly<Record<string, unknown>> {
    return this.#outputs;
  }

  /** What went wrong: one problem for each error reported, and for each resource that failed without a message. */
  problems(): readonly Problem[] {
    const told = new Set(this.#problems.map((problem) => problem.path));
    const silent = [...this.#failed].filter((urn) => !told.has(urn));
    return [...this.#problems, ...silent.map((urn) => ({ path: urn, message: "failed" }))];
  }

  /** Takes the next event. */
  take(event: PulumiEvent): void {
    if (event.diagnosticEvent !== undefined) this.#diagnostic(event.diagnosticEvent);
    if (event.resourcePreEvent !== undefined) this.#begin(event.resourcePreEvent.metadata);
    if (event.resOutputsEvent !== undefined) this.#end(event.resOutputsEvent.metadata);
    if (event.resOpFailedEvent !== undefined) this.#fail(event.resOpFailedEvent.metadata);
  }

  #begin(metadata: StepEventMetadata): void {
    const op = operationOf(metadata);
    if (op === undefined) return;
    this.#record(metadata, op);
    const key = `${metadata.urn} ${op}`;
    if (this.#running.has(key)) return;
    this.#running.set(key, this.now());
    this.onEvent({ kind: "resource", status: "started", op, ...identityOf(metadata) });
  }

  #end(metadata: StepEventMetadata): void {
    const op = operationOf(metadata);
    if (op === undefined) return;
    this.#record(metadata, op);
    if (metadata.type === stackType && metadata.new) this.#outputs = plainProperties(metadata.new.outputs);
    // A replacement is done when its new half exists; the old one may go before or after.
    if (op === "replace" && metadata.op.startsWith("de")) return;
    this.#finish(metadata, op, "done");
  }

  #fail(metadata: StepEventMetadata): void {
    const op = operationOf(metadata);
    if (op === undefined) return;
    this.#failed.add(metadata.urn);
    this.#finish(metadata, op, "failed");
  }

  /** Tells the end of an operation once: the stack's outputs, for one, come as a second end. */
  #finish(metadata: StepEventMetadata, op: Told, status: "done" | "failed"): void {
    const key = `${metadata.urn} ${op}`;
    const start = this.#running.get(key);
    if (start === undefined) return;
    this.#running.set(key, undefined);
    const seconds = (this.now() - start) / 1000;
    this.onEvent({ kind: "resource", status, op, ...identityOf(metadata), seconds });
  }

  #record(metadata: StepEventMetadata, op: Told): void {
    if (op === "read") return;
    const known = this.#steps.get(metadata.urn);
    const step = stepOf(metadata, op === "refresh" ? refreshed(metadata) : op);
    // The old half of a replacement says nothing of what will be; a refresh yields to the step that follows it.
    if (known?.op === "replace" && metadata.op.startsWith("de")) return;
    this.#steps.set(metadata.urn, step);
  }

  #diagnostic(event: DiagnosticEvent): void {
    const severity = severities[event.severity];
    if (severity === undefined || event.ephemeral === true) return;
    const message = plainText(event.message);
    if (message === "" || isNoise(message)) return;
    const urn = event.urn === undefined || event.urn === "" ? {} : { urn: event.urn };
    this.onEvent({ kind: "diagnostic", severity, message, ...urn });
    if (severity !== "error") return;
    const path = event.urn === undefined || event.urn === "" || isStack(event.urn) ? {} : { path: event.urn };
    const guarded = protectionMessage(message);
    const problem =
      guarded === undefined
        ? { message, ...definedOnly({ hint: awsHint(message) }) }
        : { message: guarded, hint: protectionHint };
    const again = this.#problems.some(
      (known) => known.message === problem.message && known.path === path.path,
    );
    if (!again) this.#problems.push({ ...path, ...problem });
  }
}

/** Pulumi's severities but for `debug`, whose messages carry the values of secrets. */
const severities: Readonly<Record<string, "info" | "warning" | "error" | undefined>> = {
  info: "info",
  "info#err": "info",
  warning: "warning",
  error: "error",
};

/** The engine's own sentences about a failure that is reported elsewhere. */
const noise = [
  /^(update|preview|refresh|destroy) failed$/,
  /^(update|preview|refresh|destroy) canceled$/,
  /^resource monitor shut down while waiting/i,
  /^Running program .* failed with an unhandled exception/,
  /^an unhandled error occurred: Program (exited|failed)/,
  /^One or more errors occurred/,
];

function isNoise(message: string): boolean {
  return noise.some((pattern) => pattern.test(message));
}

/** Without Pulumi's colour directives (`<{%reset%}>`), terminal escapes and a program's stack frames. */
export function plainText(text: string): string {
  return text
    .replaceAll(/<\{%[^%]*%\}>/g, "")
    .replaceAll(/\u001b\[[0-9;]*m/g, "")
    .split("\n")
    .filter((line) => !/^\s+at .*(:\d+:\d+\)?|<anonymous>\)?)$/.test(line))
    .join("\n")
    .replace(/^Unhandled exception: (\w*Error: )?/, "")
    .replace(/^error serializing property "[^"]*": /, "")
    .trim();
}

function isStack(urn: string): boolean {
  return urn.split("::")[2] === stackType;
}

/** The operation to report, `undefined` for a default provider. */
function operationOf(metadata: StepEventMetadata): Told | undefined {
  const name = metadata.urn.split("::").at(-1) ?? "";
  if (metadata.type.startsWith("pulumi:providers:") && /^default(_|$)/.test(name)) return undefined;
  return operations[metadata.op];
}

/** What a refresh found: the resource gone, changed, or as it was. */
function refreshed(metadata: StepEventMetadata): Operation {
  if (!metadata.new) return "delete";
  const before = JSON.stringify(metadata.old?.outputs ?? {});
  return before === JSON.stringify(metadata.new.outputs) ? "same" : "update";
}

function identityOf(metadata: StepEventMetadata): { urn: string; type: string; name: string } {
  return { urn: metadata.urn, type: metadata.type, name: metadata.urn.split("::").slice(3).join("::") };
}

function stepOf(metadata: StepEventMetadata, op: Operation): ResourceStep {
  const state = metadata.new ?? metadata.old;
  const changed = op === "update" || op === "replace" ? { diff: changedInputs(metadata) } : {};
  const parent = state?.parent ?? "";
  return {
    ...identityOf(metadata),
    op,
    ...(parent === "" ? {} : { parent }),
    inputs: plainProperties(state?.inputs),
    dependsOn: [],
    protect: state?.protect === true,
    ...changed,
  };
}

/** Names of the top-level inputs that differ: `tags` for `tags.a` and `tags["b.c"]`. */
function changedInputs(metadata: StepEventMetadata): readonly string[] {
  const detailed = Object.keys(metadata.detailedDiff ?? {});
  const paths = detailed.length > 0 ? detailed : (metadata.diffs ?? []);
  return [...new Set(paths.map((path) => path.split(/[.[]/)[0] ?? path))].sort();
}
