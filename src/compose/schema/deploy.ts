/** The Compose Deploy Specification. */
import { deviceFields } from "./container";
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
import { nullable, type Shape } from "./shape";

const update = struct({
  parallelism: optionalWhole,
  delay: durationUnlessZero,
  failure_action: text(),
  monitor: durationUnlessZero,
  max_failure_ratio: float,
  order: word("start-first", "stop-first"),
});

const discreteResource = struct({
  kind: { ...text(), absent: () => "" },
  value: { ...truncated, absent: () => 0 },
});

const limits = struct({ cpus: cores, memory: bytes(["text"]), pids: whole });

const reservations = struct({
  cpus: cores,
  memory: bytes(["text"]),
  devices: listOf(struct(deviceFields, { required: ["capabilities"] })),
  generic_resources: listOf(struct({ discrete_resource_spec: discreteResource })),
});

export const deploy: Shape = nullable(
  struct({
    mode: text(),
    replicas: optionalWhole,
    labels: textMap,
    update_config: update,
    rollback_config: update,
    resources: { ...struct({ limits, reservations }), absent: () => ({}) },
    restart_policy: struct({
      condition: text(),
      delay: optionalDuration,
      max_attempts: optionalWhole,
      window: optionalDuration,
    }),
    placement: {
      ...struct({
        constraints: texts,
        preferences: listOf(struct({ spread: text() })),
        max_replicas_per_node: whole,
      }),
      absent: () => ({}),
    },
    endpoint_mode: text(),
  }),
);
