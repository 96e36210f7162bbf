/** Options of the keys that put RDS in a service's place, whatever its engine. */
import type { DatabaseCommon } from "../model/project";
import { isRecord, type Node } from "./node";

export type DatabaseOptions = Pick<DatabaseCommon, "storage" | "instanceClass" | "ca">;

/** GiB of gp3 storage (RDS user guide, "Amazon RDS DB instance storage"). */
const storage = { min: 20, max: 65536 };

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
  const ca = readCa(options.get("ca"));
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(size === undefined ? {} : { storage: size }),
    ...(instanceClass === undefined ? {} : { instanceClass }),
  };
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
