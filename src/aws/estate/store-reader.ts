/** The managed stores of a stack: found by their tags, with the state that RDS and ElastiCache report. */
import type { ReplicationGroup } from "@aws-sdk/client-elasticache";
import type { DBInstance } from "@aws-sdk/client-rds";
import type { StackIdentity, StoreReader, StoreView } from "../../ports";
import { definedOnly } from "../../defined";
import { kindOfEngine, storeTypes } from "../../stores";
import { dataTypes, type StoreType } from "../../stores/data-types";
import type { AwsClients } from "../clients";
import { ask } from "../ask";
import { awsError, faultOf } from "../faults";
import { taggedResources } from "./tagged";

/** Types as the Resource Groups Tagging API names them; an ARN ends with the identifier. */
const types: Readonly<Record<StoreType, string>> = {
  [dataTypes.database]: "rds:db",
  [dataTypes.cache]: "elasticache:replicationgroup",
};

type Reader = (id: string, service: string) => Promise<StoreView | undefined>;

/** What is reported of a store that was deleted since its tags were read. */
const gone = ["DBInstanceNotFound", "DBInstanceNotFoundFault", "ReplicationGroupNotFoundFault"];

export class AwsStoreReader implements StoreReader {
  readonly #readers: Readonly<Record<StoreType, Reader>> = {
    [dataTypes.database]: (id, service) => this.#database(id, service),
    [dataTypes.cache]: (id, service) => this.#cache(id, service),
  };

  constructor(private readonly clients: AwsClients) {}

  async stores(stack: StackIdentity): Promise<readonly StoreView[]> {
    const tagged = await this.#tagged(stack);
    const found = await Promise.all(
      tagged.map(async ({ type, id, service }) => {
        try {
          return await this.#readers[type](id, service);
        } catch (error) {
          if (gone.includes(faultOf(error).code)) return undefined;
          throw awsError("deployment", id, error);
        }
      }),
    );
    return found.filter((store) => store !== undefined).sort((a, b) => (a.service < b.service ? -1 : 1));
  }

  async #tagged(stack: StackIdentity): Promise<{ type: StoreType; id: string; service: string }[]> {
    return ask("deployment", "tag:GetResources", async () => {
      const found = await taggedResources(await this.clients.tagging(), stack, Object.values(types));
      return found.flatMap(({ arn, tags: { "berth:service": service } }) => {
        const [, , owner, , , kind, id = ""] = arn.split(":");
        const type = storeTypes.find((each) => types[each] === `${owner}:${kind}`);
        return type === undefined || service === undefined ? [] : [{ type, id, service }];
      });
    });
  }

  async #database(id: string, service: string): Promise<StoreView | undefined> {
    const rds = await this.clients.rds();
    const { DBInstances: [instance] = [] } = await rds.describeDBInstances({ DBInstanceIdentifier: id });
    // A replica is reported with its source.
    if ((instance?.ReadReplicaSourceDBInstanceIdentifier ?? "") !== "") return undefined;
    return instance === undefined ? undefined : databaseOf(instance, id, service);
  }

  async #cache(id: string, service: string): Promise<StoreView | undefined> {
    const elastiCache = await this.clients.elastiCache();
    const { ReplicationGroups: [group] = [] } = await elastiCache.describeReplicationGroups({
      ReplicationGroupId: id,
    });
    if (group === undefined) return undefined;
    // Only a node has the version, and there is none in the first minutes.
    const [node] = group.MemberClusters ?? [];
    const version = node === undefined ? undefined : await this.#versionOf(node);
    return cacheOf(group, { id, service, version });
  }

  async #versionOf(CacheClusterId: string): Promise<string | undefined> {
    try {
      const elastiCache = await this.clients.elastiCache();
      const { CacheClusters: [node] = [] } = await elastiCache.describeCacheClusters({ CacheClusterId });
      return node?.EngineVersion;
    } catch (error) {
      if (faultOf(error).code.startsWith("CacheClusterNotFound")) return undefined;
      throw error;
    }
  }
}

function databaseOf(instance: DBInstance, id: string, service: string): StoreView {
  const replicas = instance.ReadReplicaDBInstanceIdentifiers?.length ?? 0;
  return {
    service,
    kind: kindOfEngine(instance.Engine ?? "") ?? "postgres",
    id,
    status: instance.DBInstanceStatus ?? "",
    engine: instance.Engine ?? "postgres",
    class: instance.DBInstanceClass ?? "",
    nodes: instance.MultiAZ === true ? 2 : 1,
    pending: namesOf(instance.PendingModifiedValues),
    ...definedOnly({
      version: instance.EngineVersion,
      replicas: replicas === 0 ? undefined : replicas,
      storage: instance.AllocatedStorage,
      endpoint: endpointOf(instance.Endpoint),
    }),
  };
}

function cacheOf(
  group: ReplicationGroup,
  { id, service, version }: { id: string; service: string; version: string | undefined },
): StoreView {
  const [shard] = group.NodeGroups ?? [];
  return {
    service,
    kind: kindOfEngine(group.Engine ?? "") ?? "redis",
    id,
    status: group.Status ?? "",
    engine: group.Engine ?? "redis",
    class: group.CacheNodeType ?? "",
    nodes: group.MemberClusters?.length ?? 0,
    pending: namesOf(group.PendingModifiedValues),
    ...definedOnly({ version, endpoint: endpointOf(group.ConfigurationEndpoint ?? shard?.PrimaryEndpoint) }),
  };
}

function endpointOf(
  endpoint: { readonly Address?: string | undefined; readonly Port?: number | undefined } | undefined,
): string | undefined {
  const { Address, Port } = endpoint ?? {};
  return Address === undefined || Address === "" ? undefined : `${Address}:${Port ?? ""}`;
}

/** `EngineVersion`, `DBInstanceClass` …; a list without entries is nothing to come. */
function namesOf(values: object | undefined): readonly string[] {
  return Object.entries(values ?? {}).flatMap(([name, value]) =>
    value === undefined || (Array.isArray(value) && value.length === 0) ? [] : [name],
  );
}
