/** `depends_on` and `links`: what has to be there before a service. */
import type { Dependency, DependencyCondition } from "../model/project";
import { hasHealthcheck } from "./healthcheck";
import { asTask, type Lifecycles } from "./lifecycle";
import { managedKind } from "./managed";
import { readLinks } from "./networks";
import { isRecord, type Node } from "./node";

const conditions = new Set<string>(["service_started", "service_healthy", "service_completed_successfully"]);

/** The dependencies of a service, those of `depends_on` first, each service once. */
export function readDependencies(
  service: Node,
  services: Node,
  lifecycles: Lifecycles,
): readonly Dependency[] {
  const dependencies = new Map<string, Dependency>();
  for (const [name, node] of service.get("depends_on").entries()) {
    const dependency = readDependency(name, node, { services, lifecycles });
    if (dependency !== undefined) dependencies.set(name, dependency);
  }
  for (const { node, service: name } of readLinks(service)) {
    if (dependencies.has(name)) continue;
    if (services.has(name))
      dependencies.set(name, { service: name, condition: "service_started", required: true });
    else node.problem(...unknownService(name, services));
  }
  return [...dependencies.values()];
}

interface World {
  readonly services: Node;
  readonly lifecycles: Lifecycles;
}

function readDependency(name: string, node: Node, { services, lifecycles }: World): Dependency | undefined {
  const required = node.get("required").boolean() ?? true;
  const condition = readCondition(node.get("condition"));
  if (!services.has(name)) {
    if (required) node.problem(...unknownService(name, services));
    else node.warn(`there is no service ${JSON.stringify(name)}, and the dependency is not required`);
    return undefined;
  }
  const target = { node: services.get(name), isTask: lifecycles.get(name)?.lifecycle === "task" };
  if (condition === "service_completed_successfully" && !target.isTask)
    judgeCompletion(name, node, target.node);
  if (condition === "service_healthy") judgeHealth(name, node, target);
  return condition === undefined ? undefined : { service: name, condition, required };
}

function judgeCompletion(name: string, node: Node, target: Node): void {
  node
    .get("condition")
    .problem(
      `service ${JSON.stringify(name)} never completes: AWS keeps it running`,
      managedKind(target) === undefined
        ? `make it a one-off task (in services.${name} ${asTask}), or write condition: service_started`
        : "write condition: service_healthy",
    );
}

function judgeHealth(
  name: string,
  node: Node,
  { node: target, isTask }: { readonly node: Node; readonly isTask: boolean },
): void {
  if (isTask) {
    node
      .get("condition")
      .problem(
        `service ${JSON.stringify(name)} is a one-off task, which is never healthy: it ends`,
        "write condition: service_completed_successfully",
      );
    return;
  }
  if (managedKind(target) !== undefined || hasHealthcheck(target.get("healthcheck"))) return;
  node
    .get("condition")
    .refuse(
      `service ${JSON.stringify(name)} has no healthcheck here, and ECS does not read the HEALTHCHECK of an image`,
      `write services.${name}.healthcheck, or condition: service_started`,
    );
}

function readCondition(node: Node): DependencyCondition | undefined {
  if (!node.present) return "service_started";
  const text = node.text();
  if (text === undefined) return undefined;
  if (conditions.has(text)) return text as DependencyCondition;
  node.problem(`unknown condition ${JSON.stringify(text)}`, [...conditions].join(", "));
  return undefined;
}

function unknownService(name: string, services: Node): [message: string, hint: string] {
  const known = isRecord(services.value) ? Object.keys(services.value).join(", ") : "";
  return [`there is no service ${JSON.stringify(name)}`, `the services are ${known}`];
}
