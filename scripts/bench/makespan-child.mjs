// Prints the seconds that AWS's things take in the simulator, as JSON.
import { buildSeconds } from "../../src/simulator/plays/build-tasks";
import { taskSeconds } from "../../src/simulator/plays/one-off-tasks";
import { rolloutSeconds } from "../../src/simulator/plays/rollouts";
import { resourceTypes } from "../../src/simulator/services";

const latencies = Object.fromEntries(
  [...resourceTypes].flatMap(([token, { latency }]) => (latency === undefined ? [] : [[token, latency]])),
);
console.log(JSON.stringify({ latencies, build: buildSeconds, task: taskSeconds, rollout: rolloutSeconds }));
