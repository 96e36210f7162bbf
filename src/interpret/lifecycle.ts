/**
 * Whether a container is a server, which ECS keeps running, or a one-off task, which runs to its end. `restart` alone
 * does not say it: it says what happens after an end, and left out it is "no" in Compose. What has `x-schedule` is
 * neither: it runs to its end at each of its times, whatever else the file says; what has `x-static` never runs. The others,
 * in this order:
 *
 * 1. a job mode of `deploy.mode` names a one-off task;
 * 2. so does a service that waits for its successful end, unless it is to be restarted however it ends;
 * 3. what publishes or exposes a port, has a health check, or is waited for as started or healthy is a server, and so is
 *    the own program of an image that EXPOSEs a port;
 * 4. `deploy.restart_policy.condition`, then `restart`, say that it is restarted: a server; that it never is: a one-off
 *    task;
 * 5. where `restart` is left out the words of its name and command decide, then whether its image is known for a
 *    server; else it is taken for one.
 *
 * Words (`lifecycle-words.ts`) speak against 3 where only a start is waited for and they name a migration or the like,
 * and against 4 where they name a worker that an env example never restarts. Where words decided, a warning says so.
 */
import type { FilesContext } from "./files";
import { exposesByImage } from "./image-words";
import { hasHealthcheck } from "./healthcheck";
import { lifecycleByWords, runsServerImage } from "./lifecycle-words";
import { managedKind } from "./managed";
import { isRecord, type Node } from "./node";
import { isScheduled, readScheduleRetries } from "./schedule";
import { isSite } from "./site-key";
import type { ContainerService } from "../model/project";

type Lifecycle = ContainerService["lifecycle"];

/** Of a container that runs. */
type Running = Exclude<Lifecycle, "static">;

interface KnownRunning extends Known {
  readonly lifecycle: Running;
}

/** What a service is, and how that is known. */
export interface Known {
  readonly lifecycle: Lifecycle;
  /** `said` by the file; `sign`: it behaves as a server; `words`: guessed by its name or command; `default`: nothing says it. */
  readonly by: "said" | "sign" | "words" | "default";
}

/** By the service's name. */
export type Lifecycles = ReadonlyMap<string, Known>;

/** What others wait for. */
interface Waits {
  readonly started: ReadonlySet<string>;
  readonly healthy: ReadonlySet<string>;
  readonly completed: ReadonlySet<string>;
}

const never = new Set(["no", "false", "none"]);
/** `restart` and the condition of `deploy` know each other's words (docker/compose, pkg/compose/create.go, mapRestartPolicyCondition). */
const conditions: Readonly<Record<string, string>> = {
  "": "",
  any: "any",
  always: "any",
  "unless-stopped": "any",
  none: "none",
  no: "none",
  "on-failure": "on-failure",
};

/** How often a one-off task is started again where the file gives no count; ECS's own pace makes more of little use. */
const usualRetries = 5;
const mostRetries = 100;

/** The lifecycle of every service; of a managed store it is always `service`. */
export function readLifecycles(services: Node, files: FilesContext): Lifecycles {
  const waits = readWaits(services.value);
  if (!isRecord(services.value)) return new Map();
  return new Map(
    Object.keys(services.value).map((name) => {
      const service = services.get(name);
      const known: Known =
        managedKind(service) === undefined
          ? lifecycleOf(name, service, { waits, files })
          : { lifecycle: "service", by: "said" };
      return [name, known];
    }),
  );
}

function readWaits(services: unknown): Waits {
  const waits = { started: new Set<string>(), healthy: new Set<string>(), completed: new Set<string>() };
  for (const service of isRecord(services) ? Object.values(services) : []) {
    if (!isRecord(service)) continue;
    for (const [name, dependency] of Object.entries(
      isRecord(service["depends_on"]) ? service["depends_on"] : {},
    )) {
      const condition = isRecord(dependency) ? dependency["condition"] : undefined;
      if (condition === "service_completed_successfully") waits.completed.add(name);
      else if (condition === "service_healthy") waits.healthy.add(name);
      else waits.started.add(name);
    }
    for (const link of Array.isArray(service["links"]) ? (service["links"] as unknown[]) : [])
      if (typeof link === "string") waits.started.add(link.split(":")[0] ?? "");
  }
  return waits;
}

