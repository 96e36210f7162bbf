/** `depends_on` and `links`: what has to be there before a service. */
import type { Dependency, DependencyCondition } from "../model/project";
import type { FilesContext } from "./files";
import { hasHealthcheck, imageCheck } from "./healthcheck";
import { readImageFacts } from "./image-facts";
import { asTask, type Lifecycles } from "./lifecycle";
import { managedKind } from "./managed";
import { readLinks } from "./networks";
import { isRecord, type Node } from "./node";

const conditions = new Set<string>(["service_started", "service_healthy", "service_completed_successfully"]);

/** The dependencies of a service, those of `depends_on` first, each service once. */
export function readDependencies(service: Node, world: World): readonly Dependency[] {
  const { services } = world;
  const dependencies = new Map<string, Dependency>();
  for (const [name, node] of service.get("depends_on").entries()) {
    const dependency = readDependency(name, node, world);
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
  readonly files: FilesContext;
}

function readDependency(name: string, node: Node, world: World): Dependency | undefined {
  const { services, lifecycles } = world;
  const required = node.get("required").boolean() ?? true;
  const condition = readCondition(node.get("condition"));
  if (!services.has(name)) {
    if (required) node.problem(...unknownService(name, services));
    else node.warn(`there is no service ${JSON.stringify(name)}, and the dependency is not required`);
    return undefined;
  }
  const lifecycle = lifecycles.get(name)?.lifecycle;
  if (lifecycle === "schedule") {
    judgeScheduled(name, node, required);
    return undefined;
  }
  if (lifecycle === "static") {
    node.warn(
      `service ${JSON.stringify(name)} is a static site: nothing of it starts, so nothing waits for it`,
    );
    return undefined;
  }
  const target = { node: services.get(name), isTask: lifecycle === "task" };
  if (condition === "service_completed_successfully" && !target.isTask)
    judgeCompletion(name, node, target.node);
  if (condition === "service_healthy" && !judgeHealth(name, node, target, world.files))
    return { service: name, condition: "service_started", required };
  return condition === undefined ? undefined : { service: name, condition, required };
}

/** Between its runs there is nothing to wait for. */
function judgeScheduled(name: string, node: Node, required: boolean): void {
  const why = `service ${JSON.stringify(name)} runs on a schedule`;
  if (!required) node.warn(`${why}, so nothing waits for it`);
  else
    node.problem(
      `${why}: a deployment neither starts it nor waits for its end`,
      "remove the dependency; what has to run before every deployment is a service of its own without x-schedule",
    );
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

/** @returns whether the condition is kept as it is written */
function judgeHealth(
  name: string,
  node: Node,
  { node: target, isTask }: { readonly node: Node; readonly isTask: boolean },
  files: FilesContext,
): boolean {
  if (isTask) {
    node
      .get("condition")
      .problem(
        `service ${JSON.stringify(name)} is a one-off task, which is never healthy: it ends`,
        "write condition: service_completed_successfully",
      );
    return true;
  }
  if (managedKind(target) !== undefined || hasHealthcheck(target.get("healthcheck"))) return true;
  const { config } = readImageFacts(target, files);
  const off = target.at("healthcheck", "disable").value === true || target.at("healthcheck", "test").present;
  if (!off && imageCheck(config) !== undefined) return true;
  const quoted = JSON.stringify(name);
  if (off || config?.complete === true || config?.healthcheck !== undefined) {
    node
      .get("condition")
      .refuse(
        `service ${quoted} has no healthcheck, and its image has none either`,
        `write services.${name}.healthcheck, or condition: service_started`,
      );
    return true;
  }
  node
    .get("condition")
    .warn(
      `service ${quoted} has no healthcheck here, and whether its image has one could not be read: what waits for it starts when it has started; services.${name}.healthcheck makes it wait longer`,
    );
  return false;
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
