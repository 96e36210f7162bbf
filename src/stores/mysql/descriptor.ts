/** RDS for MySQL or MariaDB in place of a container. */
import { rdsOptions } from "../rds-options";
import { dataTypes } from "../data-types";
import type { StoreDescriptor } from "../descriptor";

export const mysql: StoreDescriptor<"mysql"> = {
  kind: "mysql",
  keys: ["x-mysql"],
  means: "Amazon RDS for MySQL or MariaDB in place of the container",
  type: dataTypes.database,
  component: "berth:aws:Mysql",
  engines: { mysql: "MySQL", mariadb: "MariaDB" },
  stops: true,
  password: "written",
  // RDS takes a step of the second number for a major one too (RDS User Guide, Upgrading the DB engine).
  majorNumbers: 2,
  snapshotInput: "snapshotIdentifier",
  images: /^(mysql|mysql-server|mariadb|percona|percona-server)$/,
  options: rdsOptions,
  sources: [
    { inputs: /^engine/, key: "image" },
    { inputs: /^username/, key: "environment.MYSQL_USER" },
    { inputs: /^dbName/, key: "environment.MYSQL_DATABASE" },
    { inputs: /^password/, key: "environment.MYSQL_PASSWORD" },
  ],
  settings: [
    { inputs: /^(instanceClass|multiAz)/, settings: ["mysqlInstanceClass", "mysqlMultiAz"] },
    { inputs: /^backupRetention/, settings: ["mysqlBackupRetention"] },
  ],
  deletionProtection: "mysqlDeletionProtection",
  wordsOf: ({ engine, dbName }) => {
    const title = engine === "mariadb" ? "MariaDB" : "MySQL";
    return typeof dbName === "string" ? `${title} database ${JSON.stringify(dbName)}` : `${title} server`;
  },
};
