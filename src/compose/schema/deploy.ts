/** The Compose Deploy Specification. */
import type { CanonicalDeploy, CanonicalResources, CanonicalUpdate } from "../canonical";
import { deviceRequest } from "./devices";
import { listOf, struct, textMap, texts } from "./collections";
import {
  bytes,
  cores,
  durationUnlessZero,
  float,
  optionalDuration,
  optionalWhole,
  text,
  truncated,
  whole,
  word,
} from "./scalars";
import { type Below, nullable, type Shape } from "./shape";

const update = struct<CanonicalUpdate>({
  parallelism: optionalWhole,
  delay: durationUnlessZero,
  failure_action: text(),
  monitor: durationUnlessZero,
  max_failure_ratio: float,
  order: word("start-first", "stop-first"),
});

const discreteResource = struct<{ kind: string; value: number }>({
  kind: { ...text(), absent: () => "" },
  value: { ...truncated, absent: () => 0 },
});

const limits = struct<Omit<CanonicalResources, "devices" | "generic_resources">>({
  cpus: cores,
  memory: bytes(["text"]),
  pids: whole,
});

const reservations = struct<Omit<CanonicalResources, "pids">>({
  cpus: cores,
  memory: bytes(["text"]),
  devices: listOf(deviceRequest({ required: ["capabilities"] })),
  generic_resources: listOf(
    struct<Below<CanonicalResources, "generic_resources">>({ discrete_resource_spec: discreteResource }),
  ),
});

export const deploy: Shape = nullable(
  struct<CanonicalDeploy>({
    mode: text(),
    replicas: optionalWhole,
    labels: textMap,
    update_config: update,
    rollback_config: update,
    resources: {
      ...struct<Below<CanonicalDeploy, "resources">>({ limits, reservations }),
      absent: () => ({}),
    },
    restart_policy: struct<Below<CanonicalDeploy, "restart_policy">>({
      condition: text(),
      delay: optionalDuration,
      max_attempts: optionalWhole,
      window: optionalDuration,
    }),
    placement: {
      ...struct<Below<CanonicalDeploy, "placement">>({
        constraints: texts,
        preferences: listOf(struct<{ spread: string }>({ spread: text() })),
        max_replicas_per_node: whole,
      }),
      absent: () => ({}),
    },
    endpoint_mode: text(),
  }),
);
