/** The verdicts on the keys of `deploy` (Compose Deploy Specification). */
import { all, honoured, list, refused, type Rule, section, warned } from "./rules";

const size = honoured("the smallest Fargate size that it fits into");

/** A request for GPUs, the same under `gpus` and under `deploy`. */
export const gpuRequest: Rule = section({
  capabilities: honoured("gpu and NVIDIA's own; every other one is refused"),
  driver: honoured("nvidia; every other one is refused"),
  count: honoured("1 to 8; all is 1"),
  device_ids: warned("ECS chooses the GPUs itself, as many as are listed"),
  options: warned("ECS hands no options to the driver"),
});

const rolling = warned("ECS judges new tasks by rules of its own, and rolls back when they fail");

export const deploy: Rule = section({
  mode: honoured("replicated; a job mode is a one-off task"),
  replicas: honoured(),
  resources: section({
    limits: section({
      cpus: size,
      memory: size,
      pids: warned("Fargate limits no processes within the task's memory"),
    }),
    reservations: section({
      cpus: size,
      memory: size,
      devices: list(gpuRequest),
      generic_resources: refused("Fargate has no such resources", "remove it"),
    }),
  }),
  restart_policy: section({
    condition: honoured("none is a one-off task"),
    ...all(
      ["delay", "max_attempts", "window"],
      warned("ECS restarts a task with delays of its own, without an end"),
    ),
  }),
  update_config: section({
    order: honoured(),
    parallelism: honoured("as a share of the tasks"),
    failure_action: honoured("rollback only; every other one is warned of"),
    ...all(["delay", "monitor", "max_failure_ratio"], rolling),
  }),
  rollback_config: rolling,
  placement: section({
    ...all(
      ["constraints", "max_replicas_per_node"],
      warned("Fargate has no nodes to choose from; set platform for the architecture"),
    ),
    preferences: list(section({ spread: warned("ECS spreads tasks over the zones") })),
  }),
  labels: warned("nothing reads a service's labels on ECS"),
  endpoint_mode: warned("a service's name resolves to the addresses of its tasks"),
});
