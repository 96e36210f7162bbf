/** Schedules of EventBridge Scheduler that start something once. */
import type { Schedules, StackIdentity } from "../../ports";
import type { AwsClients } from "../clients";
import { awsError, faultOf } from "../faults";

/** Every method rejects with a BerthError (deployment) where AWS refuses or can't be reached. */
export class EventBridgeSchedules implements Schedules {
  constructor(private readonly clients: AwsClients) {}

  async extend(_stack: StackIdentity, name: string, expression: string): Promise<boolean> {
    try {
      const scheduler = await this.clients.scheduler();
      const {
        Arn: _arn,
        CreationDate: _made,
        LastModificationDate: _changed,
        $metadata: _answer,
        ...schedule
      } = await scheduler.getSchedule({
        Name: name,
      });
      // UpdateSchedule takes every setting, and puts back to its default what it isn't given (API reference).
      await scheduler.updateSchedule({
        ...schedule,
        Name: name,
        ScheduleExpression: expression,
        FlexibleTimeWindow: schedule.FlexibleTimeWindow ?? { Mode: "OFF" },
        Target: schedule.Target,
      });
      return true;
    } catch (error) {
      if (faultOf(error).code === "ResourceNotFoundException") return false;
      throw awsError("deployment", name, error);
    }
  }
}
