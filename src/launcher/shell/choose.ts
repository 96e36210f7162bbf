/** Into which container of which task a shell is opened. */
import { BerthError } from "../../errors";
import type { ServiceView, TaskView } from "../../ports";
import { runningTasks } from "../core/services";

export interface Chosen {
  readonly task: TaskView;
  readonly container: string;
}

/**
 * The task and the container: those that are named, else the service's own container in its youngest task.
 *
 * @param named - the beginning of a task's id, and a container
 * @throws BerthError (usage) where nothing runs, nothing matches, or the service takes no shell
 */
export function chooseContainer(
  service: ServiceView,
  tasks: readonly TaskView[],
  named: { readonly task?: string; readonly container?: string; readonly readOnly: boolean },
): Chosen {
  const { service: path } = service;
  const running = runningTasks(service, tasks);
  if (running.length === 0) {
    throw new BerthError("usage", {
      path,
      message: `no task of it runs (${service.running} of ${service.desired})`,
      hint: "berth ps says why; berth run starts a task of its own",
    });
  }
  if (!service.execEnabled) throw notEnabled(path, named.readOnly);
  const task = running.find(({ id }) => id.startsWith(named.task ?? ""));
  if (task === undefined) {
    const ids = running.map(({ id }) => id.slice(0, 8)).join(", ");
    throw new BerthError("usage", {
      path: "--task",
      message: `no running task of ${path} begins with ${named.task ?? ""}`,
      hint: `these run: ${ids}`,
    });
  }
  return { task, container: containerOf(task, path, named.container) };
}

function containerOf(task: TaskView, service: string, named: string | undefined): string {
  const names = task.containers.filter(({ status }) => status !== "STOPPED").map(({ name }) => name);
  const container = named ?? (names.includes(service) ? service : names[0]);
  if (container !== undefined && names.includes(container)) return container;
  throw new BerthError("usage", {
    path: "--container",
    message: `the task has no running container ${named ?? service}`,
    hint: names.length === 0 ? "berth ps says what happened" : `it has ${names.join(", ")}`,
  });
}

function notEnabled(path: string, readOnly: boolean): BerthError {
  if (readOnly) {
    return new BerthError("usage", {
      path,
      message: "its file system is read-only, and ECS Exec needs one that can be written to",
      hint: `berth run ${path} sh starts a task of its own; or remove read_only from the compose file`,
    });
  }
  return new BerthError("usage", {
    path,
    message: "the stack opens no shells (ECS Exec is switched off)",
    hint: "write x-berth: {execEnabled: true} at the top of the compose file, and run berth up",
  });
}

/**
 * The words of a command as the one line that ECS takes, which a shell reads again. A single word is left as it is:
 * `berth exec web "ls | wc -l"`.
 */
export function commandLine(words: readonly string[]): string {
  const [only, ...others] = words;
  if (only === undefined) return "/bin/sh";
  if (others.length === 0) return only.includes(" ") ? `/bin/sh -c ${quoted(only)}` : only;
  return words.map(quoted).join(" ");
}

/** POSIX, Shell Command Language, 2.2.2: within single quotes every character means itself, but the quote. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
