/** The CD task of an account: `berth-cd` as a task of ECS, with another command line and further variables. */
import type { CdTasks, Clock, TaskPlacement } from "../../ports";
import type { AwsClients } from "../clients";
import { FargateTasks } from "./tasks";

/** In public subnets, so with an address of its own. Every method rejects with a BerthError (deployment). */
export class FargateCdTasks extends FargateTasks implements CdTasks {
  constructor(clients: AwsClients, clock: Pick<Clock, "sleep">) {
    super(clients, { kind: "deployment", noun: "the CD task" }, { assignPublicIp: true, clock });
  }

  async environment(taskDefinitionArn: string): Promise<Readonly<Record<string, string>>> {
    return this.ask(taskDefinitionArn, async () => {
      const ecs = await this.clients.ecs();
      const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: taskDefinitionArn });
      const [container] = taskDefinition?.containerDefinitions ?? [];
      return Object.fromEntries(
        (container?.environment ?? []).map(({ name = "", value = "" }) => [name, value]),
      );
    });
  }

  run(
    placement: TaskPlacement,
    command: readonly string[],
    variables: Readonly<Record<string, string>>,
  ): Promise<string> {
    const environment = Object.entries(variables).map(([name, value]) => ({ name, value }));
    return this.start("berth-cd", placement, { container: { command: [...command], environment } });
  }

  /** ListTasks shows the first hundred, which is more than an account runs at once. */
  async running(clusterArn: string): ReturnType<CdTasks["running"]> {
    return this.ask(clusterArn, async () => {
      const ecs = await this.clients.ecs();
      const { taskArns = [] } = await ecs.listTasks({ cluster: clusterArn, desiredStatus: "RUNNING" });
      if (taskArns.length === 0) return [];
      const { tasks = [] } = await ecs.describeTasks({ cluster: clusterArn, tasks: taskArns });
      return tasks
        .toSorted((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0))
        .map(({ taskArn = "", overrides }) => {
          const given = (overrides?.containerOverrides ?? []).flatMap(({ environment = [] }) => environment);
          return {
            taskArn,
            variables: Object.fromEntries(given.map(({ name = "", value = "" }) => [name, value])),
          };
        });
    });
  }
}
