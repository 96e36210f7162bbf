/** A plan in the words of the compose file: what happens to each service, and why it changes. */
import { ComponentMap, type Component } from "../../model/components";
import type { ChangeKind, ChangeReason, ComponentChange, ResourceStep, StackResource } from "../../ports";
import type { MonthlyCost } from "../../ports/cost";
import { storeOfResource } from "../../stores";
import { dataTypes, isReplica } from "../../stores/data-types";
import { definedOnly } from "../../defined";
import { definitionReasons } from "./definition";
import { keepsOld } from "./old-tasks";
import { silent, wordsOf } from "./properties";
import { alike, differingOf, shown } from "./values";

export interface Planned {
  readonly steps: readonly ResourceStep[];
  /** What was deployed before. */
  readonly before: readonly StackResource[];
  readonly cost?: { readonly before: MonthlyCost; readonly after: MonthlyCost };
}

interface Group {
  readonly service: string;
  readonly kind: Component["kind"];
  readonly steps: ResourceStep[];
}

const definition = "aws:ecs/taskDefinition:TaskDefinition";
const ecsService = "aws:ecs/service:Service";

const rank: readonly Component["kind"][] = ["network", "entry", "store", "service", "stack"];

/** The changes of each component, what stays as it is among them: `none`. */
export function summaryOf({ steps, before, cost }: Planned): readonly ComponentChange[] {
  const map = new ComponentMap([...before, ...steps]);
  const old = new Map(before.map((resource) => [resource.urn, resource]));
  const groups = new Map<string, Group>();
  for (const step of steps) {
    const component = map.of(step.urn);
    if (component === undefined || /^(berth|pulumi|awsx):/.test(step.type)) continue;
    const known = groups.get(component.name);
    if (known === undefined)
      groups.set(component.name, { service: component.name, kind: component.kind, steps: [step] });
    else known.steps.push(step);
  }
  const costs = cost && { before: costsOf(cost.before, map), after: costsOf(cost.after, map) };
  return [...groups.values()]
    .sort((a, b) => rank.indexOf(a.kind) - rank.indexOf(b.kind) || (a.service < b.service ? -1 : 1))
    .map((group) => changeOf(group, old, costs && changeOfCost(group.service, costs)));
}

function changeOf(
  { service, kind, steps }: Group,
  old: ReadonlyMap<string, StackResource>,
  monthlyCost: ComponentChange["monthlyCost"],
): ComponentChange {
  const change = kindOf(steps);
  const deep = change === "update" || change === "restart" || change === "replace";
  const found = steps.flatMap((step) => reasonsOf(service, kind, step, old.get(step.urn)));
  const reasons = deep ? unique([...wayOut(steps), ...found]) : [];
  return {
    service,
    change,
    reasons,
    ...definedOnly({ downtime: downtimeOf(change, steps, old), dataLoss: lossOf(steps), monthlyCost }),
  };
}

function kindOf(steps: readonly ResourceStep[]): ChangeKind {
  const some = (test: (step: ResourceStep) => boolean): boolean => steps.some(test);
  const changed = steps.filter(({ op }) => op !== "same");
  if (changed.length === 0) return "none";
  if (steps.every(({ op }) => op === "create")) return "create";
  if (steps.every(({ op }) => op === "delete")) return "delete";
  if (
    some(
      ({ type, op }) => op === "replace" && (type === ecsService || storeOfResource(type, {}) !== undefined),
    )
  )
    return "replace";
  return some(({ type, op }) => type === definition && op !== "same") ? "restart" : "update";
}

/** The way out of the private subnets is one thing to a person, and many to AWS. */
function wayOut(steps: readonly ResourceStep[]): readonly ChangeReason[] {
  const gateway = steps.find(({ type }) => type === "aws:ec2/natGateway:NatGateway")?.op;
  const instance = steps.find(
    ({ type, urn }) => type.startsWith("aws:autoscaling/group:") && urn.includes("NatInstance"),
  )?.op;
  const path = "x-berth.natStrategy";
  if (gateway === "create" && instance === "delete") return [{ path, from: "instance", to: "gateway" }];
  return gateway === "delete" && instance === "create" ? [{ path, from: "gateway", to: "instance" }] : [];
}

