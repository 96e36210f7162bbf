/** What a run of the simulator reports: events while it goes on, steps and problems at its end. */
import { messageOf, type Problem } from "../../errors";
import { definedOnly } from "../../defined";
import { awsHint } from "../../engine/aws-advice";
import type {
  DataHolder,
  EngineEvent,
  EngineRequest,
  Operation,
  RefusedInput,
  ResourceStep,
  StackResource,
} from "../../ports";
import { isSealed, unknown, type Properties, type Refusal } from "../cloud/cloud";
import { CloudError } from "../cloud/aws";
import { isRecord, mapProperties } from "../cloud/values";
import { holdsData, replicasBeside } from "../../stores/data-types";
import { ProtectionError, protectionHint } from "../../engine/protection";
import type { StateResource } from "../state/state";
import { nameOfUrn, typeOfUrn } from "./urn";

/** Properties for a person or a plan file: no secrets, no notes of Pulumi's own (`__defaults`). */
export function shown(properties: Properties): Readonly<Record<string, unknown>> {
  return mapProperties(properties, (value, name) => (name.startsWith("__") ? undefined : shownValue(value)));
}

function shownValue(value: unknown): unknown {
  if (value === unknown) return "[unknown]";
  if (isSealed(value)) return "[secret]";
  if (Array.isArray(value)) return value.map(shownValue);
  return isRecord(value) ? shown(value) : value;
}

/** The resources of a state, but for the old halves of replacements. */
export function stackResources(resources: readonly StateResource[]): readonly StackResource[] {
  return resources
    .filter((resource) => resource.delete !== true)
    .map(({ urn, id, parent, inputs, dependencies }) => ({
      urn,
      ...definedOnly({ id }),
      type: typeOfUrn(urn),
      name: nameOfUrn(urn),
      ...(parent === undefined ? {} : { parent }),
      inputs: shown(inputs),
      dependsOn: dependencies,
    }));
}

/** The resources of a state that hold data. */
export function dataHolders(resources: readonly StateResource[]): readonly DataHolder[] {
  return resources
    .filter((resource) => holdsData(resource) && resource.delete !== true)
    .map((resource) => ({
      urn: resource.urn,
      type: typeOfUrn(resource.urn),
      name: nameOfUrn(resource.urn),
      inputs: shown(resource.inputs),
      retained: resource.retainOnDelete,
      ...replicasBeside(resource, resources),
    }));
}

type Told = Operation | "refresh" | "read";

export class StepRecorder {
  private readonly steps = new Map<string, ResourceStep>();
  private readonly problemList: Problem[] = [];
  private readonly parents = new Map<string, string>();

  constructor(
    private readonly onEvent: (event: EngineEvent) => void,
    private readonly now: () => number,
    private readonly sourceOf?: EngineRequest["sourceOf"],
  ) {}

  /** In the order in which the resources came up. */
  list(): readonly ResourceStep[] {
    return [...this.steps.values()];
  }

  problems(): readonly Problem[] {
    return this.problemList;
  }

  record(op: Operation, resource: StateResource, diff?: readonly string[]): void {
    const { urn, parent, inputs, dependencies, protect } = resource;
    this.steps.set(urn, {
      urn,
      type: typeOfUrn(urn),
      name: nameOfUrn(urn),
      ...(parent === undefined ? {} : { parent }),
      op,
      inputs: shown(inputs),
      dependsOn: [...dependencies].sort(),
      protect,
      ...(diff === undefined ? {} : { diff }),
    });
  }

  /** Tells the beginning and the end of an operation. What it throws is a problem, and goes on to the caller. */
  async during<T>(op: Told, urn: string, work: () => Promise<T>): Promise<T> {
    const told = { kind: "resource", op, urn, type: typeOfUrn(urn), name: nameOfUrn(urn) } as const;
    const began = this.now();
    const seconds = (): number => (this.now() - began) / 1000;
    this.onEvent({ ...told, status: "started" });
    try {
      const result = await work();
      this.onEvent({ ...told, status: "done", seconds: seconds() });
      return result;
    } catch (error) {
      this.onEvent({ ...told, status: "failed", seconds: seconds() });
      throw error;
    }
  }

  diagnostic(severity: "info" | "warning" | "error", message: string, urn?: string): void {
    this.onEvent({
      kind: "diagnostic",
      severity,
      message,
      ...(urn === undefined || urn === "" ? {} : { urn }),
    });
  }

  /** Notes which component holds a resource: a refusal is reported before the resource is recorded. */
  place(urn: string, parent: string): void {
    this.parents.set(urn, parent);
  }

  /** Notes one thing that AWS refuses of a resource, under what it was written as where that is known. */
  refusal(urn: string, { property, message, hint }: Refusal): void {
    const [type, name] = [typeOfUrn(urn), nameOfUrn(urn)];
    const resource = `${type}::${name}.${property}`;
    const source = this.sourceOf?.({ type, name, property, within: this.within(urn) });
    const told =
      source === undefined ? { path: resource, message } : { ...source, message: `${message} (${resource})` };
    this.add({ ...told, hint }, urn);
  }

  private within(urn: string): RefusedInput["within"] {
    const parent = this.parents.get(urn) ?? "";
    return parent === ""
      ? []
      : [{ type: typeOfUrn(parent), name: nameOfUrn(parent) }, ...this.within(parent)];
  }

  /** Notes what went wrong with a resource: one problem for each property that AWS refuses. */
  problem(urn: string, error: unknown): void {
    const refusals = error instanceof CloudError ? error.refusals : [];
    for (const refusal of refusals) this.refusal(urn, refusal);
    if (refusals.length > 0) return;
    const path = `${typeOfUrn(urn)}::${nameOfUrn(urn)}`;
    const hint =
      error instanceof ProtectionError
        ? { hint: protectionHint }
        : definedOnly({ hint: awsHint(messageOf(error)) });
    this.add({ path, message: messageOf(error), ...hint }, urn);
  }

  /** Notes what is wrong with the program. */
  add(problem: Problem, urn?: string): void {
    const { path, message } = problem;
    if (this.problemList.some((known) => known.path === path && known.message === message)) return;
    this.problemList.push(problem);
    this.diagnostic("error", path === undefined ? message : `${path}: ${message}`, urn);
  }
}
