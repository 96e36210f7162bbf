/** The command line of `berth`. */
import { parseLine, type ParsedLine } from "../../command-line/parse";
import type { CommandDefinition } from "./command";

/** Docker Compose's commands that are none of `berth`'s, with what does the same here. */
const elsewhere: Readonly<Record<string, string>> = {
  build: "berth up builds the images that have changed, before it deploys them",
  create: "berth preview shows what berth up would make",
  images: "berth ps shows the image that each service runs",
  kill: "berth stop SERVICE stops a service, berth down deletes the stack",
  pause: "berth stop SERVICE stops a service",
  port: "berth ps shows the URLs",
  pull: "Fargate pulls an image at each start of a task: berth restart SERVICE",
  push: "berth up pushes what it builds to the project's own registry",
  rm: "berth up deletes a service that the file has no longer, berth down the whole stack",
  stats: "berth ps shows what runs; its metrics are in CloudWatch, Container Insights",
  top: "berth exec SERVICE ps",
  unpause: "berth start SERVICE starts a service",
  watch: "berth logs -f follows a service; a deployed one watches no files: berth up",
  deploy: "berth up deploys the project",
  destroy: "berth down deletes the stack",
};

/** Errors as {@link parseLine}. @param argv - without node and the script: `["up", "--detach"]` */
export function parseCommandLine(
  argv: readonly string[],
  commands: readonly CommandDefinition[],
): ParsedLine<CommandDefinition> {
  const description = "From a Compose file to a running app in your own AWS account.";
  return parseLine(argv, { name: "berth", description, commands, elsewhere });
}
