/** What of a file belongs to one partition or region of AWS, compared with the stack's before anything is made. */
import { definedOnly } from "../defined";
import { BerthError, type Problem, type SourceLocation } from "../errors";
import type { Project } from "../model/project";
import { partitionIds, partitionOf } from "../partitions";

/**
 * @throws BerthError (project) with each policy of a service that is of another partition than the region: IAM knows none
 *   of them (IAM User Guide, IAM identifiers); with each of its alarms that is of another region, where ECS looks for none
 */
export function checkPartition(
  { services }: Pick<Project, "services">,
  region: string,
  locate: (path: string) => SourceLocation | undefined,
): void {
  const own = partitionOf(region).id;
  const problems = services.flatMap((service): Problem[] => {
    const foreign = service.kind === "container" ? (service.alarms ?? []).filter(isElsewhere(region)) : [];
    const at = `services.${service.name}.x-alarms`;
    const alarms = foreign.map((alarm) => ({
      path: at,
      message: `${alarm} is not of ${region}, where the stack is`,
      hint: `name an alarm of ${region}`,
      ...definedOnly({ location: locate(at) }),
    }));
    const policies = service.kind === "container" ? (service.policies ?? []) : [];
    const others = policies.flatMap((policy) => {
      const partition = policy.startsWith("arn:") ? (policy.split(":")[1] ?? "") : own;
      if (partition === own) return [];
      const path = `services.${service.name}.x-policies`;
      const known = partitionIds.includes(partition) ? "another partition of AWS" : "no partition of AWS";
      return [
        {
          path,
          message: `${policy} is of ${partition}, ${known}; ${region} is in ${own}`,
          hint: `write ${policy.replace(/^arn:[^:]*/, `arn:${own}`)}, or deploy to a region of ${partition}`,
          ...definedOnly({ location: locate(path) }),
        },
      ];
    });
    return [...alarms, ...others];
  });
  if (problems.length > 0) throw new BerthError("project", problems);
}

/** Of an ARN; a name is one of the stack's own region. */
function isElsewhere(region: string): (alarm: string) => boolean {
  return (alarm) => alarm.startsWith("arn:") && alarm.split(":")[3] !== region;
}
