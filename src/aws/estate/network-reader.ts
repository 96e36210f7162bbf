/** How a client gets to a stack's stores: their own description, and the groups that are let in. */
import type { NetworkReader, StackIdentity, StoreReach, StoreView } from "../../ports";
import { definedOnly } from "../../defined";
import { stores } from "../../stores";
import { dataTypes, type StoreType } from "../../stores/data-types";
import { ask } from "../ask";
import type { AwsClients } from "../clients";

export class AwsNetworkReader implements NetworkReader {
  readonly #readers: Readonly<Record<StoreType, (id: string) => Promise<StoreReach>>> = {
    [dataTypes.database]: (id) => this.#database(id),
    [dataTypes.cache]: (id) => this.#cache(id),
  };

  constructor(private readonly clients: AwsClients) {}

  async reach({ id, kind }: StoreView): Promise<StoreReach> {
    return ask("deployment", id, () => this.#readers[stores[kind].type](id));
  }

  async #database(id: string): Promise<StoreReach> {
    const rds = await this.clients.rds();
    const { DBInstances: [instance] = [] } = await rds.describeDBInstances({ DBInstanceIdentifier: id });
    const subnets = instance?.DBSubnetGroup?.Subnets ?? [];
    return {
      tls: false,
      token: false,
      subnetIds: subnets.flatMap(({ SubnetIdentifier }) => SubnetIdentifier ?? []),
      ...definedOnly({ user: instance?.MasterUsername, database: instance?.DBName }),
    };
  }

  async #cache(ReplicationGroupId: string): Promise<StoreReach> {
    const elastiCache = await this.clients.elastiCache();
    const { ReplicationGroups: [group] = [] } = await elastiCache.describeReplicationGroups({
      ReplicationGroupId,
    });
    const { TransitEncryptionEnabled, TransitEncryptionMode, AuthTokenEnabled } = group ?? {};
    return {
      // Before Redis 7 there is no mode: what has TLS takes nothing else (ElastiCache API, ReplicationGroup).
      tls: TransitEncryptionEnabled === true && TransitEncryptionMode !== "preferred",
      token: AuthTokenEnabled === true,
      subnetIds: [],
    };
  }

  async groups(
    { project, stack }: StackIdentity,
    names: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    return ask("deployment", "ec2:DescribeSecurityGroups", async () => {
      const ec2 = await this.clients.ec2();
      const { SecurityGroups = [] } = await ec2.describeSecurityGroups({
        Filters: [
          { Name: "tag:berth:project", Values: [project] },
          { Name: "tag:berth:stack", Values: [stack] },
          { Name: "group-name", Values: [...names] },
        ],
      });
      return new Map(SecurityGroups.map(({ GroupName = "", GroupId = "" }) => [GroupName, GroupId]));
    });
  }
}
