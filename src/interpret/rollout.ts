/** `deploy.update_config`: how a deployment replaces the tasks, as far as ECS can be configured. */
import { definedOnly } from "../defined";
import type { ContainerService, Rollout } from "../model/project";
import type { Node } from "./node";
import { mostTasks } from "./size";

/** @returns `undefined` where the mode decides all of it */
export function readRollout(update: Node, lifecycle: ContainerService["lifecycle"]): Rollout | undefined {
  const action = update.get("failure_action");
  const asked = action.text() ?? "";
  if (!["", "rollback", "pause", "continue"].includes(asked))
    action.problem(`unknown action ${JSON.stringify(asked)}`, "rollback, which is what ECS does");
  else if (asked === "pause" || asked === "continue")
    action.warn("a deployment whose tasks fail is rolled back, and the run fails");
  const order = update.get("order");
  const read = definedOnly({
    order: readOrder(order),
    parallelism: update.get("parallelism").integer(0, mostTasks),
  });
  return lifecycle !== "service" || Object.keys(read).length === 0 ? undefined : read;
}

function readOrder(node: Node): Rollout["order"] {
  const text = node.text() ?? "";
  if (text === "start-first" || text === "stop-first") return text;
  if (text !== "") node.problem(`unknown order ${JSON.stringify(text)}`, "start-first or stop-first");
  return undefined;
}
