/** RDS for PostgreSQL in place of a container. */
import { rdsOptions } from "../rds-options";
import { dataTypes } from "../data-types";
import type { StoreDescriptor } from "../descriptor";

export const postgres: StoreDescriptor<"postgres"> = {
  kind: "postgres",
  keys: ["x-postgres", "x-defang-postgres"],
  means: "Amazon RDS for PostgreSQL in place of the container",
  type: dataTypes.database,
  component: "berth:aws:Postgres",
  engines: { postgres: "Postgres" },
  stops: true,
  password: "written",
  majorNumbers: 1,
  snapshotInput: "snapshotIdentifier",
  images: /^(postgres|pgvector|postgis|timescaledb)/,
  options: {
    ...rdsOptions,
    extensions: { property: "parameters" },
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
