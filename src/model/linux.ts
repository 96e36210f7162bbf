/** What a container asks of the kernel, as ECS takes it (ECS API reference, LinuxParameters). */

/** What a container may do beside, and in place of, the capabilities that every container has; names without `CAP_`. */
export interface Capabilities {
  readonly add: readonly string[];
  /** `["ALL"]`, or some of the default ones. */
  readonly drop: readonly string[];
}

/** How much of something a container may take; -1 for all that there is. */
export interface Limits {
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

/** Those of the IPC namespace (ECS API reference, SystemControl). */
const ipcSysctls = new Set(
  ["msgmax", "msgmnb", "msgmni", "sem", "shmall", "shmmax", "shmmni", "shm_rmid_forced"].map(
    (name) => `kernel.${name}`,
  ),
);

/**
 * Why a container can't have a kernel parameter; `undefined` where it can: those of its own namespaces, as with Docker
 * (ECS API reference, SystemControl). Of `net.core` a network namespace has `somaxconn` alone, in the kernels that
 * Fargate runs: a task with another one does not start.
 */
export function whyNoSysctl(name: string): string | undefined {
  if (/^net\.core\.(?!somaxconn$)/.test(name))
    return `${name} is the whole machine's: a container has net.core.somaxconn alone`;
  if (/^net\../.test(name) || /^fs\.mqueue\../.test(name) || ipcSysctls.has(name)) return undefined;
  return `${name} is the whole machine's: a container has net.*, fs.mqueue.* and ${[...ipcSysctls].join(", ")}`;
}
