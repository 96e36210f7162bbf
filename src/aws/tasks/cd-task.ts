/** The CD task's definition, with the revision that runs. */
import type { AwsClients } from "../clients";
import { ask } from "../ask";

/**
 * @param definition - a family, or a family with a revision
 * @param taskArn - the task that this process is, where it is one
 * @returns the ARN of the revision: this task's own, else the family's newest
 * @throws BerthError (usage) where AWS refuses or can't be reached, or knows no such definition
 */
export async function revisionOf(
  clients: AwsClients,
  definition: string,
  taskArn: string | undefined,
): Promise<string> {
  return ask("usage", "BERTH_TASK_DEFINITION", async () => {
    const ecs = await clients.ecs();
    if (taskArn !== undefined) {
      const cluster = taskArn.split("/").at(-2) ?? "default";
      const { tasks = [] } = await ecs.describeTasks({ cluster, tasks: [taskArn] });
      const own = tasks[0]?.taskDefinitionArn;
      if (own !== undefined) return own;
    }
    const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: definition });
    return taskDefinition?.taskDefinitionArn ?? definition;
  });
}
