/** `x-alarms`: alarms of CloudWatch that take a deployment of the service back while they are in ALARM. */
import type { ContainerService } from "../model/project";
import type { Node } from "./node";

/** An alarm's ARN (CloudWatch User Guide, and `describe-alarms`): `arn:aws:cloudwatch:REGION:ACCOUNT:alarm:NAME`. */
const arn = /^arn:aws(-[a-z]+)*:cloudwatch:[a-z0-9-]+:\d{12}:alarm:(.+)$/;

/** Characters of an alarm's name (CloudWatch API reference, PutMetricAlarm, AlarmName). */
const longest = 255;

/** Names, or ARNs of the account and region that the stack is in; each once and sorted. */
export function readAlarms(
  service: Node,
  lifecycle: ContainerService["lifecycle"],
): readonly string[] | undefined {
  const node = service.get("x-alarms");
  if (!node.present) return undefined;
  if (lifecycle !== "service") {
    node.warn("it has no deployment that an alarm could roll back: it runs to its end");
    return undefined;
  }
  const items = Array.isArray(node.value) ? node.items() : [node];
  const alarms = [...new Set(items.flatMap(alarmAt))].sort();
  return alarms.length === 0 ? undefined : alarms;
}

function alarmAt(node: Node): readonly string[] {
  const alarm = node.text()?.trim();
  if (alarm === undefined) return [];
  const isArn = alarm.startsWith("arn:");
  const name = isArn ? (arn.exec(alarm)?.[2] ?? "") : alarm;
  if (name !== "" && name.length <= longest) return [alarm];
  node.problem(
    isArn
      ? `${JSON.stringify(alarm)} is no alarm of CloudWatch`
      : `${JSON.stringify(alarm)} is no name of an alarm: 1 to ${longest} characters`,
    "the name of an alarm, as aws cloudwatch describe-alarms shows it, or its ARN",
  );
  return [];
}