interface Clues {
  readonly waits: Waits;
  readonly files: FilesContext;
}

function lifecycleOf(name: string, service: Node, { waits, files }: Clues): Known {
  if (isSite(service)) return { lifecycle: "static", by: "said" };
  if (isScheduled(service)) return { lifecycle: "schedule", by: "said" };
  const text = (...keys: readonly string[]): string => plainText(service.at(...keys).value);
  if (text("deploy", "mode").endsWith("-job")) return { lifecycle: "task", by: "said" };
  const condition = conditions[text("deploy", "restart_policy", "condition")] ?? "";
  const restart = text("restart");
  const always = condition === "" ? /^(always|unless-stopped|any)$/.test(restart) : condition === "any";
  if (waits.completed.has(name) && !always) return { lifecycle: "task", by: "said" };
  if (isServer(service) || waits.healthy.has(name)) return { lifecycle: "service", by: "sign" };
  const words = lifecycleByWords(name, service);
  if (waits.started.has(name) && words !== "task") return { lifecycle: "service", by: "sign" };
  // What an earlier version made a one-off task of stays one.
  const older = files.deployed.get(name)?.imageDefaults === false;
  if (!older && words !== "task" && exposesByImage(service, files))
    return { lifecycle: "service", by: "sign" };
  const asked = condition === "" ? restart : condition;
  // What ended well stays ended in Compose: so does an initialisation. What ECS runs already goes on.
  const retried = /^on-failure/.test(asked);
  if (retried && words === "task" && files.deployed.get(name)?.runs !== true)
    return { lifecycle: words, by: "words" };
  if (always || retried) return { lifecycle: "service", by: "said" };
  if (condition === "none") return { lifecycle: "task", by: "said" };
  if (never.has(restart))
    return words === "service" ? { lifecycle: words, by: "words" } : { lifecycle: "task", by: "said" };
  if (words !== undefined) return { lifecycle: words, by: "words" };
  return { lifecycle: "service", by: runsServerImage(service) ? "sign" : "default" };
}

function plainText(value: unknown): string {
  return typeof value === "string" || typeof value === "boolean" ? String(value) : "";
}

function isServer(service: Node): boolean {
  const some = (key: string): boolean => {
    const { value } = service.get(key);
    return Array.isArray(value) && value.length > 0;
  };
  return some("ports") || some("expose") || hasHealthcheck(service.get("healthcheck"));
}

/** The lifecycle of a container, with what is wrong or means something else on ECS reported. */
export function readLifecycle(service: Node, known: KnownRunning): Running {
  const { lifecycle } = known;
  judgeMode(service.at("deploy", "mode"));
  judgeCondition(service.at("deploy", "restart_policy", "condition"), lifecycle);
  judgeRestart(service.get("restart"), known);
  if (lifecycle !== "service") judgeTask(service, lifecycle);
  return lifecycle;
}

/** How often what runs to its end and failed is started again: `on-failure`, with its count; Docker's own has no end. */
export function readRetries(service: Node, lifecycle: Lifecycle): number | undefined {
  if (lifecycle === "service") return undefined;
  const own = lifecycle === "schedule" ? readScheduleRetries(service) : undefined;
  if (own !== undefined) return own === 0 ? undefined : own;
  const policy = service.at("deploy", "restart_policy");
  if (plainText(policy.get("condition").value) === "on-failure")
    return policy.get("max_attempts").integer(0, mostRetries) ?? usualRetries;
  const match = /^on-failure(?::(\d+))?$/.exec(plainText(service.get("restart").value));
  if (match === null) return undefined;
  const count = Number(match[1] ?? 0);
  return count === 0 ? usualRetries : Math.min(count, mostRetries);
}

function judgeMode(node: Node): void {
  const mode = node.text() ?? "";
  if (["", "replicated", "replicated-job"].includes(mode)) return;
  if (mode === "global-job") node.warn("Fargate has no nodes: the task runs once");
  else
    node.refuse(
      `${mode}: Fargate has no nodes to run one task on each`,
      "replicated, with deploy.replicas, or replicated-job",
    );
}

/** What starts it again, where the file asks for a restart whenever it ends. */
const startedAgain: Readonly<Record<Exclude<Running, "service">, string>> = {
  task: "a one-off task is started again by the next deployment alone",
  schedule: "its schedule alone starts it again; on-failure tries again at once when it failed",
};

