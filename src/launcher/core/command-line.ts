/** The command line of `berth`. */
import { parseLine, type ParsedLine } from "../../command-line/parse";
import type { CommandDefinition } from "./command";

/** Errors as {@link parseLine}. @param argv - without node and the script: `["up", "--detach"]` */
export function parseCommandLine(
  argv: readonly string[],
  commands: readonly CommandDefinition[],
): ParsedLine<CommandDefinition> {
  const description = "From a Compose file to a running app in your own AWS account.";
  return parseLine(argv, { name: "berth", description, commands });
}
