/** ElastiCache, with Redis or Valkey, in place of a container. */
import { dataTypes } from "../data-types";
import type { StoreDescriptor } from "../descriptor";

export const redis: StoreDescriptor<"redis"> = {
  kind: "redis",
  keys: ["x-redis", "x-defang-redis"],
  means: "Amazon ElastiCache in place of the container",
  type: dataTypes.cache,
  component: "berth:aws:Redis",
  engines: { redis: "Redis", valkey: "Valkey" },
  stops: false,
  password: "token",
  majorNumbers: 1,
  snapshotInput: "snapshotName",
  images: /^(redis|valkey)/,
  options: {
    "allow-downtime": { property: "allowDowntime" },
    "from-snapshot": { property: "fromSnapshot", inputs: /^snapshot(Name|Arns)/ },
    "extended-support": { property: "extendedSupport", inputs: /^engineLifecycleSupport/ },
    tls: { property: "tls", inputs: /^transitEncryption|^authToken/ },
    parameters: { property: "parameters" },
    replicas: { property: "replicas", inputs: /^(numCacheClusters|automaticFailover|multiAz)/ },
    "node-type": { property: "nodeType", inputs: /^nodeType/ },
  },
  sources: [{ inputs: /^engine/, key: "image" }],
  settings: [
    { inputs: /^nodeType/, settings: ["redisNodeType"] },
    { inputs: /^(numCacheClusters|automaticFailover|multiAz)/, settings: ["redisNodes"] },
    { inputs: /^snapshotRetention/, settings: ["redisSnapshotRetention"] },
  ],
  wordsOf: ({ engine }) => `${engine === "valkey" ? "Valkey" : "Redis"} store`,
};
