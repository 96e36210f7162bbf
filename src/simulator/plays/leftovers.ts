/** What the simulated AWS keeps when a stack is deleted. */
import type { Leftovers } from "../../ports";
import type { SimulatedAws } from "../cloud/aws";
import { textOf } from "../cloud/values";

const definitionType = "aws:ecs/taskDefinition:TaskDefinition";
const interfaceType = "aws:ec2/networkInterface:NetworkInterface";

/** Its tasks end by themselves; network interfaces stay where a test or a rehearsal has put them. */
export class SimulatedLeftovers implements Leftovers {
  constructor(private readonly clouds: () => readonly SimulatedAws[]) {}

  stopTasks(): Promise<number> {
    return Promise.resolve(0);
  }

  async deleteInterfaces(): Promise<readonly string[]> {
    const gone: string[] = [];
    for (const cloud of this.clouds()) {
      for (const { id, outputs } of cloud.all(interfaceType)) {
        if (!textOf(outputs["description"]).includes(":ecs:")) continue;
        await cloud.delete(interfaceType, id);
        gone.push(id);
      }
    }
    return gone;
  }

  async deregister(): Promise<number> {
    let count = 0;
    for (const cloud of this.clouds()) {
      for (const { id } of cloud.all(definitionType)) {
        await cloud.delete(definitionType, id);
        count += 1;
      }
    }
    return count;
  }
}
