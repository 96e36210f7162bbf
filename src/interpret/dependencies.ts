/** `depends_on` and `links`: what has to be there before a service. */
import type { Dependency, DependencyCondition } from "../model/project";
import { hasHealthcheck } from "./healthcheck";
import { lifecycleOf, oneOffAs } from "./lifecycle";
import { managedKind } from "./managed";
import { readLinks } from "./networks";
import { isRecord, type Node } from "./node";

const conditions = new Set<string>(["service_started", "service_healthy", "service_completed_successfully"]);

/** The dependencies of a service, those of `depends_on` first, each service once. */
export function readDependencies(service: Node, services: Node): readonly Dependency[] {
  const dependencies = new Map<string, Dependency>();
  for (const [name, node] of service.get("depends_on").entries()) {
    const dependency = readDependency(name, node, services);
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

function readDependency(name: string, node: Node, services: Node): Dependency | undefined {
  const required = node.get("required").boolean() ?? true;
  const condition = readCondition(node.get("condition"));
  if (!services.has(name)) {
    if (required) node.problem(...unknownService(name, services));
    else node.warn(`there is no service ${JSON.stringify(name)}, and the dependency is not required`);
    return undefined;
  }
  if (condition === "service_completed_successfully") judgeCompletion(name, node, services.get(name));
  if (condition === "service_healthy") judgeHealth(name, node, services.get(name));
  return condition === undefined ? undefined : { service: name, condition, required };
}

function isOneOff(target: Node): boolean {
  return managedKind(target) === undefined && lifecycleOf(target) === "task";
}

function judgeCompletion(name: string, node: Node, target: Node): void {
  if (isOneOff(target)) return;
  node
    .get("condition")
    .problem(
      `service ${JSON.stringify(name)} never completes: AWS keeps it running`,
      managedKind(target) === undefined
        ? `make it a one-off task (services.${name} with ${oneOffAs}), or write condition: service_started`
        : "write condition: service_healthy",
    );
}

function judgeHealth(name: string, node: Node, target: Node): void {
  if (isOneOff(target)) {
    node
      .get("condition")
      .problem(
        `service ${JSON.stringify(name)} is a one-off task, which is never healthy: it ends`,
        `write condition: service_completed_successfully, or let services.${name} restart: always`,
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
