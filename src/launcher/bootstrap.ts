/** `berth bootstrap`: makes an account ready. */
import type { CommandDefinition } from "./core/command";
import { notYet } from "./core/not-yet";
export const bootstrap: CommandDefinition = {
  name: "bootstrap",
  summary: "Make an account and region ready for Berth: create or update its CloudFormation stack",
  examples: ["berth bootstrap"],
  takes: ["stack"],
  run: notYet("bootstrap", "set PULUMI_BACKEND_URL and BERTH_SECRETS_PROVIDER, and use berth up --local"),
};
