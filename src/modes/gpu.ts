/** GPU instances of EC2: which one a service gets, and how many a project may need. */
import type { ContainerService, Service, Size } from "../model/project";

/** Families of instances with NVIDIA GPUs: T4, A10G, L4. */
export const gpuFamilies = ["g4dn", "g5", "g6"] as const;
export type GpuFamily = (typeof gpuFamilies)[number];

/** An instance type as EC2 lists it. */
export interface GpuInstance extends Size {
  /** `g4dn.xlarge` */
  readonly type: string;
  readonly gpus: number;
}

/** Most GPUs of one instance, in each family. */
export const mostGpus = 8;

/** Size, GPUs, vCPU, GiB. */
type Row = readonly [size: string, gpus: number, vcpu: number, gib: number];

const single: readonly Row[] = [
  ["xlarge", 1, 4, 16],
  ["2xlarge", 1, 8, 32],
  ["4xlarge", 1, 16, 64],
  ["8xlarge", 1, 32, 128],
];

/** Cheapest first. Source: Amazon EC2 Instance Types guide, "Specifications for accelerated computing instances". */
const rows: Readonly<Record<GpuFamily, readonly Row[]>> = {
  g4dn: [...single, ["12xlarge", 4, 48, 192], ["16xlarge", 1, 64, 256], ["metal", mostGpus, 96, 384]],
  g5: [
    ...single,
    ["16xlarge", 1, 64, 256],
    ["12xlarge", 4, 48, 192],
    ["24xlarge", 4, 96, 384],
    ["48xlarge", mostGpus, 192, 768],
  ],
  g6: [
    ...single,
    ["16xlarge", 1, 64, 256],
    ["12xlarge", 4, 48, 192],
    ["24xlarge", 4, 96, 384],
    ["48xlarge", mostGpus, 192, 768],
  ],
};

/** The family's instances, cheapest first. */
export function gpuInstances(family: GpuFamily): readonly GpuInstance[] {
  return rows[family].map(([size, gpus, vcpu, gib]) => ({
    type: `${family}.${size}`,
    gpus,
    cpu: vcpu * 1024,
    memory: gib * 1024,
  }));
}

/** Share of an instance's memory that tasks get: the operating system, Docker and the agent need the rest. */
const memoryForTasks = 0.9;

/** What an instance gives to a task of so many of its GPUs: the same share of all that it has. */
function shareOf({ gpus, cpu, memory }: GpuInstance, wanted: number): Size {
  const share = wanted / gpus;
  return { cpu: Math.floor(cpu * share), memory: Math.floor(memory * memoryForTasks * share) };
}

export interface GpuPlace {
  readonly instance: GpuInstance;
  /** Of the task. Nothing but tasks with a GPU runs on the instance, so each gets its GPUs' whole share. */
  readonly size: Size;
}

/**
 * Where a task with GPUs runs: on the cheapest instance of the family whose share holds what the service asks for.
 *
 * @throws RangeError for what no instance holds; what the interpreter lets through fits into each family's largest
 */
export function gpuPlace(
  { gpus = 0, size }: Pick<ContainerService, "gpus" | "size">,
  family: GpuFamily,
): GpuPlace {
  for (const instance of gpuInstances(family)) {
    if (instance.gpus < gpus) continue;
    const share = shareOf(instance, gpus);
    if (share.cpu >= size.cpu && share.memory >= size.memory) return { instance, size: share };
  }
  throw new RangeError(
    `No instance of ${family} has ${gpus} GPUs with ${size.cpu} CPU units and ${size.memory} MiB.`,
  );
}

/** What the mode says of GPU services: settings of `x-berth`. */
export interface GpuSettings {
  readonly gpuInstanceFamily: GpuFamily;
  /** The least number of tasks of a service. */
  readonly minimumReplicas: number;
}

/** Instances of one type, which the project's GPU services share. */
export interface GpuPool {
  readonly instance: GpuInstance;
  /** Instances, at most: room for every task, and for as many again while a deployment replaces them. */
  readonly most: number;
}

/** The pools that a project needs, in the order in which its services first need them. */
export function gpuPools(
  services: readonly Service[],
  { gpuInstanceFamily, minimumReplicas }: GpuSettings,
): readonly GpuPool[] {
  const pools = new Map<string, GpuPool>();
  for (const service of services) {
    if (service.kind !== "container" || service.gpus === undefined) continue;
    const { instance } = gpuPlace(service, gpuInstanceFamily);
    const tasks = Math.max(service.replicas, service.autoscaling?.max ?? 0, minimumReplicas);
    const perInstance = Math.floor(instance.gpus / service.gpus);
    const most = (pools.get(instance.type)?.most ?? 0) + 2 * Math.ceil(tasks / perInstance);
    pools.set(instance.type, { instance, most });
  }
  return [...pools.values()];
}
