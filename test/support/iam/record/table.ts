/** The recorded table: what the provider requests for a type of resource, by what is done with it. */
import type { ProviderCall } from "./trace";

export const operations = ["create", "read", "update", "delete"] as const;
export type Operation = (typeof operations)[number];

/** Requests of a type by operation, each as `action kind,kind [tags]`; sorted. */
export type TypeCalls = Readonly<Partial<Record<Operation, readonly string[]>>>;

export interface RecordedCalls {
  /** `terraform-provider-aws 5.100.0` */
  readonly source: string;
  /** By Pulumi's type: `aws:ecs/service:Service`. */
  readonly types: Readonly<Record<string, TypeCalls>>;
}

/** What Terraform was told to do when it wrote a trace. */
export type TraceStage = "apply" | "change" | "refresh" | "destroy";

/** Collects traces. A first `apply` has to come first: a later one's creations are told from changes by it. */
export class CallTable {
  private readonly found = new Map<string, Map<Operation, Set<string>>>();

  add(stage: TraceStage, calls: readonly ProviderCall[]): void {
    for (const { type, rpc, requests } of calls) {
      const operation = this.operationOf(stage, type, rpc, requests);
      const byOperation = this.found.get(type) ?? new Map<Operation, Set<string>>();
      const set = byOperation.get(operation) ?? new Set<string>();
      for (const request of requests) set.add(request);
      this.found.set(type, byOperation.set(operation, set));
    }
  }

  /** @param typeOf - Pulumi's type of Terraform's; `undefined` leaves the type out */
  table(source: string, typeOf: (terraformType: string) => string | undefined): RecordedCalls {
    const entries = [...this.found].flatMap(([type, byOperation]) => {
      const name = typeOf(type);
      if (name === undefined) return [];
      const calls = operations.flatMap((operation) => {
        const set = byOperation.get(operation);
        return set === undefined ? [] : [[operation, [...set].sort()] as const];
      });
      return [[name, Object.fromEntries(calls)] as const];
    });
    return { source, types: Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))) };
  }

  private operationOf(stage: TraceStage, type: string, rpc: string, requests: readonly string[]): Operation {
    if (rpc !== "ApplyResourceChange") return "read";
    if (stage === "destroy") return "delete";
    if (stage === "apply") return "create";
    const created = this.found.get(type)?.get("create") ?? new Set();
    const first = requests.find((request) => !/:(Describe|List|Get)/.test(request));
    const makes = first !== undefined && /:(Create|Allocate|Register|Request|Put)/.test(first);
    if (makes && (created.size === 0 || created.has(first))) return "create";
    const ends = /:(Delete|Deregister|Release|Detach|Disassociate|Remove|Revoke)/;
    const last = requests.findLast((request) => !/:(Describe|List|Get)/.test(request));
    return last !== undefined && ends.test(last) ? "delete" : "update";
  }
}

/** A recording, and what an earlier one saw besides: an emulator may have lost an operation since. */
export function merged(found: RecordedCalls, before: RecordedCalls | undefined): RecordedCalls {
  const types: Record<string, TypeCalls> = { ...before?.types };
  for (const [type, calls] of Object.entries(found.types)) {
    const known = types[type] ?? {};
    const both = operations.flatMap((operation) => {
      const requests = [...new Set([...(known[operation] ?? []), ...(calls[operation] ?? [])])].sort();
      return requests.length === 0 ? [] : [[operation, requests] as const];
    });
    types[type] = Object.fromEntries(both);
  }
  const sorted = Object.entries(types).sort(([a], [b]) => (a < b ? -1 : 1));
  return { source: found.source, types: Object.fromEntries(sorted) };
}
