/** Snapshots of the managed stores: those that RDS and ElastiCache make by themselves, and those that somebody asked for. */
import type { Snapshot } from "@aws-sdk/client-elasticache";
import type { DBSnapshot } from "@aws-sdk/client-rds";
import { definedOnly } from "../../defined";
import { stackResourceName } from "../../model/naming";
import type { StackIdentity, StoreSnapshot, StoreSnapshots, StoreView } from "../../ports";
import { stores } from "../../stores";
import { dataTypes, type StoreType } from "../../stores/data-types";
import type { AwsClients } from "../clients";
import { ask } from "../ask";
import { allPages } from "../pages";

/** Snapshots in one answer (RDS API: DescribeDBSnapshots, MaxRecords; ElastiCache: DescribeSnapshots takes 50). */
const most = { database: 100, cache: 50 };

export class AwsStoreSnapshots implements StoreSnapshots {
  constructor(private readonly clients: AwsClients) {}

  async list(stack: StackIdentity, service: string): Promise<readonly StoreSnapshot[]> {
    const listed: Readonly<Record<StoreType, Promise<readonly StoreSnapshot[]>>> = {
      [dataTypes.database]: this.#databases(stackResourceName(stack, "databaseInstance", service)),
      [dataTypes.cache]: this.#caches(stackResourceName(stack, "replicationGroup", service)),
    };
    const found = (await Promise.all(Object.values(listed))).flat();
    return found.sort((a, b) => (b.created ?? Infinity) - (a.created ?? Infinity));
  }

  async make(stack: StackIdentity, { id, kind, service }: StoreView, name: string): Promise<void> {
    const Tags = Object.entries({
      "berth:project": stack.project,
      "berth:stack": stack.stack,
      "berth:service": service,
    }).map(([Key, Value]) => ({ Key, Value }));
    const makers: Readonly<Record<StoreType, () => Promise<unknown>>> = {
      [dataTypes.database]: async () => {
        const rds = await this.clients.rds();
        return rds.createDBSnapshot({ DBInstanceIdentifier: id, DBSnapshotIdentifier: name, Tags });
      },
      [dataTypes.cache]: async () => {
        const elastiCache = await this.clients.elastiCache();
        return elastiCache.createSnapshot({ ReplicationGroupId: id, SnapshotName: name, Tags });
      },
    };
    await ask("deployment", name, makers[stores[kind].type]);
  }

  async #databases(id: string): Promise<readonly StoreSnapshot[]> {
    const found = await ask("deployment", "rds:DescribeDBSnapshots", async () => {
      const rds = await this.clients.rds();
      return allPages(async (Marker) => {
        const of = { DBInstanceIdentifier: id, MaxRecords: most.database, ...definedOnly({ Marker }) };
        const page = await rds.describeDBSnapshots(of);
        return [page.DBSnapshots, page.Marker];
      });
    });
    return found.map(ofDatabase);
  }

  async #caches(id: string): Promise<readonly StoreSnapshot[]> {
    const found = await ask("deployment", "elasticache:DescribeSnapshots", async () => {
      const elastiCache = await this.clients.elastiCache();
      return allPages(async (Marker) => {
        const of = { ReplicationGroupId: id, MaxRecords: most.cache, ...definedOnly({ Marker }) };
        const page = await elastiCache.describeSnapshots(of);
        return [page.Snapshots, page.Marker];
      });
    });
    return found.map(ofCache);
  }
}

function ofDatabase(snapshot: DBSnapshot): StoreSnapshot {
  return {
    name: snapshot.DBSnapshotIdentifier ?? "",
    status: snapshot.Status ?? "",
    automatic: snapshot.SnapshotType === "automated",
    engine: snapshot.Engine ?? "",
    ...definedOnly({
      version: snapshot.EngineVersion,
      storage: snapshot.AllocatedStorage,
      created: snapshot.SnapshotCreateTime?.getTime(),
    }),
  };
}

function ofCache(snapshot: Snapshot): StoreSnapshot {
  return {
    name: snapshot.SnapshotName ?? "",
    status: snapshot.SnapshotStatus ?? "",
    automatic: snapshot.SnapshotSource === "automated",
    engine: snapshot.Engine ?? "",
    ...definedOnly({
      version: snapshot.EngineVersion,
      created: snapshot.NodeSnapshots?.[0]?.SnapshotCreateTime?.getTime(),
    }),
  };
}
