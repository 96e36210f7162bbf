/** Whether a container runs for good or to its end: `restart`, `deploy.restart_policy` and `deploy.mode`. */
import type { ContainerService } from "../model/project";
import type { Node } from "./node";

type Lifecycle = ContainerService["lifecycle"];

/** What a file writes who wants a one-off task. */
export const oneOffAs = 'restart: "no", without published ports';

const never = ["no", "false"];

/**
 * A one-off task is what a job mode names, what is never to be restarted by `deploy.restart_policy`, or what is never
 * to be restarted by `restart` and publishes nothing: what is published is a server, whatever becomes of it when it ends.
 */
export function lifecycleOf(service: Node): Lifecycle {
  const text = (...keys: readonly string[]): string => plainText(service.at(...keys).value);
  if (text("deploy", "mode").endsWith("-job")) return "task";
  const condition = text("deploy", "restart_policy", "condition");
  if (condition !== "") return condition === "none" ? "task" : "service";
  return never.includes(text("restart")) && !isPublished(service) ? "task" : "service";
}

function plainText(value: unknown): string {
  return typeof value === "string" || typeof value === "boolean" ? String(value) : "";
}

function isPublished(service: Node): boolean {
  const ports = service.get("ports").value;
  return Array.isArray(ports) && ports.length > 0;
}

/** {@link lifecycleOf}, with what is wrong or means something else on ECS reported. */
export function readLifecycle(service: Node): Lifecycle {
  const lifecycle = lifecycleOf(service);
  judgeMode(service.at("deploy", "mode"));
  judgeCondition(service.at("deploy", "restart_policy", "condition"), lifecycle);
  judgeRestart(service.get("restart"), lifecycle);
  if (lifecycle === "task") judgeTask(service);
  return lifecycle;
}

function judgeMode(node: Node): void {
  const mode = node.text() ?? "";
  if (["", "replicated", "replicated-job"].includes(mode)) return;
  if (mode === "global-job") node.warn("Fargate has no nodes: the task runs once");
  else
    node.refuse(
      `${mode}: Fargate has no nodes to run one task on each`,
      "replicated, with deploy.replicas, or replicated-job",
    );
}

const notAgain =
  "a one-off task that failed is not started again: the run fails, and the next one starts it anew";

/** `deploy.restart_policy.condition`, which wins over `restart`. */
function judgeCondition(node: Node, lifecycle: Lifecycle): void {
  const condition = node.text() ?? "";
  if (!["", "any", "none", "on-failure"].includes(condition))
    node.problem(`unknown condition ${JSON.stringify(condition)}`, "any, on-failure or none");
  else if (lifecycle === "task" && condition !== "" && condition !== "none") node.warn(notAgain);
  else if (condition === "on-failure") node.warn("ECS also starts a task again that ended well");
}

function judgeRestart(node: Node, lifecycle: Lifecycle): void {
  const text = node.text() ?? "";
  if (never.includes(text)) {
    if (lifecycle === "service") node.warn("ECS starts a published service again when it ends");
  } else if (!/^(|always|unless-stopped|on-failure(:\d+)?)$/.test(text)) {
    const known = 'always, unless-stopped, on-failure, or "no" for a one-off task';
    node.problem(`unknown policy ${JSON.stringify(text)}`, known);
  } else if (lifecycle === "task") {
    if (text !== "") node.warn(notAgain);
  } else if (text.startsWith("on-failure")) {
    node.warn("ECS starts a task again whenever it ends, with delays of its own and without an end");
  }
}

/** What makes sense only of a service that stays. */
function judgeTask(service: Node): void {
  if (isPublished(service))
    service
      .get("ports")
      .refuse("a one-off task answers nobody", "take the ports out, or let it restart: always");
  for (const key of ["x-autoscaling", "x-defang-autoscaling"])
    if (service.has(key)) service.get(key).refuse("a one-off task runs once", "take it out");
  for (const node of [service.at("deploy", "replicas"), service.get("scale")]) {
    const count = node.number();
    if (count !== undefined && count !== 1) node.refuse(`${count}: a one-off task runs once`, "take it out");
  }
  const name = service.get("container_name");
  if (name.present) name.warn("nobody reaches a one-off task by a name");
}
