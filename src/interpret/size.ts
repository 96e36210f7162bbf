/** What a container asks of CPU and memory, and the Fargate size and number of tasks that it gets. */
import type { Size } from "../model/project";
import { describeSize, largestSize, smallestSize } from "../model/sizing";
import { parseBytes } from "../compose/units";
import type { Node } from "./node";

const MiB = 1024 * 1024;

/** Tasks that one service can have (ECS service quotas, "Tasks per service"). */
export const mostTasks = 5000;

/** The keys that ask for CPU (vCPU) and for memory (bytes); the largest value decides, a 0 asks for nothing. */
const cpuKeys = [
  ["deploy", "resources", "limits", "cpus"],
  ["deploy", "resources", "reservations", "cpus"],
  ["cpus"],
];
const memoryKeys = [
  ["deploy", "resources", "limits", "memory"],
  ["deploy", "resources", "reservations", "memory"],
  ["mem_limit"],
  ["mem_reservation"],
];

/** The smallest size that holds a container's limits and reservations; {@link largestSize} after a problem. */
export function readSize(service: Node): Size {
  const cpu = largest(service, cpuKeys, 1 / 1024, largestSize.cpu);
  const memory = largest(service, memoryKeys, MiB, largestSize.memory);
  return smallestSize({ cpu, memory }) ?? largestSize;
}

function largest(service: Node, keys: readonly (readonly string[])[], unit: number, most: number): number {
  let result = 0;
  for (const key of keys) {
    const node = service.at(...key);
    const asked = (node.number() ?? 0) / unit;
    if (asked < 0) node.problem(`${asked * unit} is less than nothing`);
    if (asked > most) {
      const value = unit === MiB ? `${Math.ceil(asked)} MiB` : `${asked / 1024} vCPU`;
      node.problem(
        `${value} is more than Fargate has: its largest size is ${describeSize(largestSize)}`,
        "ask for less, or split the service",
      );
    }
    result = Math.max(result, Math.min(asked, most));
  }
  return result;
}

/** How many tasks run: `deploy.replicas`, else `scale`, else one. */
export function readReplicas(service: Node): number {
  const replicas = service.at("deploy", "replicas").integer(0, mostTasks);
  return replicas ?? service.get("scale").integer(0, mostTasks) ?? 1;
}

/** GiB that every task has (ECS Developer Guide, Fargate task ephemeral storage), and that one can have. */
const disk = { usual: 20, most: 200 };

/** `storage_opt.size`: the disk of the task, in GiB, where it is more than every task has. */
export function readDisk(options: Node, onInstance: boolean): number | undefined {
  for (const [name, option] of options.entries())
    if (name !== "size") option.warn("AWS sets up a task's disk");
  const node = options.get("size");
  const text = node.text();
  if (text === undefined) return undefined;
  const gib = Math.ceil(Number(parseBytes(text) ?? NaN) / 2 ** 30);
  if (!(gib >= 0)) node.problem(`${JSON.stringify(text)} is no size`, 'such as "50G"');
  else if (onInstance) node.warn("tasks with a GPU share their instance's disk");
  else if (gib > disk.most)
    node.refuse(
      `${gib} GiB are more than a task's disk can have: ${disk.most}`,
      "keep files in a named volume",
    );
  else if (gib > disk.usual) return gib;
  return undefined;
}
