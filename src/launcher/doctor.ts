/** `berth doctor`: looks for what is missing. */
import type { CommandDefinition } from "./core/command";
import { notYet } from "./core/not-yet";

export const doctor: CommandDefinition = {
  name: "doctor",
  summary: "Check credentials, region, permissions, bootstrap, quotas, domain, secrets and images",
  examples: ["berth doctor"],
  takes: ["project", "stack", "json"],
  run: notYet("doctor", "berth-cd says what is missing when it runs"),
};
