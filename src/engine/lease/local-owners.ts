/**
 * Processes of this machine: who this one is, and whether another still runs. A process id alone says little: it is
 * reused, and counts only in one space of process ids (a container has its own). So the moment at which the process
 * began, the machine's boot and that space belong to it, where the system shows them (Linux: proc(5), pid_namespaces(7)).
 */
import { execFile } from "node:child_process";
import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { promisify } from "node:util";
import type { Liveness, RunOwner, RunOwners } from "../../ports";

/** Processes of this machine. */
export class LocalOwners implements RunOwners {
  async self(): Promise<RunOwner> {
    const { pid } = process;
    return {
      host: hostname(),
      machine: await thisMachine(),
      pid,
      processStart: (await processStart(pid)) ?? "",
    };
  }

  async liveness(owner: RunOwner): Promise<Liveness> {
    if (owner.machine !== (await thisMachine())) return "unknown";
    if (!isRunning(owner.pid)) return "gone";
    return (await processStart(owner.pid)) === owner.processStart ? "alive" : "gone";
  }

  async end(owner: RunOwner): Promise<boolean> {
    if ((await this.liveness(owner)) !== "alive") return false;
    try {
      return process.kill(owner.pid, "SIGTERM");
    } catch {
      // Another user's: the records beside the state can answer.
      return false;
    }
  }
}

/** Whether there is a process of this id; one of another user counts. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** This boot of this machine, and the space of its process ids; elsewhere than on Linux the host's name. */
async function thisMachine(): Promise<string> {
  try {
    const boot = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
    return `${boot} ${await readlink("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

/** When a process began, `undefined` where there is none, or only what is left of one that ended (a zombie). */
async function processStart(pid: number): Promise<string | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, "utf8");
    // Fields 3 (state) and 22 (starttime) of proc_pid_stat(5); the name before them may hold anything.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return ["Z", "X"].includes(fields[0] ?? "") ? undefined : fields[19];
  } catch {
    return process.platform === "linux" ? undefined : startedBy(pid);
  }
}

/** Milliseconds since the epoch at which a process began, to a second or two; `undefined` where there is none. */
export async function startedAt(pid: number): Promise<number | undefined> {
  if (pid <= 0 || !isRunning(pid)) return undefined;
  const start = await processStart(pid);
  if (start === undefined) return undefined;
  if (process.platform !== "linux") return Date.parse(start);
  // proc(5): btime is in seconds, starttime in clock ticks, of which every Linux that Node runs on has 100 a second.
  const booted = /^btime (\d+)$/m.exec(await readFile("/proc/stat", "utf8"))?.[1];
  return Number(booted) * 1000 + Number(start) * 10;
}

async function startedBy(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)("ps", ["-o", "lstart=", "-p", String(pid)]);
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}
