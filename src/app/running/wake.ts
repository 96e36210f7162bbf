/** `start`: what `stop` has stopped runs again, databases first. */
import { BerthError } from "../../errors";
import type { RunningService, StackControl, StackIdentity, StoreView } from "../../ports";
import type { Project } from "../../model/project";
import { stores as storeKinds } from "../../stores";
import type { Deps } from "../deps";
import { follow, intervene, type Done, type LockedStack, type Manner, type RunningDeps } from "./intervene";
import { readJournal, without } from "./journal";
import { sleepers } from "./sleep";

/** Milliseconds between two looks at a database that starts, and how long it may take: "from minutes to hours" (RDS User Guide). */
const look = { every: 10_000, most: 2 * 3_600_000 };

/**
 * Starts services and databases that were stopped, with the numbers of tasks that they had.
 *
 * @param names - @default all
 * @param project - what says which service waits for which. @default they start together
 * @throws BerthError (usage) for an unknown name, (locked) where a run has locked the stack, (deployment) where a service
 *   does not become steady or AWS refuses
 */
export function start(
  stack: StackIdentity,
  names: readonly string[],
  project: Project | undefined,
  manner: Manner,
  deps: RunningDeps,
): Promise<Done> {
  return intervene(stack, "start", deps, async (locked) => {
    const { journal } = locked;
    const found = await sleepers(names, locked);
    const databases = found.databases.filter(({ status }) => /^stopp(ed|ing)$/.test(status));
    const services = found.services.filter(
      ({ service, desired }) => desired === 0 && service in journal.stopped,
    );
    refuseOthers(found.services, names, locked);
    if (services.length + databases.length === 0) return { what: [] };
    await locked.keep(journal);
    await startDatabases(databases, manner, locked);
    const what = databases.map(({ service }) => `${service}: ${manner.detach ? "starting" : "started"}`);
    for (const wave of manner.detach ? [services] : waves(services, project))
      what.push(...(await startServices(wave, manner, locked)));
    await locked.keep({
      ...(await current(locked)),
      stopped: without(
        journal.stopped,
        [...found.services, ...found.databases].map(({ service }) => service),
      ),
    });
    return { what };
  });
}

/** @throws BerthError (usage) with each service that is named, has no tasks, and was not stopped */
function refuseOthers(
  services: readonly RunningService[],
  names: readonly string[],
  { journal }: LockedStack,
): void {
  const idle = services.filter(
    ({ service, desired }) => names.includes(service) && desired === 0 && !(service in journal.stopped),
  );
  if (idle.length === 0) return;
  throw new BerthError(
    "usage",
    idle.map(({ service }) => ({
      path: service,
      message: "berth stop has not stopped it: its number of tasks is 0",
      hint: `berth scale ${service}=1 gives it a task`,
    })),
  );
}

async function startServices(
  services: readonly RunningService[],
  { detach }: Manner,
  locked: LockedStack,
): Promise<readonly string[]> {
  const { at, control, deps, journal, keep } = locked;
  const tasksOf = ({ service }: RunningService): number => journal.stopped[service]?.tasks ?? 1;
  const names = services.map(({ service }) => service);
  const before = await current(locked);
  const failed = Object.fromEntries(names.map((name) => [name, { at, command: "start" }]));
  await keep({ ...before, behind: true, failed: { ...before.failed, ...failed } });
  await Promise.all(
    services.map(async (service) => {
      await control.change(service, { tasks: tasksOf(service) });
      if (journal.stopped[service.service]?.suspended === true) await control.suspend(service, false);
    }),
  );
  const what = services.map((service) => `${service.service}: 0 → ${tasksOf(service)} tasks`);
  for (const line of what) deps.progress.note(line);
  if (detach) return what;
  await follow(
    services.map((service) => ({ service, taskDefinitionArn: service.taskDefinitionArn })),
    locked,
  );
  await keep({
    ...before,
    behind: true,
    failed: without(before.failed, names),
    stopped: without(before.stopped, names),
  });
  return what;
}

