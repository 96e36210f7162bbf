/**
 * Fargate's sizes, and the smallest one that holds a request.
 */
import type { Size } from "./project";

/** One row of Fargate's table: a CPU value with the memory that goes with it. */
interface SizeRow {
  /** CPU units: 1024 is one vCPU. */
  readonly cpu: number;
  /** MiB: every value from `from` to `to` in steps of `step`. */
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

const GiB = 1024;

/**
 * Source: Amazon ECS developer guide, "Task CPU and memory" (Fargate, Linux, platform version 1.4.0 or later).
 * The smallest row lists 512, 1024 and 2048 MiB: {@link fargateSizes} leaves the 1.5 GB out that no row has.
 */
const rows: readonly SizeRow[] = [
  { cpu: 256, from: 512, to: 2 * GiB, step: 512 },
  { cpu: 512, from: 1 * GiB, to: 4 * GiB, step: GiB },
  { cpu: 1024, from: 2 * GiB, to: 8 * GiB, step: GiB },
  { cpu: 2048, from: 4 * GiB, to: 16 * GiB, step: GiB },
  { cpu: 4096, from: 8 * GiB, to: 30 * GiB, step: GiB },
  { cpu: 8192, from: 16 * GiB, to: 60 * GiB, step: 4 * GiB },
  { cpu: 16384, from: 32 * GiB, to: 120 * GiB, step: 8 * GiB },
];

/** Every size that Fargate has, smallest first: by CPU, then by memory. */
export const fargateSizes: readonly Size[] = rows.flatMap(({ cpu, from, to, step }) =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => ({ cpu, memory: from + index * step })).filter(
    ({ memory }) => memory % GiB === 0 || memory === 512,
  ),
);

/** The smallest size, also for what asks for nothing. */
export const leastSize: Size = { cpu: 256, memory: 512 };

/** The largest size: 16 vCPU with 120 GB. */
export const largestSize: Size = { cpu: 16384, memory: 120 * GiB };

/**
 * The smallest Fargate size that holds a request; the least CPU that holds it decides, then the least memory,
 * which is also the cheapest, since a row's steps get only coarser upwards.
 *
 * @param request - CPU units and MiB; fractions are allowed, and 0 of both gets 0.25 vCPU and 512 MiB
 * @returns `undefined` where even {@link largestSize} is too small
 */
export function smallestSize(request: Size): Size | undefined {
  return fargateSizes.find((size) => size.cpu >= request.cpu && size.memory >= request.memory);
}

/** The next size for what ran out of memory: twice as much of it, with the least CPU that goes with it. */
export function roomierSize({ cpu, memory }: Size): Size | undefined {
  return smallestSize({ cpu, memory: 2 * memory });
}

/** A size as people say it: `0.25 vCPU and 512 MiB`, `16 vCPU and 120 GiB`. */
export function describeSize(size: Size): string {
  const memory = size.memory % GiB === 0 ? `${size.memory / GiB} GiB` : `${size.memory} MiB`;
  return `${size.cpu / 1024} vCPU and ${memory}`;
}
