/** The state of a stack's services: what ECS says of each, in the words of Docker Compose where it has them. */
import { BerthError } from "../../errors";
import type {
  ContainerView,
  DefinitionView,
  DeploymentView,
  ScheduleView,
  ServiceView,
  StackIdentity,
  TaskView,
} from "../../ports";
import { definedOnly } from "../../defined";
import type { DeployedSite } from "../../model/deployed";
import { eventsLogGroupName, stackResourceName } from "../../model/naming";
import { lastStops, serviceOfFamily, type StatusPorts, type Stop } from "./stops";

/** One service, as `ps --json` gives it. */
export interface ServiceStatus {
  readonly service: string;
  /**
   * `service`: ECS keeps it running. `task`: a one-off task. `schedule`: it runs at its times. `static`: nothing runs, its
   * files are served.
   */
  readonly kind: "service" | "task" | "schedule" | "static";
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  /** Of the running tasks: how many their own check calls healthy, and unhealthy. */
  readonly healthy: number;
  readonly unhealthy: number;
  readonly image?: string;
  /** `sha256:…` of what runs. */
  readonly imageDigest?: string;
  readonly command?: readonly string[];
  readonly ports: readonly { readonly port: number; readonly protocol: string }[];
  /** `<family>:<revision>` */
  readonly taskDefinition?: string;
  /** The current rollout. */
  readonly deployment?: {
    readonly state: string;
    readonly reason?: string;
    readonly failedTasks: number;
    /** ISO 8601. */
    readonly created?: string;
  };
  /** ISO 8601: of the oldest task that runs. */
  readonly started?: string;
  readonly lastEvent?: { readonly time: string; readonly message: string };
  readonly lastStop?: Pick<Stop, "task" | "time" | "reason" | "exitCode">;
  /** Of a service on a schedule: its times and its last run; `lastStop` is a run by hand that ended later. */
  readonly schedule?: Omit<ScheduleView, "service">;
  /** Of a static site: what is served, hexadecimal. */
  readonly version?: string;
  readonly execEnabled: boolean;
}

/**
 * Asks for the state of every service of a stack.
 *
 * @param only - the services that are wanted. @default all
 * @param others - names that may be wanted too, and are no services of ECS: managed stores
 * @param apart - the services that run on a schedule, and those that are static sites
 * @throws BerthError (usage) where there is no such stack or service, (deployment) where AWS refuses
 */
export async function stackStatus(
  identity: StackIdentity,
  { cluster, logs, now }: StatusPorts & { readonly now: number },
  only: readonly string[] = [],
  others: () => Promise<readonly string[]> = () => Promise.resolve([]),
  { schedules = [], sites = [] }: Apart = {},
): Promise<readonly ServiceStatus[]> {
  const clusterName = stackResourceName(identity, "cluster", "cluster");
  const [services, tasks] = await Promise.all([cluster.services(clusterName), cluster.tasks(clusterName)]);
  if (services === undefined) throw noStack(identity);
  const stops = await lastStops(tasks, services.map(groupOf), {
    logs,
    logGroupName: eventsLogGroupName(identity.project, identity.stack),
    now,
  });
  const oneOffs = [
    ...withSchedules(oneOffStatuses(identity, tasks, stops), schedules, identity, tasks),
    ...sites.map(siteStatus),
  ];
  const names = [...services, ...oneOffs].map(({ service }) => service);
  if (only.some((name) => !names.includes(name))) refuseUnknown(only, [...names, ...(await others())].sort());
  const isWanted = ({ service }: { readonly service: string }): boolean =>
    only.length === 0 || only.includes(service);
  const statuses = await Promise.all(
    services.filter(isWanted).map(async (service) =>
      serviceStatus(
        service,
        tasks.filter(({ group }) => group === groupOf(service)),
        await cluster.definition(service.taskDefinitionArn),
        stops.get(groupOf(service)),
      ),
    ),
  );
  return [...statuses, ...oneOffs.filter(isWanted)].sort((a, b) => (a.service < b.service ? -1 : 1));
}

/** Services of which ECS keeps nothing running. */
export interface Apart {
  readonly schedules?: readonly ScheduleView[];
  readonly sites?: readonly Pick<DeployedSite, "service" | "version">[];
}

function siteStatus({ service, version }: Pick<DeployedSite, "service" | "version">): ServiceStatus {
  const none = { desired: 0, running: 0, pending: 0, healthy: 0, unhealthy: 0 };
  return { service, kind: "static", ...none, version, ports: [], execEnabled: false };
}

/** What whoever asks for a stack that isn't there should know. */
export function noStack({ project, stack }: StackIdentity): BerthError {
  return new BerthError("usage", {
    path: "BERTH_STACK",
    message: `nothing runs of the stack "${stack}" of project "${project}" in this account and region`,
    hint: "berth up deploys it; berth ls lists the stacks that exist, --stack and --region choose another one",
  });
}

function refuseUnknown(only: readonly string[], names: readonly string[]): void {
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length === 0) return;
  throw new BerthError(
    "usage",
    unknown.map((path) => ({
      path,
      message: "the stack has no such service",
      hint: names.length === 0 ? "berth up deploys the project's services" : `it has ${names.join(", ")}`,
    })),
  );
}

function groupOf({ name }: ServiceView): string {
  return `service:${name}`;
}

