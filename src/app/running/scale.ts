/** `scale`: another number of tasks, until the file says another one. */
import { BerthError, type Problem } from "../../errors";
import type { RunningService, StackIdentity } from "../../ports";
import { definedOnly } from "../../defined";
import { chosen } from "./choose";
import { follow, intervene, type Done, type Manner, type RunningDeps } from "./intervene";
import { without } from "./journal";

/** The most tasks of a service (Amazon ECS service quotas, "Tasks per service"). */
const mostTasks = 5_000;

/** A number of tasks for a service. */
export interface Scaling {
  readonly service: string;
  readonly tasks: number;
}

/**
 * `web=3` as Compose has it.
 *
 * @throws BerthError (usage) with every word that is something else, and each service that is named twice
 */
export function scalingsOf(words: readonly string[]): readonly Scaling[] {
  const problems: Problem[] = [];
  const found = new Map<string, number>();
  for (const word of words) {
    const [, service = "", tasks = ""] = /^([^=\s]+)=(\d+)$/.exec(word) ?? [];
    const path = JSON.stringify(word);
    if (service === "") {
      problems.push({ path, message: "it is not SERVICE=N", hint: "berth scale web=3: N is 0 or more" });
    } else if (Number(tasks) > mostTasks) {
      problems.push({
        path,
        message: `ECS runs ${mostTasks} tasks of a service at most`,
        hint: "take fewer",
      });
    } else if (found.has(service)) {
      problems.push({ path, message: `${service} is named twice`, hint: "name each service once" });
    } else found.set(service, Number(tasks));
  }
  if (problems.length > 0) throw new BerthError("usage", problems);
  return [...found].map(([service, tasks]) => ({ service, tasks }));
}

/**
 * Gives services another number of tasks.
 *
 * @throws BerthError (usage) where one is no service that runs, is stopped, or follows its load, (locked) where a run
 *   has locked the stack, (deployment) where a service does not become steady
 */
export function scale(
  stack: StackIdentity,
  scalings: readonly Scaling[],
  { detach }: Manner,
  deps: RunningDeps,
): Promise<Done> {
  return intervene(stack, "scale", deps, async (locked) => {
    const { at, control, journal, keep } = locked;
    const wanted = new Map(scalings.map(({ service, tasks }) => [service, tasks]));
    const services = await chosen([...wanted.keys()], locked, {
      store: (name) =>
        `write services.${name}.x-postgres or x-redis: {class: …} for another size, and run berth up`,
      oneOff: (name) => `berth run ${name} starts one more of it`,
    });
    refuseUnfit(services, journal.stopped);
    const tasksOf = ({ service, desired }: RunningService): number => wanted.get(service) ?? desired;
    for (const service of services.filter((one) => tasksOf(one) === one.desired))
      deps.progress.note(`${service.service}: nothing to change, its number of tasks is ${service.desired}`);
    const changed = services.filter((service) => tasksOf(service) !== service.desired);
    const names = changed.map(({ service }) => service);
    if (names.length === 0) return { what: [] };
    const scaled = Object.fromEntries(
      changed.map((one) => {
        const file = journal.scaled[one.service]?.file ?? journal.replicas[one.service];
        return [one.service, { at, tasks: tasksOf(one), ...definedOnly({ file }) }];
      }),
    );
    const failed = Object.fromEntries(names.map((name) => [name, { at, command: "scale" }]));
    const after = { ...journal, behind: true, scaled: { ...journal.scaled, ...scaled } };
    await keep({ ...after, failed: { ...journal.failed, ...failed } });
    await Promise.all(changed.map((service) => control.change(service, { tasks: tasksOf(service) })));
    const what = changed.map((one) => `${one.service}: ${one.desired} → ${tasksOf(one)} tasks`);
    for (const line of what) deps.progress.note(line);
    if (!detach)
      await follow(
        changed.map((service) => ({ service, taskDefinitionArn: service.taskDefinitionArn })),
        locked,
      );
    await keep({ ...after, failed: without(journal.failed, names) });
    return { what };
  });
}

/** @throws BerthError (usage) with each service whose number of tasks is not to be said by hand */
function refuseUnfit(services: readonly RunningService[], stopped: Readonly<Record<string, unknown>>): void {
  const problems = services.flatMap(({ service: path, autoscaling }): Problem[] => {
    if (path in stopped)
      return [{ path, message: "it is stopped", hint: `berth start ${path} starts it; scale it then` }];
    if (autoscaling === undefined) return [];
    const range = `${autoscaling.min} to ${autoscaling.max}`;
    return [
      {
        path,
        message: `its number of tasks follows its load (${range}), and would be changed back`,
        hint: `change min and max of services.${path}.x-autoscaling, and run berth up`,
      },
    ];
  });
  if (problems.length > 0) throw new BerthError("usage", problems);
}
