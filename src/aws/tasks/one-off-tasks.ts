/** One-off tasks on Fargate. */
import type { OneOffRequest, OneOffTasks, StartedTask } from "../../ports";
import type { AwsClients } from "../clients";
import { FargateTasks } from "./tasks";

/**
 * Runs the containers of one-off services, always on demand: on Spot a migration could be interrupted halfway.
 * Every method rejects with a BerthError (deployment) where AWS refuses or can't be reached.
 */
export class FargateOneOffTasks extends FargateTasks implements OneOffTasks {
  constructor(clients: AwsClients) {
    super(clients, { kind: "deployment", noun: "the task" }, {});
  }

  run(request: OneOffRequest): Promise<StartedTask> {
    return this.startIfRoom(`services.${request.service}`, request);
  }
}
