/** How deployments of a service go on, and what ends them. */
import { honoured, section } from "./rules";

export const rollouts = {
  "x-rollout": section(
    {
      strategy: honoured("rolling, blue-green or canary"),
      percent: honoured("of the requests that a canary gets first, 0.1 to 100; 10 where it is left out"),
      bake: honoured(
        "whole minutes for which the old tasks stay, and for which a canary has its part; 5m where it is left out",
      ),
      test: section(
        { command: honoured("the new revision runs it as a one-off task, and has to end with 0") },
        "what has to succeed before requests reach the new tasks",
      ),
    },
    "how requests move to a new revision (docs/rollouts.md)",
  ),
  "x-alarms": honoured("alarms of CloudWatch, by name or ARN, that stop a deployment and take it back"),
};
