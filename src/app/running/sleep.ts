/** `stop` and `start`: a stack that sleeps. Services have no tasks, their autoscaling is switched off, databases of RDS stop. */
import { BerthError, type Problem } from "../../errors";
import type { RunningService, StackIdentity, StoreView } from "../../ports";
import { stores as storeKinds } from "../../stores";
import { chosen, scheduled, type NotServices } from "./choose";
import { intervene, type Done, type LockedStack, type Manner, type RunningDeps } from "./intervene";

/** Days after which RDS starts a stopped instance by itself (RDS User Guide, "Stopping an Amazon RDS DB instance temporarily"). */
const daysOfSleep = 7;

/** Milliseconds between two looks at tasks that end, and how long they may take: `stop_grace_period` is 120 s at most on Fargate. */
const look = { every: 3_000, most: 10 * 60_000 };

const notSleeping: NotServices = {
  store: () =>
    "ElastiCache can't stop a cache, and RDS no database with read replicas: berth down deletes it, with its data",
  oneOff: () => "nothing of it runs: it starts with the next berth up",
};

/** What a command is about: services that ECS keeps running, and databases of RDS. */
export interface Sleepers {
  readonly services: readonly RunningService[];
  readonly databases: readonly StoreView[];
  /** Caches of the stack, which can't be stopped. */
  readonly caches: readonly string[];
  /** Databases with read replicas, which can't be stopped either. */
  readonly replicated: readonly string[];
}

/** Those that are named, or all. @throws BerthError (usage) with every name that is neither */
export async function sleepers(names: readonly string[], locked: LockedStack): Promise<Sleepers> {
  const stores = await locked.control.stores(locked.stack);
  // RDS User Guide, "Stopping an Amazon RDS DB instance temporarily": none that has a read replica, or is one.
  const databases = stores.filter(({ kind, replicas = 0 }) => storeKinds[kind].stops && replicas === 0);
  const isDatabase = (name: string): boolean => databases.some(({ service }) => service === name);
  const others = names.filter((name) => !isDatabase(name));
  const services = names.length > 0 && others.length === 0 ? [] : await chosen(others, locked, notSleeping);
  return {
    services,
    databases: databases.filter(({ service }) => names.length === 0 || names.includes(service)),
    caches: stores.filter(({ kind }) => !storeKinds[kind].stops).map(({ service }) => service),
    replicated: stores.filter(({ replicas = 0 }) => replicas > 0).map(({ service }) => service),
  };
}

/**
 * Stops services and databases.
 *
 * @param names - @default all
 * @throws BerthError (usage) for an unknown name, (locked) where a run has locked the stack, (deployment) where AWS refuses
 */
export function stop(
  stack: StackIdentity,
  names: readonly string[],
  manner: Manner,
  deps: RunningDeps,
): Promise<Done> {
  return intervene(stack, "stop", deps, async (locked) => {
    const found = await sleepers(names, locked);
    const services = found.services.filter(({ desired }) => desired > 0);
    const databases = found.databases.filter(({ status }) => !/^stopp(ed|ing)$/.test(status));
    if (services.length + databases.length === 0) return { what: [] };
    const what = await stopServices(services, manner, locked, databases);
    const problems = await stopDatabases(databases, locked);
    for (const { service } of databases) what.push(`${service}: stopping`);
    for (const line of what) deps.progress.note(line);
    for (const line of remainingCost(found, databases, locked.at)) deps.progress.note(line);
    const jobs = await scheduled(locked);
    if (jobs.length > 0)
      deps.progress.note(`Schedules go on: ${jobs.join(", ")} start at their times, whatever sleeps`);
    if (problems.length > 0) throw new BerthError("deployment", problems);
    return { what };
  });
}

async function stopServices(
  services: readonly RunningService[],
  { detach }: Manner,
  { at, control, deps, journal, keep, stack }: LockedStack,
  databases: readonly StoreView[],
): Promise<string[]> {
  const stopped = services.map(({ service, desired, autoscaling }) => {
    const suspended = autoscaling !== undefined && !autoscaling.suspended;
    return [service, { at, tasks: desired, suspended }] as const;
  });
  const asleep = databases.map(({ service }) => [service, { at, suspended: false }] as const);
  const entries = Object.fromEntries<(typeof journal.stopped)[string]>([...stopped, ...asleep]);
  await keep({ ...journal, behind: true, stopped: { ...journal.stopped, ...entries } });
  await Promise.all(
    services.map(async (service) => {
      if (service.autoscaling !== undefined) await control.suspend(service, true);
      await control.change(service, { tasks: 0 });
    }),
  );
  const names = new Set(services.map(({ service }) => service));
  const until = deps.clock.now() + look.most;
  while (!detach && !deps.signal.aborted && deps.clock.now() < until) {
    const now = (await control.services(stack)) ?? [];
    if (now.every(({ service, running }) => running === 0 || !names.has(service))) break;
    await deps.clock.sleep(look.every, deps.signal);
  }
  return services.map(({ service, desired }) => `${service}: ${desired} → 0 tasks`);
}

/** One that AWS does not stop now keeps none of the others from it. */
async function stopDatabases(
  databases: readonly StoreView[],
  { control }: LockedStack,
): Promise<readonly Problem[]> {
  const ended = await Promise.allSettled(databases.map((store) => control.switchDatabase(store, "stopped")));
  return ended.flatMap((end, index): readonly Problem[] => {
    if (end.status === "fulfilled") return [];
    const store = databases[index];
    const problems =
      end.reason instanceof BerthError ? end.reason.problems : [{ message: String(end.reason) }];
    const hint = `RDS stops an instance that is available, and it is ${store?.status ?? "not"}: run berth stop again in some minutes`;
    return problems.map((problem) => ({ hint, ...problem }));
  });
}

/** What a stack that sleeps goes on costing, and when it wakes by itself. */
function remainingCost(
  { caches, replicated }: Sleepers,
  databases: readonly StoreView[],
  at: string,
): readonly string[] {
  const kept = [
    ...(caches.length === 0 ? [] : [`, ${caches.join(", ")} (ElastiCache can't be stopped)`]),
    ...(replicated.length === 0 ? [] : [`, ${replicated.join(", ")} (RDS stops none with read replicas)`]),
  ].join("");
  const lines = [
    `What goes on costing: load balancers, the way out to the internet, storage and its backups, logs${kept}; berth down ends it`,
  ];
  if (databases.length > 0) {
    const wakes = new Date(Date.parse(at) + daysOfSleep * 86_400_000).toISOString().slice(0, 10);
    const names = databases.map(({ service }) => service).join(", ");
    lines.push(
      `AWS starts ${names} again by itself after ${daysOfSleep} days, on ${wakes}: berth stop stops it once more`,
    );
  }
  return lines;
}
