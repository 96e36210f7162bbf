/** The Compose Deploy Specification. */
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
import { always, nullable } from "./shape";

const update = struct({
  parallelism: optionalWhole,
  delay: durationUnlessZero,
  failure_action: text(),
  monitor: durationUnlessZero,
  max_failure_ratio: float,
  order: word("start-first", "stop-first"),
});

const discreteResource = struct({
  kind: always(text(), () => ""),
  value: always(truncated, () => 0),
});

const limits = struct({
  cpus: cores,
  memory: bytes(["text"]),
  pids: whole,
});

const reservations = struct({
  cpus: cores,
  memory: bytes(["text"]),
  devices: listOf(deviceRequest(["capabilities"])),
  generic_resources: listOf(struct({ discrete_resource_spec: discreteResource })),
});

export const deploy = nullable(
  struct({
    mode: text(),
    replicas: optionalWhole,
    labels: textMap,
    update_config: update,
    rollback_config: update,
    resources: always(struct({ limits, reservations }), () => ({})),
    restart_policy: struct({
      condition: text(),
      delay: optionalDuration,
      max_attempts: optionalWhole,
      window: optionalDuration,
    }),
    placement: always(
      struct({
        constraints: texts,
        preferences: listOf(struct({ spread: text() })),
        max_replicas_per_node: whole,
      }),
      () => ({}),
    ),
    endpoint_mode: text(),
  }),
);
