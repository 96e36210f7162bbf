/** One-off tasks under simulation: each ends with 0, unless its failure is scripted. */
import { BerthError } from "../../errors";
import type { OneOffRequest, OneOffTasks, StartedTask } from "../../ports";
import { exited, SimulatedTasks, type SimulatedTasksOptions } from "./tasks";

/** The start of a task on Fargate, its image pulled, and a short migration. */
export const taskSeconds = 45;
const clusterType = "aws:ecs/cluster:Cluster";
const taskDefinitionType = "aws:ecs/taskDefinition:TaskDefinition";

export class SimulatedOneOffTasks extends SimulatedTasks implements OneOffTasks {
  constructor(options: SimulatedTasksOptions) {
    super(options, "deployment");
  }

  /** @throws BerthError (deployment) as RunTask refuses: a cluster or a task definition that isn't there */
  async run(request: OneOffRequest): Promise<StartedTask> {
    const { service, clusterArn, taskDefinitionArn } = request;
    const cloud = this.cloudOf(clusterType, clusterArn);
    const path = `services.${service}`;
    if (cloud.find(clusterType, clusterArn) === undefined)
      throw new BerthError("deployment", { path, message: "ClusterNotFoundException: Cluster not found." });
    if (cloud.find(taskDefinitionType, taskDefinitionArn) === undefined)
      throw new BerthError("deployment", { path, message: "ClientException: TaskDefinition not found." });
    return Promise.resolve(this.start(service, cloud, request, [], taskSeconds, () => exited(0)));
  }
}
