/** The Result: what a run came to, one line of JSON under `--json` (docs/design.md, Contracts). */
import { engineOf, type CommandName } from "../settings/arguments";
import type {
  Changes,
  EngineEvent,
  EngineKind,
  ImageBuildResult,
  Operation,
  PathStep,
  ResourceStep,
  ServiceFailure,
} from "../ports";
import type { Problem } from "../errors";
import type { Warning } from "../model/project";

export interface Result {
  readonly command: CommandName;
  readonly project: string;
  readonly stack: string;
  readonly engine: EngineKind;
  readonly outcome: "succeeded" | "unchanged" | "failed" | "cancelled";
  readonly changes: Changes;
  /** service to URL */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly builds: readonly ImageBuildResult[];
  readonly warnings: readonly Warning[];
  readonly error?: {
    readonly kind: string;
    readonly message: string;
    readonly hint: string;
    /** The services that did not become steady. */
    readonly services?: readonly ServiceFailure[];
  };
  readonly seconds: number;
  /** Of a run that changed something: what its end had to wait for, with the seconds of each on the way. */
  readonly criticalPath?: readonly PathStep[];
}

/** No change at all. */
export const noChanges: Changes = { create: 0, update: 0, replace: 0, delete: 0, same: 0 };

/** The Result of a command that found its answer in the account, without a run of its own. @param same - resources that are as they should be */
export function answeredResult(
  known: Pick<Result, "command" | "project" | "stack" | "outcome" | "outputs">,
  { same = 0, warnings = [] }: { readonly same?: number; readonly warnings?: readonly Warning[] } = {},
): Result {
  const { command, project, stack, outcome, outputs } = known;
  return {
    command,
    project,
    stack,
    engine: engineOf({ simulate: false }),
    outcome,
    changes: { ...noChanges, same },
    endpoints: endpointsOf(outputs),
    outputs,
    builds: [],
    warnings,
    seconds: 0,
  };
}

/** Counts the operations of a run. */
export function countChanges(steps: readonly Pick<ResourceStep, "op">[]): Changes {
  const changes = { ...noChanges } as Record<keyof Changes, number>;
  for (const step of steps) changes[step.op] += 1;
  return changes;
}

/** What a run has done so far, by its engine's events: a run that fails has no list of its steps, and reports this. */
export class ChangesSoFar {
  /** By URN, so that a resource counts once: its change, whatever a second pass finds of it. */
  private readonly done = new Map<string, Operation>();

  private readonly failed: Problem[] = [];

  take(event: EngineEvent): void {
    if (event.kind === "diagnostic" && event.severity === "error" && event.component !== undefined)
      this.failed.push({ path: event.component.name, message: event.message });
    if (event.kind !== "resource" || event.status !== "done" || event.planned === true) return;
    const { op, urn } = event;
    if (op === "refresh" || op === "read" || (op === "same" && this.done.has(urn))) return;
    this.done.set(urn, op);
  }

  /** What had failed before a run was ended early, beside what the error itself says. */
  failures({ message }: Error): readonly Problem[] {
    return this.failed.filter((problem) => !message.includes(problem.message));
  }

  count(): Changes {
    return countChanges([...this.done.values()].map((op) => ({ op })));
  }
}

/** What a preview says of a value that only AWS knows: of an address without a domain, say. */
export const unknownValue = "[unknown]";

/** Service to URL, of a stack's outputs. */
export function endpointsOf(outputs: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const found = outputs["endpoints"];
  if (typeof found !== "object" || found === null) return {};
  return Object.fromEntries(
    Object.entries(found).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string" && entry[1] !== unknownValue,
    ),
  );
}
