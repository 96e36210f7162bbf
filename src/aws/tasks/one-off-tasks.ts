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
    const { service, command } = request;
    const container = command === undefined ? {} : { container: { command: [...command] } };
    return this.startIfRoom(`services.${service}`, request, container);
  }
}
