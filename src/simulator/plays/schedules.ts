/** Schedules under simulation; none ever starts anything. */
import type { Schedules, StackIdentity } from "../../ports";
import type { SimulatedAws } from "../cloud/aws";

const scheduleType = "aws:scheduler/schedule:Schedule";

export class SimulatedSchedules implements Schedules {
  constructor(private readonly cloudOf: (stack: StackIdentity) => SimulatedAws) {}

  async extend(stack: StackIdentity, name: string, scheduleExpression: string): Promise<boolean> {
    const cloud = this.cloudOf(stack);
    const found = cloud.find(scheduleType, name);
    if (found === undefined) return false;
    await cloud.change(scheduleType, found.id, { scheduleExpression });
    return true;
  }
}
