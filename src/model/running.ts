/** How many tasks of a service run, and how a deployment replaces them. */

/** How many tasks run, by target tracking; at least one measure is given. */
export interface Autoscaling {
  /** Tasks, 1 or more. */
  readonly min: number;
  readonly max: number;
  /** Percent of the CPU, on average over the tasks. */
  readonly cpu?: number;
  /** Percent of the memory, on average over the tasks. */
  readonly memory?: number;
  /** Requests a minute for each task, on its first published port. */
  readonly requests?: number;
}

/** How a deployment replaces the tasks of a service, where the file says so. */
export interface Rollout {
  readonly order?: "start-first" | "stop-first";
  /** Tasks at once; 0 for all. @default all; one where they stop first */
  readonly parallelism?: number;
}
