/** `x-autoscaling`: how many tasks run, by what they have to do. The published dialect's key takes the same values. */
import { definedOnly } from "../defined";
import type { Autoscaling, Port } from "../model/project";
import { isRecord, type Node } from "./node";
import { mostTasks } from "./size";

const keys = ["x-autoscaling", "x-defang-autoscaling"];

const options = ["min", "max", "cpu", "memory", "requests"];

/** Tasks at most, where the file does not say: a bound on what a flood of requests can cost. */
const defaultMaximum = 10;

/** Percent of the CPU that the tasks use on average, where the file names no measure. */
const defaultCpu = 70;

/** Requests for each task in a minute that can be asked for: more than one task answers. */
const mostRequests = 10_000_000;

/**
 * What scales a service; `undefined` where nothing does.
 *
 * `deploy.replicas` is what the service starts with, and the least that runs where `min` says nothing.
 */
export function readAutoscaling(
  service: Node,
  { replicas, ports }: { readonly replicas: number; readonly ports: readonly Port[] },
): Autoscaling | undefined {
  const node = keys
    .filter((key) => service.has(key))
    .map((key) => service.get(key))
    .find(({ value }) => value !== false && value !== "false");
  if (node === undefined) return undefined;
  if (replicas === 0) {
    node.problem("no task runs, so there is nothing to scale by", "set deploy.replicas to 1 or more");
    return undefined;
  }
  if (!isRecord(node.value)) {
    if (node.present) node.boolean();
    return { min: replicas, max: Math.max(replicas, defaultMaximum), cpu: defaultCpu };
  }
  return readOptions(node, replicas, ports);
}

function readOptions(node: Node, replicas: number, ports: readonly Port[]): Autoscaling {
  for (const [key, option] of node.entries()) {
    if (!options.includes(key))
      option.problem(`unknown option ${JSON.stringify(key)}`, `the options are ${options.join(", ")}`);
  }
  const min = node.get("min").integer(1, mostTasks) ?? replicas;
  const max = node.get("max").integer(1, mostTasks) ?? Math.max(min, replicas, defaultMaximum);
  if (min > max) node.problem(`min ${min} is more than max ${max}`, "raise max, or lower min");
  else if (replicas > max)
    node
      .get("max")
      .problem(
        `${max} is less than the ${replicas} that the service starts with`,
        "raise max, or lower deploy.replicas",
      );
  const cpu = node.get("cpu").integer(1, 100);
  const memory = node.get("memory").integer(1, 100);
  const requests = node.get("requests").integer(1, mostRequests);
  if (requests !== undefined && !ports.some(({ mode }) => mode === "ingress")) {
    node
      .get("requests")
      .problem(
        "the load balancer counts the requests, and the service publishes no port",
        "scale by cpu or memory, or publish a port",
      );
  }
  const measures = definedOnly({ cpu, memory, requests });
  return { min, max, ...(Object.keys(measures).length === 0 ? { cpu: defaultCpu } : measures) };
}
