/** What a container asks of CPU and memory, and the Fargate size and number of tasks that it gets. */
import { knownSize, type KnownSize } from "../images/known-sizes";
import type { ImageName } from "../model/image-name";
import type { ContainerService, Size } from "../model/project";
import { describeSize, largestSize, leastSize, smallestSize } from "../model/sizing";
import { parseBytes } from "../compose/units";
import type { DeployedService } from "../model/deployed";
import { isRecord, type Node } from "./node";

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

/**
 * The smallest size that holds a container's limits and reservations; {@link largestSize} after a problem. Where the file
 * asks for nothing, an image that is known to need more than the least gets it, with a word; a service that runs already
 * keeps what it has.
 *
 * @param folders - MiB that its folders in memory may hold, as the file says
 * @param image - `undefined` where nobody knows it
 * @param deployed - `undefined` where the stack does not run the service yet
 */
export function readSize(
  service: Node,
  folders: number,
  image: ImageName | undefined,
  deployed: DeployedService | undefined,
): Pick<ContainerService, "size" | "unsized"> {
  const cpu = largest(service, cpuKeys, 1 / 1024, largestSize.cpu);
  const memory = largest(service, memoryKeys, MiB, largestSize.memory);
  const size = smallestSize({ cpu, memory }) ?? largestSize;
  const said = service.get(service.get("build").present ? "build" : "image");
  if (cpu > 0 || memory > 0) return { size };
  const known = image === undefined ? undefined : knownSize(image);
  const program = neededSize(known, heapOf(service));
  const needed = withFolders(program, folders);
  if (needed === undefined) return { size, unsized: true };
  const isProgram = needed === program;
  const name = isProgram
    ? (known?.name ?? "a Java heap of this size (-Xmx)")
    : "what it may keep in memory (shm_size, tmpfs)";
  if (deployed?.imageDefaults === false) {
    said.warn(
      `it keeps ${describeSize(size)}, as the stack runs it; ${name} needs ${describeSize(needed)}: deploy.resources.limits gives them`,
    );
    return { size };
  }
  said.warn(
    `it gets ${describeSize(needed)}, for ${name} needs more than the least, ${describeSize(size)}; deploy.resources.limits says otherwise${known === undefined || !isProgram ? "" : ` (${known.source})`}`,
  );
  return { size: needed };
}

/** Docker's folders in memory are limits, not what is used: one that is larger than this buys no larger task. */
const mostFolders = 3584;

/** The least for the program beside what its folders in memory may hold; few MiB of them fit into any task. */
function withFolders(program: Size | undefined, folders: number): Size | undefined {
  if (folders <= leastSize.memory / 2) return program;
  const memory = Math.min(folders, mostFolders) + leastSize.memory;
  if (program !== undefined && program.memory >= memory) return program;
  return smallestSize({ cpu: program?.cpu ?? 0, memory }) ?? program;
}

/** What a JVM takes beside its heap, in MiB, where its image says nothing: metaspace, code, threads. */
const besideHeap = { share: 0.8, least: 256 };

/** By the heap that the file sets, where it sets one, else by the table; `undefined` where the least is enough. */
function neededSize(known: KnownSize | undefined, heap: number | undefined): Size | undefined {
  if (heap !== undefined && (known === undefined || known.heapShare !== undefined)) {
    const memory =
      known?.heapShare === undefined ? heap / besideHeap.share + besideHeap.least : heap / known.heapShare;
    const needed = smallestSize({ cpu: known?.size.cpu ?? 0, memory: Math.ceil(memory) }) ?? largestSize;
    return needed.memory > leastSize.memory || known !== undefined ? needed : undefined;
  }
  return known?.size;
}

/** The largest heap that environment and command set, in MiB (Java documentation, the java command: -Xmx). */
function heapOf(service: Node): number | undefined {
  const { value: environment } = service.get("environment");
  const { value: command } = service.get("command");
  const texts = [
    ...(isRecord(environment) ? Object.values(environment) : []),
    ...(Array.isArray(command) ? (command as unknown[]) : []),
  ];
  const heaps = texts
    .filter((text) => typeof text === "string")
    .flatMap((text) => [...text.matchAll(/-Xmx(\d+)([kmgt]?)\b/gi)])
    .map(([, count, unit = ""]) => Number(count) * (heapUnits[unit.toLowerCase()] ?? 2 ** -20));
  return heaps.length === 0 ? undefined : Math.max(...heaps);
}

/** In MiB; without a unit it is bytes. */
const heapUnits: Readonly<Record<string, number>> = { k: 2 ** -10, m: 1, g: 2 ** 10, t: 2 ** 20 };

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
