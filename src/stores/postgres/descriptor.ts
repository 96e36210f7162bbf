/** RDS for PostgreSQL in place of a container. */
import { dataTypes } from "../data-types";
import type { StoreDescriptor } from "../descriptor";

export const postgres: StoreDescriptor<"postgres"> = {
  kind: "postgres",
  keys: ["x-postgres", "x-defang-postgres"],
  means: "Amazon RDS for PostgreSQL in place of the container",
  type: dataTypes.database,
  component: "berth:aws:Postgres",
  engines: { postgres: "Postgres" },
  snapshotInput: "snapshotIdentifier",
  images: /^(postgres|pgvector|postgis|timescaledb)/,
  options: {
    "allow-downtime": { property: "allowDowntime" },
    "from-snapshot": { property: "fromSnapshot", inputs: /^snapshotIdentifier/ },
    "extended-support": { property: "extendedSupport", inputs: /^engineLifecycleSupport/ },
    tls: { property: "tls" },
    ca: { property: "ca" },
    parameters: { property: "parameters" },
    extensions: { property: "parameters" },
    "max-storage": { property: "maxStorage", inputs: /^maxAllocatedStorage/ },
    iops: { property: "iops", inputs: /^iops/ },
    throughput: { property: "throughput", inputs: /^storageThroughput/ },
    "maintenance-window": { property: "maintenanceWindow", inputs: /^maintenanceWindow/ },
    "backup-window": { property: "backupWindow", inputs: /^backupWindow/ },
    storage: { property: "storage", inputs: /[sS]torage/ },
    "instance-class": { property: "instanceClass", inputs: /^instanceClass/ },
  },
  sources: [
    { inputs: /^engineVersion/, key: "image" },
    { inputs: /^username/, key: "environment.POSTGRES_USER" },
    { inputs: /^dbName/, key: "environment.POSTGRES_DB" },
    { inputs: /^password/, key: "environment.POSTGRES_PASSWORD" },
  ],
  settings: [
    { inputs: /^(instanceClass|multiAz)/, settings: ["postgresInstanceClass", "postgresMultiAz"] },
    { inputs: /^backupRetention/, settings: ["postgresBackupRetention"] },
  ],
  deletionProtection: "postgresDeletionProtection",
  wordsOf: ({ dbName }) => `Postgres database ${JSON.stringify(dbName ?? "")}`,
};
