/** `restart`: the tasks of services start again, with the same revision. */
import { BerthError } from "../../errors";
import type { RunningService, StackIdentity } from "../../ports";
import { chosen } from "./choose";
import { follow, intervene, type Done, type LockedStack, type Manner, type RunningDeps } from "./intervene";
import { without } from "./journal";

/**
 * Starts the tasks of services again, as a rolling deployment.
 *
 * @param names - @default all
 * @throws BerthError (usage) where a name is no service that runs or a service has no tasks, (locked) where a run has
 *   the stack locked, (deployment) where a service does not become steady
 */
export function restart(
  stack: StackIdentity,
  names: readonly string[],
  manner: Manner,
  deps: RunningDeps,
): Promise<Done> {
  return intervene(stack, "restart", deps, async (locked) => {
    const services = await chosen(names, locked, {
      store: () => "a database restarts with aws rds reboot-db-instance; berth ps shows its id",
      oneOff: (name) => `berth run ${name} runs it once more, and so does the next berth up`,
    });
    return anew(withTasks(services, names), "restart", manner, locked);
  });
}

/** Those that have tasks. @throws BerthError (usage) where one that is named has none, or all have none */
function withTasks(services: readonly RunningService[], names: readonly string[]): readonly RunningService[] {
  const idle = services.filter(({ desired }) => desired === 0);
  if (idle.length === 0 || (names.length === 0 && idle.length < services.length))
    return services.filter(({ desired }) => desired > 0);
  throw new BerthError(
    "usage",
    idle.map(({ service }) => ({
      path: service,
      message: "it has no task to restart: its number of tasks is 0",
      hint: `berth start ${service} starts it again after a stop, berth scale ${service}=1 gives it a task`,
    })),
  );
}

/** Deploys services once more as they are. */
export async function anew(
  services: readonly RunningService[],
  command: string,
  { detach }: Manner,
  locked: LockedStack,
): Promise<Done> {
  const { at, control, deps, journal, keep } = locked;
  const names = services.map(({ service }) => service);
  const failed = Object.fromEntries(names.map((name) => [name, { at, command }]));
  // Until they are steady nobody knows that they will be: the next up looks at them.
  await keep({ ...journal, failed: { ...journal.failed, ...failed } });
  await Promise.all(services.map((service) => control.change(service, { anew: true })));
  const what = names.map((name) => `${name}: its tasks are replaced by new ones`);
  for (const line of what) deps.progress.note(line);
  if (detach) return { what };
  await follow(
    services.map((service) => ({ service, taskDefinitionArn: service.taskDefinitionArn })),
    locked,
  );
  await keep({ ...journal, failed: without(journal.failed, names) });
  return { what };
}
