/** What AWS keeps when a stack is deleted: tasks that no service keeps, and network interfaces of tasks that have ended. */
import type { EC2 } from "@aws-sdk/client-ec2";
import type { Leftovers, StackIdentity } from "../../ports";
import type { AwsClients } from "../clients";
import { ask } from "../ask";
import { faultOf } from "../faults";
import { taggedResources } from "./tagged";
import { allPages } from "../pages";

/** What ECS writes into the description of each interface of a task: `arn:aws:ecs:<region>:<account>:attachment/<id>`. */
const taskInterface = /^arn:aws[a-z-]*:ecs:/;

/** Every method rejects with a BerthError (deployment) where AWS refuses or can't be reached. */
export class AwsLeftovers implements Leftovers {
  constructor(private readonly clients: AwsClients) {}

  async stopTasks(cluster: string): Promise<number> {
    return ask("deployment", cluster, async () => {
      const ecs = await this.clients.ecs();
      const arns = await allPages(async (nextToken) => {
        const page = await ecs.listTasks({ cluster, desiredStatus: "RUNNING", nextToken });
        return [page.taskArns, page.nextToken];
      });
      let stopped = 0;
      // DescribeTasks takes at most 100 (ECS API reference).
      for (let first = 0; first < arns.length; first += 100) {
        const { tasks = [] } = await ecs.describeTasks({ cluster, tasks: arns.slice(first, first + 100) });
        for (const { taskArn, group } of tasks) {
          if (taskArn === undefined || group?.startsWith("service:") === true) continue;
          await ecs.stopTask({ cluster, task: taskArn, reason: "Berth: the stack is being removed" });
          stopped += 1;
        }
      }
      return stopped;
    });
  }

  async deleteInterfaces({ project, stack }: StackIdentity): Promise<readonly string[]> {
    return ask("deployment", `${project}/${stack}`, async () => {
      const ec2 = await this.clients.ec2();
      const { SecurityGroups = [] } = await ec2.describeSecurityGroups({
        Filters: [
          { Name: "tag:berth:project", Values: [project] },
          { Name: "tag:berth:stack", Values: [stack] },
        ],
      });
      const groups = SecurityGroups.flatMap(({ GroupId }) => GroupId ?? []);
      if (groups.length === 0) return [];
      const { NetworkInterfaces = [] } = await ec2.describeNetworkInterfaces({
        Filters: [
          { Name: "group-id", Values: groups },
          { Name: "status", Values: ["available"] },
        ],
      });
      const ids = NetworkInterfaces.flatMap(({ NetworkInterfaceId, Description = "" }) =>
        NetworkInterfaceId !== undefined && taskInterface.test(Description) ? [NetworkInterfaceId] : [],
      );
      for (const id of ids) await deleteInterface(ec2, id);
      return ids;
    });
  }

  async deregister(stack: StackIdentity): Promise<number> {
    return ask("deployment", `${stack.project}/${stack.stack}`, async () => {
      const found = await taggedResources(await this.clients.tagging(), stack, ["ecs:task-definition"]);
      const ecs = await this.clients.ecs();
      for (const { arn } of found) await ecs.deregisterTaskDefinition({ taskDefinition: arn });
      return found.length;
    });
  }
}

/** One that AWS has deleted meanwhile is gone. */
async function deleteInterface(ec2: EC2, id: string): Promise<void> {
  try {
    await ec2.deleteNetworkInterface({ NetworkInterfaceId: id });
  } catch (error) {
    if (faultOf(error).code !== "InvalidNetworkInterfaceID.NotFound") throw error;
  }
}