async function current({ deps, stack }: LockedStack): Promise<LockedStack["journal"]> {
  return readJournal(await deps.records(), stack);
}

/** Services in the order of `depends_on`: each wave needs only those before it. */
function waves(
  services: readonly RunningService[],
  project: Project | undefined,
): readonly (readonly RunningService[])[] {
  const needs = new Map(
    project?.services.map(({ name, ...rest }) => [
      name,
      "dependsOn" in rest ? rest.dependsOn.map(({ service }) => service) : [],
    ]),
  );
  const found: RunningService[][] = [];
  let rest = [...services];
  while (rest.length > 0) {
    const waiting = new Set(rest.map(({ service }) => service));
    const next = rest.filter(({ service }) =>
      (needs.get(service) ?? []).every((other) => !waiting.has(other)),
    );
    // A circle is none of a file that was deployed.
    const wave = next.length === 0 ? rest : next;
    found.push(wave);
    rest = rest.filter((service) => !wave.includes(service));
  }
  return found;
}

async function startDatabases(
  databases: readonly StoreView[],
  { detach }: Manner,
  { stack, control, deps }: LockedStack,
): Promise<void> {
  await wakeDatabases(stack, databases, control, deps, detach);
}

/**
 * Starts databases that are stopped, and waits until they are available.
 *
 * @throws BerthError (deployment) where AWS refuses, or one is not available after two hours
 */
export async function wakeDatabases(
  stack: StackIdentity,
  databases: readonly StoreView[],
  control: StackControl,
  { clock, progress, signal }: Pick<Deps, "clock" | "progress" | "signal">,
  detach = false,
): Promise<void> {
  let waiting = new Map(databases.map((store) => [store.service, store.status]));
  const until = clock.now() + look.most;
  const started = new Set<string>();
  for (let stores = databases; waiting.size > 0; stores = await control.stores(stack)) {
    for (const store of stores.filter(
      ({ service, status }) => waiting.has(service) && status === "stopped",
    )) {
      if (started.has(store.service)) continue;
      await control.switchDatabase(store, "started");
      started.add(store.service);
      progress.note(`${store.service}: the database starts (usually some minutes)`);
    }
    if (detach && started.size === databases.length) return;
    waiting = new Map(
      (await control.stores(stack))
        .filter(({ service, status }) => waiting.has(service) && status !== "available")
        .map(({ service, status }) => [service, status]),
    );
    if (waiting.size === 0) return;
    signal.throwIfAborted();
    if (clock.now() > until) {
      const problems = [...waiting].map(([path, status]) => ({
        path,
        message: `the database is ${status} after two hours`,
        hint: "berth ps shows it; run again when it is available",
      }));
      throw new BerthError("deployment", problems);
    }
    await clock.sleep(look.every, signal);
  }
}

/**
 * What an engine's run needs awake before it begins: databases, and the services whose number of tasks autoscaling
 * decides, which an engine leaves alone. Nothing happens where `berth stop` has stopped nothing.
 */
export async function wakeForRun(stack: StackIdentity, deps: Deps): Promise<void> {
  const journal = await readJournal(await deps.records(), stack);
  const names = Object.keys(journal.stopped);
  if (names.length === 0) return;
  const control = await deps.control();
  const services = (await control.services(stack)) ?? [];
  const stores = await control.stores(stack);
  await wakeDatabases(
    stack,
    stores.filter(
      ({ service, kind, status }) =>
        storeKinds[kind].stops && names.includes(service) && status !== "available",
    ),
    control,
    deps,
  );
  for (const service of services) {
    const { tasks = 1, suspended = false } = journal.stopped[service.service] ?? {};
    if (!suspended) continue;
    if (service.desired === 0) await control.change(service, { tasks });
    await control.suspend(service, false);
  }
}
