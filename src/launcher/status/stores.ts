/** The managed stores of a stack as a table, and what to do where one is not well. */
import type { StoreView } from "../../ports";
import { stores as storeKinds } from "../../stores";
import { table } from "../../report/terminal/tables";
import { cut } from "../core/words";
import type { TextOptions } from "./options";

/** States in which a store serves, though something is being done to it (RDS User Guide, "DB instance status"). */
const serving = new Set([
  "available",
  "backing-up",
  "configuring-enhanced-monitoring",
  "configuring-log-exports",
  "modifying",
  "snapshotting",
  "storage-optimization",
]);

/** States that pass by themselves, and in which nobody is served, or perhaps nobody. */
const passing = new Set([
  "creating",
  "deleting",
  "maintenance",
  "rebooting",
  "renaming",
  "resetting-master-credentials",
  "starting",
  "upgrading",
]);

/** What helps, by state. */
const fixes: Readonly<Record<string, string>> = {
  "storage-full": "its storage is full, and it accepts no more writes: raise KEY: {storage: …}, and berth up",
  stopped: "it is stopped: berth start SERVICE starts it",
  "inaccessible-encryption-credentials": "its KMS key can't be used: enable the key, and see who may use it",
  "inaccessible-encryption-credentials-recoverable":
    "its KMS key can't be used: enable the key within 7 days, then berth start SERVICE",
  "incompatible-network":
    "its subnets or security groups don't let it come up: see its events in the RDS console",
  "incompatible-parameters": "it can't start with its parameter group: see its events in the RDS console",
  "create-failed": "it could not be made: see its events in the ElastiCache console",
  failed: "it can't be recovered: berth db restore SERVICE makes it again from its latest snapshot",
};

/** Cells that an endpoint has at least. */
const leastEndpoint = 20;

/** The table, without a line at its end; empty where there are none. */
export function storesText(stores: readonly StoreView[], { columns, paint }: TextOptions): string {
  if (stores.length === 0) return "";
  const head = ["STORE", "ENGINE", "CLASS", "STATUS", "ENDPOINT"];
  const rows = stores.map((store) => [
    store.service,
    [store.engine, store.version ?? ""].join(" ").trim(),
    classOf(store),
    store.status,
    store.endpoint ?? "",
  ]);
  const taken = [0, 1, 2, 3].map((column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length + 2)),
  );
  const room = Math.max(leastEndpoint, columns - taken.reduce((sum, width) => sum + width, 0));
  const [title = "", ...lines] = table(
    head,
    rows.map((row) => [...row.slice(0, -1), cut(row.at(-1) ?? "", room)]),
  ).split("\n");
  const painted = lines.map((line, index) => {
    const status = stores[index]?.status ?? "";
    return serving.has(status) ? line : paint(passing.has(status) ? "yellow" : "red", line);
  });
  return [title, ...painted].join("\n");
}

/** `db.t4g.micro, 20 GiB`, `2 × cache.t4g.small` */
function classOf({ class: name, nodes, replicas = 0, storage }: StoreView): string {
  const size = storage === undefined ? "" : `, ${storage} GiB`;
  const readers = replicas === 0 ? "" : `, ${replicas} replica${replicas === 1 ? "" : "s"}`;
  return `${nodes > 1 ? `${nodes} × ` : ""}${name}${size}${readers}`;
}

/** What somebody who looks should know of each store: how it is mended, and what its maintenance window brings. */
export function storeNews(
  stores: readonly StoreView[],
): readonly (readonly [service: string, text: string])[] {
  return stores.flatMap(({ service, kind, status, pending }) => {
    const fix = fixes[status]?.replace("SERVICE", service).replace("KEY", storeKinds[kind].keys[0]);
    const later =
      pending.length === 0 ? undefined : `its next maintenance window changes ${pending.join(", ")}`;
    return [fix, later].flatMap((text) => (text === undefined ? [] : [[service, text] as const]));
  });
}
