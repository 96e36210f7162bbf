/** A file of variables by itself, as `.env` is read. */
import { readDotenv } from "./dotenv";
import { Problems } from "./problems";
import { SourceFile } from "./tree";

/**
 * The variables of a file, in its order. In its values, variables are those of the file above and of the environment.
 * One that is set nowhere is a problem, not an empty text: a `$` in a password would cut it short unseen.
 *
 * @param path - for the problems, which never quote a line of the file
 * @throws BerthError (project) with every problem at once
 */
export function readEnvFile(
  path: string,
  text: string,
  environment: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const problems = new Problems();
  const file = new SourceFile(path, text);
  const read = new Map<string, string>();
  readDotenv(file, read, {
    outside: (name) => environment[name],
    unset: (name) => {
      problems.add(`the variable ${name} is not set`, {
        path,
        hint: "put the value in single quotes where the $ is part of it",
      });
      return "";
    },
    problems,
  });
  problems.check();
  return read;
}
