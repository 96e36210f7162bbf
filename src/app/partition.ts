/** What of a file belongs to one partition of AWS, held against that of the region before anything is made. */
import { definedOnly } from "../defined";
import { BerthError, type SourceLocation } from "../errors";
import type { Project } from "../model/project";
import { partitionIds, partitionOf } from "../partitions";

/**
 * @throws BerthError (project) with each policy of a service that is of another partition than the region: IAM knows none
 *   of them (IAM User Guide, IAM identifiers)
 */
export function checkPartition(
  { services }: Pick<Project, "services">,
  region: string,
  locate: (path: string) => SourceLocation | undefined,
): void {
  const own = partitionOf(region).id;
  const problems = services.flatMap((service) => {
    const policies = service.kind === "container" ? (service.policies ?? []) : [];
    return policies.flatMap((policy) => {
      const partition = policy.startsWith("arn:") ? (policy.split(":")[1] ?? "") : own;
      if (partition === own) return [];
      const path = `services.${service.name}.x-policies`;
      const known = partitionIds.includes(partition) ? "another partition of AWS" : "no partition of AWS";
      return [
        {
          path,
          message: `${policy} is of ${partition}, ${known}; ${region} lies in ${own}`,
          hint: `write ${policy.replace(/^arn:[^:]*/, `arn:${own}`)}, or deploy to a region of ${partition}`,
          ...definedOnly({ location: locate(path) }),
        },
      ];
    });
  });
  if (problems.length > 0) throw new BerthError("project", problems);
}
