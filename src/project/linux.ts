/** What a container asks of the kernel, as ECS takes it (ECS API reference, LinuxParameters). */

/** What a container may do beside, and in place of, the capabilities that every container has; names without `CAP_`. */
export interface Capabilities {
  readonly add: readonly string[];
  /** `["ALL"]`, or some of the default ones. */
  readonly drop: readonly string[];
}

/** How many files a container may have open. */
export interface OpenFiles {
  readonly soft: number;
  readonly hard: number;
}

/** A folder in memory: empty when the container starts, gone when it ends. */
export interface MemoryFolder {
  /** Absolute, inside the container. */
  readonly path: string;
  /** MiB, at most; they count as the task's memory. */
  readonly size: number;
  /** As `mount` takes them: `noexec`, `mode=1777`. */
  readonly options: readonly string[];
}
