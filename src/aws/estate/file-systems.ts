/** File systems on EFS, by EFS and EC2. */
import type { MountTargetDescription } from "@aws-sdk/client-efs";
import { sharedTag } from "../../model/volumes";
import type { FileSystems, FoundFileSystem, StackIdentity } from "../../ports";
import { definedOnly } from "../../defined";
import { askIfThere } from "../ask";
import type { AwsClients } from "../clients";
import { allPages } from "../pages";

export class EfsFileSystems implements FileSystems {
  constructor(private readonly clients: Pick<AwsClients, "ec2" | "efs">) {}

  async find(stack: StackIdentity, FileSystemId: string): Promise<FoundFileSystem | undefined> {
    return askIfThere("deployment", FileSystemId, ["FileSystemNotFound"], async () => {
      const efs = await this.clients.efs();
      const { FileSystems: [system] = [] } = await efs.describeFileSystems({ FileSystemId });
      const tags = new Map((system?.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
      const found = await this.#targets(FileSystemId);
      const groups = await Promise.all(
        found.map(async ({ MountTargetId }) => {
          const answer = await efs.describeMountTargetSecurityGroups({ MountTargetId });
          return answer.SecurityGroups ?? [];
        }),
      );
      const own = await this.#ownGroups(stack, groups.flat());
      return {
        open: tags.get(sharedTag.key) === sharedTag.value || tags.has("berth:project"),
        targets: found.map(({ SubnetId = "", AvailabilityZoneName = "", VpcId = "" }, index) => ({
          subnetId: SubnetId,
          zone: AvailabilityZoneName,
          vpcId: VpcId,
          groups: groups[index] ?? [],
          own: (groups[index] ?? []).some((group) => own.has(group)),
        })),
      };
    });
  }

  async #targets(FileSystemId: string): Promise<readonly MountTargetDescription[]> {
    const efs = await this.clients.efs();
    const found = await allPages(async (Marker) => {
      const page = await efs.describeMountTargets({ FileSystemId, ...definedOnly({ Marker }) });
      return [page.MountTargets, page.NextMarker];
    });
    return found.filter(({ LifeCycleState = "" }) => !["deleting", "deleted"].includes(LifeCycleState));
  }

  async #ownGroups({ project, stack }: StackIdentity, ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const ec2 = await this.clients.ec2();
    const { SecurityGroups = [] } = await ec2.describeSecurityGroups({
      Filters: [
        { Name: "group-id", Values: [...new Set(ids)] },
        { Name: "tag:berth:project", Values: [project] },
        { Name: "tag:berth:stack", Values: [stack] },
      ],
    });
    return new Set(SecurityGroups.flatMap(({ GroupId }) => GroupId ?? []));
  }
}