function reasonsOf(
  service: string,
  kind: Component["kind"],
  step: ResourceStep,
  before: StackResource | undefined,
): readonly ChangeReason[] {
  const { type, name, op, inputs } = step;
  const aws = `aws:${type.split(":")[1]?.split("/")[0] ?? ""}.${type.split(":").at(-1) ?? ""}.${name}`;
  if (op === "same") return [];
  if (op === "create" && type === definition) return [];
  if (op === "create" || op === "delete") {
    const to = op === "create" ? "new" : "deleted";
    return [
      isReplica(step) ? { path: `services.${service}.replicas`, to: `${name} ${to}` } : { path: aws, to },
    ];
  }
  if (before === undefined) return [{ path: aws }];
  if (type === definition) return definitionReasons(service, before.inputs, inputs);
  const differing = step.diff ?? Object.keys(inputs);
  // The values of a secret are not shown: that it is among what differs is all.
  const sealed = (property: string): boolean => step.diff !== undefined && inputs[property] === "[secret]";
  return differing
    .filter((property) => !silent.includes(property))
    .filter((property) => sealed(property) || !alike(before.inputs[property], inputs[property]))
    .flatMap((property) => {
      const words = wordsOf(type, property, inputs);
      const form = words?.form ?? shown;
      const { key } = words ?? {};
      const [was, is] = differingOf(before.inputs[property], inputs[property]);
      const values = sealed(property) ? { to: "changed" } : definedOnly({ from: form(was), to: form(is) });
      // What differs is none of what the words say, and is reported elsewhere.
      if (words?.form !== undefined && values.to !== undefined && values.from === values.to) return [];
      const owned = kind === "service" || kind === "store" ? `services.${service}.` : "x-berth.";
      const path = key === undefined ? `${aws}.${property}` : key.startsWith("x-berth.") ? key : owned + key;
      return [{ path, ...values }];
    });
}

function unique(reasons: readonly ChangeReason[]): readonly ChangeReason[] {
  return [...new Map(reasons.map((reason) => [JSON.stringify(reason), reason])).values()];
}

/** What does not answer while it is changed; AWS documents it at `ModifyDBInstance` and `UpdateService`. */
function downtimeOf(
  change: ChangeKind,
  steps: readonly ResourceStep[],
  old: ReadonlyMap<string, StackResource>,
): string | undefined {
  const service = steps.find(({ type }) => type === ecsService);
  if (service !== undefined && (change === "restart" || (change === "update" && isDeployed(service)))) {
    const { desiredCount, deploymentMinimumHealthyPercent: healthy } = service.inputs;
    const tasks = Number(desiredCount);
    return healthy === 0 && tasks > 0 && !keepsOld(service.inputs, old.get(service.urn)?.inputs)
      ? `its ${tasks === 1 ? "one task stops" : "tasks stop"} before the new ${tasks === 1 ? "one runs" : "ones run"}`
      : undefined;
  }
  if (change === "replace") return "it is made again, and does not answer until then";
  const store = steps.find(({ type, op }) => storeOfResource(type, {}) !== undefined && op === "update");
  const before = store === undefined ? undefined : old.get(store.urn)?.inputs;
  if (store === undefined || before === undefined) return undefined;
  const heavy = ["instanceClass", "engineVersion", "nodeType", "engine"].some(
    (property) => !alike(before[property], store.inputs[property]),
  );
  if (!heavy) return undefined;
  return store.type === dataTypes.database && store.inputs["applyImmediately"] !== true
    ? undefined
    : "its connections break while it starts again: some minutes, with a standby some seconds";
}

/** Whatever changes of a service but its tags starts new tasks (terraform-provider-aws, resourceServiceUpdate: force_new_deployment). */
function isDeployed({ op, diff }: ResourceStep): boolean {
  return op === "update" && (diff === undefined || diff.some((property) => !property.startsWith("tags")));
}

function lossOf(steps: readonly ResourceStep[]): string | undefined {
  const holds: readonly string[] = Object.values(dataTypes);
  const gone = steps.filter(
    (step) =>
      holds.includes(step.type) && !isReplica(step) && (step.op === "delete" || step.op === "replace"),
  );
  if (gone.length === 0) return undefined;
  const replaced = gone.some(({ op }) => op === "replace");
  const what = gone.some(({ type }) => type === dataTypes.files) ? "the volumes" : "the data";
  const kept = what === "the volumes" ? "the file system stays in the account" : "a final snapshot stays";
  return replaced ? `it is made again without ${what}; ${kept}` : `it is deleted with ${what}; ${kept}`;
}

type Costs = ReadonlyMap<string, number>;

/** The dollars a month of each component, without what only passes. */
function costsOf({ lines }: MonthlyCost, map: ComponentMap): Costs {
  const costs = new Map<string, number>();
  for (const { urn, passing, usd } of lines) {
    const name = passing === true ? undefined : map.of(urn)?.name;
    if (name !== undefined) costs.set(name, (costs.get(name) ?? 0) + usd);
  }
  return costs;
}

function changeOfCost(
  service: string,
  costs: { readonly before: Costs; readonly after: Costs },
): ComponentChange["monthlyCost"] {
  const cents = (of: Costs): number => Math.round((of.get(service) ?? 0) * 100) / 100;
  const [before, after] = [cents(costs.before), cents(costs.after)];
  return before === 0 && after === 0 ? undefined : { before, after };
}
