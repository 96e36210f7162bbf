/** The template of an account's CloudFormation stack: built in, or from the sources where nothing is built. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

declare const BERTH_BOOTSTRAP_TEMPLATE: string | undefined;

/** The name of the stack. */
export const bootstrapStack = "berth-cd";

/** As it is written, with its comments. */
export function bootstrapTemplate(): string {
  if (typeof BERTH_BOOTSTRAP_TEMPLATE === "string") return BERTH_BOOTSTRAP_TEMPLATE;
  return readFileSync(join(__dirname, "../../../stacks/bootstrap.yaml"), "utf8");
}