/** `deploy.restart_policy.condition`, which wins over `restart`. */
function judgeCondition(node: Node, lifecycle: Running): void {
  const text = node.text() ?? "";
  const condition = Object.hasOwn(conditions, text) ? conditions[text] : undefined;
  if (condition === undefined)
    node.problem(`unknown condition ${JSON.stringify(text)}`, "any, on-failure or none");
  else if (lifecycle !== "service" && condition === "any") node.warn(startedAgain[lifecycle]);
  else if (lifecycle === "service" && condition === "none")
    node.warn("others reach this service or wait for its start, so ECS keeps it running");
  else if (lifecycle === "service" && condition === "on-failure")
    node.warn("ECS also starts a task again that ended well");
}

const triedAgain =
  "its name or command is that of a program that ends: it is treated as a one-off task, which runs to its end in each deployment and is tried again where it fails; restart: unless-stopped makes it a service";

/** What a file writes who wants a one-off task. */
export const asTask = 'restart: "no"';

function judgeRestart(node: Node, { lifecycle, by }: KnownRunning): void {
  const text = node.text() ?? "";
  if (never.has(text)) {
    if (by === "words")
      node.warn(
        "its name or command is a worker's, so ECS keeps it running; deploy.mode: replicated-job makes it a one-off task",
      );
    else if (lifecycle === "service")
      node.warn(
        "others reach this service or wait for its start, so ECS keeps it running: it starts it again when it ends",
      );
  } else if (!/^(|always|any|unless-stopped|on-failure(:\d+)?)$/.test(text)) {
    const known = 'always, unless-stopped, on-failure, or "no" for a one-off task';
    node.problem(`unknown policy ${JSON.stringify(text)}`, known);
  } else if (text === "") judgeLeftOut(node, { lifecycle, by });
  else if (lifecycle !== "service") {
    if (!text.startsWith("on-failure")) node.warn(startedAgain[lifecycle]);
    else if (by === "words") node.warn(triedAgain);
  } else if (text.startsWith("on-failure")) {
    node.warn("ECS starts a task again whenever it ends, with delays of its own and without an end");
  }
}

function judgeLeftOut(node: Node, { lifecycle, by }: KnownRunning): void {
  if (by === "words" && lifecycle === "task")
    node.warn(
      "left out, and its name or command is that of a program that ends: it is treated as a one-off task, which runs to its end in each deployment; restart: unless-stopped makes it a service",
    );
}

/** One line for all services of which nothing says whether their programs end. */
export function judgeUnknown(services: Node, lifecycles: Lifecycles): void {
  const unknown = [...lifecycles].flatMap(([name, { by }]) => (by === "default" ? [name] : []));
  if (unknown.length === 0) return;
  services.warn(
    `${unknown.join(", ")}: restart is left out, and nothing says whether the program ends: it is treated as a server, which ECS starts again when it ends; ${asTask} makes it a one-off task, restart: unless-stopped says that it is none`,
  );
}

/** What makes sense only of a service that stays. */
function judgeTask(service: Node, lifecycle: Exclude<Running, "service">): void {
  const scheduled = lifecycle === "schedule";
  const it = scheduled ? "a service on a schedule" : "a one-off task";
  for (const key of ["ports", "expose"]) {
    const { value } = service.get(key);
    if (Array.isArray(value) && value.length > 0)
      service
        .get(key)
        .warn(
          scheduled
            ? "it runs on a schedule, so nobody reaches it: it has no address between its runs"
            : "it is a one-off task, which is reached by nobody: others wait for its end",
        );
  }
  for (const key of ["x-autoscaling", "x-defang-autoscaling"])
    if (service.has(key)) service.get(key).refuse(`${it} runs once`, "remove it");
  for (const node of [service.at("deploy", "replicas"), service.get("scale")]) {
    const count = node.number();
    if (count === undefined || count === 1 || (scheduled && count === 0)) continue;
    if (scheduled) node.refuse(`${count}: one task runs at each time`, "remove it; 0 pauses the schedule");
    else node.refuse(`${count}: a one-off task runs once`, "remove it");
  }
  const name = service.get("container_name");
  if (name.present) name.warn(`nobody reaches ${it} by a name`);
}
