/**
 * What the words behind a command are: a project, as Berth has it, or services, as Compose has them. A word without a
 * slash is a service wherever there is a compose file to have it: `berth up web` is not about the folder `web/`.
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { folderAbove } from "../../app/place/project-root";
import { BerthError } from "../../errors";
import { composeNames } from "../../compose/place/names";
import {
  givenOf,
  projectOrServices,
  takesProject,
  type Given,
  type ParsedLine,
} from "../../command-line/parse";
import type { CommandDefinition } from "./command";

type ParsedCommand = Extract<ParsedLine<CommandDefinition>, { kind: "command" }>;

/** What can be no service: a path, an address, a file that is read. */
const place = /[\\/]|^\.{1,2}$|^~|\.(?:ya?ml|tar|tgz|tar\.gz)$/;

/**
 * The command line with its services as targets, where the command can be restricted to some.
 *
 * @throws BerthError (usage) where a command is for the whole stack and services are named, or several projects
 */
export function withServices(parsed: ParsedCommand, cwd: string): ParsedCommand {
  const { command, given } = parsed;
  if (!takesProject(command) || given.words.length === 0) return parsed;
  if (command.arguments?.includes(projectOrServices) !== true) return judgeProject(parsed, cwd);
  if (!hasComposeFile(given, cwd)) return onlyProject(parsed);
  const places = given.words.filter((word) => place.test(word));
  const services = given.words.filter((word) => !place.test(word));
  const values =
    services.length === 0
      ? given.values
      : { ...given.values, target: [...given.list("target"), ...services] };
  return onlyProject({ ...parsed, given: givenOf(places, values) });
}

function onlyProject(parsed: ParsedCommand): ParsedCommand {
  const [, second] = parsed.given.words;
  if (second === undefined) return parsed;
  throw new BerthError("usage", {
    path: second,
    message: `${parsed.name} is for one project`,
    hint: "name services of it in its folder, or with -f FILE; --target SERVICE works everywhere",
  });
}

/** `berth down web`: a stack goes whole, or not at all. */
function judgeProject(parsed: ParsedCommand, cwd: string): ParsedCommand {
  const { given, name } = parsed;
  const [word = ""] = given.words;
  const folder = resolve(cwd, word);
  if (
    place.test(word) ||
    !hasComposeFile(given, cwd) ||
    composeNames.some((file) => existsSync(resolve(folder, file)))
  )
    return parsed;
  throw new BerthError("usage", {
    path: word,
    message: `${name} is for the whole stack, and not for one service`,
    hint:
      name === "down"
        ? `berth stop ${word} stops it; berth up deletes one that the file has no longer; a folder is written ./${word}`
        : `leave it out; a folder is written ./${word}`,
  });
}

function hasComposeFile(given: Given, cwd: string): boolean {
  return (
    given.list("file").length > 0 ||
    given.text("projectDirectory") !== undefined ||
    folderAbove(cwd) !== undefined
  );
}
