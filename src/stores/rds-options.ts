/** The options that every engine of RDS has. */
import type { StoreOption } from "./descriptor";

/** By name; what takes an input by a narrower pattern comes before `storage`, whose own is the widest. */
export const rdsOptions: Readonly<Record<string, StoreOption>> = {
  "allow-downtime": { property: "allowDowntime", inputs: /^(allowMajorVersionUpgrade|applyImmediately)/ },
  "from-snapshot": { property: "fromSnapshot", inputs: /^snapshotIdentifier/ },
  "extended-support": { property: "extendedSupport", inputs: /^engineLifecycleSupport/ },
  tls: { property: "tls" },
  ca: { property: "ca" },
  replicas: { property: "replicas", inputs: /^replicateSourceDb/ },
  parameters: { property: "parameters" },
  "max-storage": { property: "maxStorage", inputs: /^maxAllocatedStorage/ },
  iops: { property: "iops", inputs: /^iops/ },
  throughput: { property: "throughput", inputs: /^storageThroughput/ },
  "maintenance-window": { property: "maintenanceWindow", inputs: /^maintenanceWindow/ },
  "backup-window": { property: "backupWindow", inputs: /^backupWindow/ },
  storage: { property: "storage", inputs: /[sS]torage/ },
  "instance-class": { property: "instanceClass", inputs: /^instanceClass/ },
};
