/** Tasks on Fargate that somebody starts by hand, with a service's definition and his own command. */
import type { ManualTasks, RunOverride, TaskPlacement } from "../../ports";
import type { AwsClients } from "../clients";
import { FargateTasks } from "./tasks";

/** On demand, as one-off tasks are. Every method rejects with a BerthError (deployment). */
export class FargateManualTasks extends FargateTasks implements ManualTasks {
  constructor(clients: AwsClients) {
    super(clients, { kind: "deployment", noun: "the task" }, {});
  }

  run(service: string, placement: TaskPlacement, { command, environment }: RunOverride): Promise<string> {
    const variables = Object.entries(environment ?? {}).map(([name, value]) => ({ name, value }));
    return this.start(`services.${service}`, placement, {
      container: {
        ...(command === undefined ? {} : { command: [...command] }),
        ...(variables.length === 0 ? {} : { environment: variables }),
      },
    });
  }
}
