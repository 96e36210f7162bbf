/**
 * Scripts of a managed database's first start: what a file mounts at `/docker-entrypoint-initdb.d`. RDS reads none, so a
 * one-off task of the service's own image runs them once, and everything that uses the database waits for it.
 */
import { posix } from "node:path";
import type { ContainerService, Service } from "../model/project";
import { scriptRunners, scriptsFolder } from "../stores/init-scripts";
import { isDatabase } from "../stores/rds";
import { managedKind } from "./managed";
import { isRecord, Node } from "./node";
import { Report } from "./report";

/** The task's name. */
export function initName(service: string): string {
  return `${service}-init`;
}

/** Whether a mount holds such scripts, or one of them. */
export function isScriptMount(mount: unknown): boolean {
  if (!isRecord(mount) || mount["type"] !== "bind" || typeof mount["target"] !== "string") return false;
  const target = posix.normalize(mount["target"]).replace(/(.)\/$/, "$1");
  return target === scriptsFolder || target.startsWith(`${scriptsFolder}/`);
}

/** The project with a task for each database that has scripts. @param project - the canonical form, with its extensions */
export function withInitTasks(project: unknown): unknown {
  if (!isRecord(project) || !isRecord(project["services"])) return project;
  const { services } = project;
  const tasks = Object.entries(services).flatMap(([name, service]) => {
    const task = isRecord(service) ? taskOf(name, service) : undefined;
    return task === undefined || Object.hasOwn(services, initName(name))
      ? []
      : [[initName(name), task] as const];
  });
  return tasks.length === 0
    ? project
    : { ...project, services: { ...services, ...Object.fromEntries(tasks) } };
}

function taskOf(
  name: string,
  service: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | undefined {
  const kind = managedKind(new Node(service, "", new Report(() => undefined)));
  const volumes: unknown[] = Array.isArray(service["volumes"]) ? service["volumes"] : [];
  const scripts = volumes.filter(isScriptMount);
  const runner = kind === undefined ? undefined : scriptRunners[kind];
  if (runner === undefined || scripts.length === 0) return undefined;
  const { image, platform, environment, networks } = service;
  return {
    image: typeof image === "string" && image !== "" ? image : runner.image,
    ...(platform === undefined ? {} : { platform }),
    ...(networks === undefined ? {} : { networks }),
    entrypoint: ["/bin/sh", "-c", runner.program],
    environment: { ...(isRecord(environment) ? environment : {}), ...runner.variables(name) },
    volumes: scripts.map((mount) => ({ ...(mount as object), read_only: true })),
    depends_on: { [name]: { condition: "service_started", required: true } },
    deploy: { mode: "replicated-job", resources: { limits: { cpus: "0.25", memory: "536870912" } } },
  };
}

/** A service of the file's own in the place of the task. @param services - of the file, without the tasks */
export function judgeInitNames(services: Node): void {
  for (const [name, service] of services.entries()) {
    const task = isRecord(service.value) ? taskOf(name, service.value) : undefined;
    if (task !== undefined && services.has(initName(name)))
      service
        .get("volumes")
        .problem(
          `its scripts run as the service ${initName(name)}, and the file has another of that name`,
          "give the other one another name",
        );
  }
}

/** The services, each of which waits for the scripts of the databases that it uses. */
export function waitingForScripts(services: readonly Service[]): readonly Service[] {
  const scripted = new Set(
    services
      .filter(
        (service) => isDatabase(service) && services.some(({ name }) => name === initName(service.name)),
      )
      .map(({ name }) => name),
  );
  if (scripted.size === 0) return services;
  return services.map((service) => (service.kind === "container" ? waiting(service, scripted) : service));
}

function waiting(service: ContainerService, scripted: ReadonlySet<string>): ContainerService {
  const wanted = service.uses
    .filter((used) => scripted.has(used) && service.name !== initName(used))
    .map(initName)
    .filter((task) => !service.dependsOn.some((dependency) => dependency.service === task));
  // Between its runs nothing waits for a schedule, and a schedule for nothing.
  if (wanted.length === 0 || service.lifecycle === "schedule") return service;
  const added = wanted.map((task) => ({
    service: task,
    condition: "service_completed_successfully" as const,
    required: true,
  }));
  return { ...service, dependsOn: [...service.dependsOn, ...added] };
}
