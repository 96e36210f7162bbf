/** Runs that are ECS tasks: whether they still run, and how they are asked to end. */
import type { Liveness } from "../../ports";
import type { AwsClients } from "../clients";
import { faultOf } from "../faults";

/** `arn:aws:ecs:eu-west-1:123456789012:task/cluster/id` */
const taskArnPattern = /^arn:[^:]+:ecs:[^:]+:\d+:task\/([^/]+)\/[^/]+$/;

/** The reason in StopTask, for whoever looks at the task afterwards. */
const stopReason = "berth-cd cancel";

export class EcsTaskOwners {
  constructor(private readonly clients: AwsClients) {}

  /**
   * `gone` where ECS says STOPPED, or knows the task no more: it forgets one about an hour after its end, and a task that
   * has written a lease was known to it. `unknown` where ECS can't be asked.
   */
  async liveness(taskArn: string): Promise<Liveness> {
    const cluster = taskArnPattern.exec(taskArn)?.[1];
    if (cluster === undefined) return "unknown";
    try {
      const ecs = await this.clients.ecs();
      const { tasks = [], failures = [] } = await ecs.describeTasks({ cluster, tasks: [taskArn] });
      const status = tasks[0]?.lastStatus;
      if (status === undefined) return failures[0]?.reason === "MISSING" ? "gone" : "unknown";
      return status === "STOPPED" || status === "DELETED" ? "gone" : "alive";
    } catch {
      return "unknown";
    }
  }

  /** StopTask: SIGTERM, and after the definition's `stopTimeout` SIGKILL. @returns whether ECS took it */
  async end(taskArn: string): Promise<boolean> {
    const cluster = taskArnPattern.exec(taskArn)?.[1];
    if (cluster === undefined) return false;
    try {
      const ecs = await this.clients.ecs();
      await ecs.stopTask({ cluster, task: taskArn, reason: stopReason });
      return true;
    } catch (error) {
      // Without the permission the records beside the state can answer.
      return /not found/i.test(faultOf(error).message);
    }
  }
}