function serviceStatus(
  service: ServiceView,
  tasks: readonly TaskView[],
  definition: DefinitionView | undefined,
  lastStop: Stop | undefined,
): ServiceStatus {
  const running = tasks.filter(({ status }) => status === "RUNNING");
  const declared = definition?.containers.find(({ name }) => name === service.service);
  const current = running.find(({ taskDefinitionArn }) => taskDefinitionArn === service.taskDefinitionArn);
  const [primary] = service.deployments.filter(({ status }) => status === "PRIMARY");
  const [lastEvent] = service.events;
  return {
    service: service.service,
    kind: "service",
    desired: service.desired,
    running: service.running,
    pending: service.pending,
    healthy: running.filter(({ health }) => health === "HEALTHY").length,
    unhealthy: running.filter(({ health }) => health === "UNHEALTHY").length,
    ports: declared?.ports ?? [],
    taskDefinition: service.taskDefinitionArn.slice(service.taskDefinitionArn.lastIndexOf("/") + 1),
    execEnabled: service.execEnabled,
    ...definedOnly({
      image: declared?.image,
      imageDigest: current === undefined ? undefined : ownContainer(current, service.service)?.imageDigest,
      command: declared?.command,
      deployment: primary === undefined ? undefined : deploymentOf(primary),
      started: running.map(({ started }) => started ?? "").sort()[0],
      lastEvent:
        lastEvent === undefined ? undefined : { ...lastEvent, message: withoutName(lastEvent.message) },
      lastStop: told(lastStop),
    }),
  };
}

function ownContainer(task: TaskView, service: string): ContainerView | undefined {
  return task.containers.find(({ name }) => name === service) ?? task.containers[0];
}

function deploymentOf(deployment: DeploymentView): ServiceStatus["deployment"] & object {
  return {
    state: deployment.rolloutState ?? deployment.status,
    failedTasks: deployment.failed,
    ...definedOnly({
      reason: deployment.rolloutStateReason,
      created: deployment.created,
    }),
  };
}

/** ECS begins each event with `(service NAME)`, which is in a column of its own. */
function withoutName(message: string): string {
  return message.replace(/^\(service [^)]*\) /, "");
}

function told(stop: Stop | undefined): ServiceStatus["lastStop"] {
  if (stop === undefined) return undefined;
  const { task, time, reason, exitCode } = stop;
  return { task, time, reason, ...definedOnly({ exitCode }) };
}

/** The services on a schedule, each with what ran of it by hand. */
function withSchedules(
  oneOffs: readonly ServiceStatus[],
  schedules: readonly ScheduleView[],
  identity: StackIdentity,
  tasks: readonly TaskView[],
): readonly ServiceStatus[] {
  const scheduled = schedules.map(({ service, ...schedule }): ServiceStatus => {
    const family = stackResourceName(identity, "taskFamily", service);
    const own = tasks.filter((task) => task.family === family);
    const active = own.filter(({ status }) => status !== "STOPPED");
    const running = active.filter(({ status }) => status === "RUNNING");
    const byHand = oneOffs.find((one) => one.service === service)?.lastStop;
    const later =
      byHand !== undefined && byHand.time > (schedule.last?.ended ?? schedule.last?.started ?? "");
    const latest = own.at(-1);
    return {
      service,
      kind: "schedule",
      desired: 0,
      running: running.length,
      pending: active.length - running.length,
      healthy: 0,
      unhealthy: 0,
      ports: [],
      execEnabled: false,
      schedule,
      ...definedOnly({
        image: latest === undefined ? undefined : ownContainer(latest, service)?.image,
        started: running[0]?.started,
        lastStop: later ? byHand : undefined,
      }),
    };
  });
  const names = new Set(schedules.map(({ service }) => service));
  return [...oneOffs.filter(({ service }) => !names.has(service)), ...scheduled];
}

/** One-off tasks, and tasks that somebody started by hand with the definition of a service that ECS does not keep. */
function oneOffStatuses(
  identity: StackIdentity,
  tasks: readonly TaskView[],
  stops: ReadonlyMap<string, Stop>,
): readonly ServiceStatus[] {
  const families = new Map<string, string>();
  const note = (group: string, of: Pick<Stop, "family" | "containers">): void => {
    const service = group.startsWith("family:") ? serviceOfFamily(identity, of) : undefined;
    if (service !== undefined) families.set(group, service);
  };
  for (const task of tasks)
    note(task.group, { family: task.family, containers: task.containers.map(({ name }) => name) });
  for (const [group, stop] of stops) note(group, stop);
  const serviceGroups = new Set(
    tasks.flatMap(({ group, family }) => (group.startsWith("service:") ? [`family:${family}`] : [])),
  );
  return [...families]
    .filter(([group]) => !serviceGroups.has(group))
    .map(([group, service]) => {
      const own = tasks.filter((task) => task.group === group);
      const running = own.filter(({ status }) => status !== "STOPPED");
      const stop = stops.get(group);
      const latest = own.at(-1);
      return {
        service,
        kind: "task" as const,
        desired: 0,
        running: running.filter(({ status }) => status === "RUNNING").length,
        pending: running.filter(({ status }) => status !== "RUNNING").length,
        healthy: 0,
        unhealthy: 0,
        ports: [],
        execEnabled: false,
        ...definedOnly({
          image: latest === undefined ? stop?.image : ownContainer(latest, service)?.image,
          started: running[0]?.started,
          lastStop: told(stop),
        }),
      };
    });
}
