/** Options of the keys that put RDS in a service's place, whatever its engine. */
import type { DatabaseCommon } from "../model/project";
import { definedOnly } from "../defined";
import { leastStorage } from "../stores/limits";
import { isRecord, type Node } from "./node";

export type DatabaseOptions = Pick<
  DatabaseCommon,
  | "storage"
  | "instanceClass"
  | "ca"
  | "maxStorage"
  | "iops"
  | "throughput"
  | "maintenanceWindow"
  | "backupWindow"
>;

/** GiB of gp3 storage (RDS user guide, "Amazon RDS DB instance storage"). */
const storage = { min: 20, max: 65536 };

const speedFrom = 400;

/** RDS API: CreateDBInstance, PreferredMaintenanceWindow and PreferredBackupWindow. */
const clock = "(?:[01]\\d|2[0-3]):[0-5]\\d";
const day = "(?:mon|tue|wed|thu|fri|sat|sun)";
const maintenanceWindow = new RegExp(`^${day}:${clock}-${day}:${clock}$`);
const backupWindow = new RegExp(`^${clock}-${clock}$`);

/** Reads them of a map; of anything else there are none. */
export function readDatabaseOptions(options: Node): DatabaseOptions {
  if (!isRecord(options.value)) return {};
  const size = options.get("storage").integer(storage.min, storage.max);
  const instanceClass = options.get("instance-class").text();
  if (instanceClass !== undefined && !/^db\.[a-z0-9-]+\.[a-z0-9-]+$/.test(instanceClass)) {
    options
      .get("instance-class")
      .problem(`${JSON.stringify(instanceClass)} is no instance class`, "like db.t4g.micro");
  }
  return definedOnly({
    ca: readCa(options.get("ca")),
    storage: size,
    instanceClass,
    maxStorage: readMaxStorage(options.get("max-storage"), size ?? leastStorage),
    ...readSpeed(options, size ?? leastStorage),
    maintenanceWindow: readWindow(
      options.get("maintenance-window"),
      maintenanceWindow,
      "mon:03:00-mon:04:00",
    ),
    backupWindow: readWindow(options.get("backup-window"), backupWindow, "02:00-03:00"),
  });
}

/** RDS lets storage grow where that is a tenth more at least (RDS User Guide, Storage autoscaling). */
function readMaxStorage(node: Node, size: number): number | undefined {
  const most = node.integer(storage.min, storage.max);
  if (most === undefined || most >= size * 1.1) return most;
  const least = Math.ceil(size * 1.1);
  node.problem(`${most} GiB are no room to grow from ${size} GiB`, `${least} or more, or remove it`);
  return undefined;
}

/** Below 400 GiB gp3 has a speed of its own (RDS User Guide, DB instance storage, gp3: MariaDB, MySQL, PostgreSQL). */
function readSpeed(options: Node, size: number): Pick<DatabaseOptions, "iops" | "throughput"> {
  const [iops, throughput] = [options.get("iops"), options.get("throughput")];
  const speed = { iops: iops.integer(12_000, 64_000), throughput: throughput.integer(500, 4000) };
  if (size >= speedFrom) return definedOnly(speed);
  for (const node of [iops, throughput])
    if (node.present)
      node.problem(
        `below ${speedFrom} GiB gp3 has 3000 operations and 125 MiB a second, and no other`,
        `remove it, or write storage: ${speedFrom} or more`,
      );
  return {};
}

/** At most a window of RDS's form, in UTC. */
function readWindow(node: Node, form: RegExp, example: string): string | undefined {
  const text = node.text()?.toLowerCase();
  if (text === undefined || form.test(text)) return text;
  node.problem(`${JSON.stringify(text)} is no window`, `in UTC, like ${example}`);
  return undefined;
}

/** Where the database's clients find Amazon's certificates. */
function readCa(node: Node): string | undefined {
  const path = node.text();
  if (path === undefined || /^(\/[\w.-]+){2,}$/.test(path)) return path;
  node.problem(
    `${JSON.stringify(path)} is no place for the certificates`,
    "an absolute path in a folder of its own, like /etc/rds/roots.pem",
  );
  return undefined;
}
