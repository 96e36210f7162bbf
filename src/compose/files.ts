/** Which files a project is read from, as Compose finds them. */
import type { LoadOptions } from "./api";
import { joinPath } from "./paths";
import type { Session } from "./session";
import type { SourceFile } from "./tree";
import { composeNames, overrideNames } from "./place/names";

/**
 * The compose files, the first one the project's. Where several names that Compose looks for are there, it takes the
 * first one and warns (compose-go, cli/options.go, WithDefaultConfigPath).
 *
 * @throws BerthError (project) where there is none
 */
export function composeFiles(session: Session, options: LoadOptions): readonly string[] {
  const given = options.files ?? filesOfEnvironment(options.environment);
  if (given !== undefined && given.length > 0) return given.map((path) => joinPath(".", path));
  const folder = projectFolder(options) ?? ".";
  const main = firstOf(composeNames, folder, session);
  if (main === undefined) {
    return session.problems.fail("there is no compose file", {
      hint: `write a compose.yaml, or name the file with -f`,
    });
  }
  const override = firstOf(overrideNames, folder, session);
  return override === undefined ? [main] : [main, override];
}

/** The first of the names that is there; a warning for the others. */
function firstOf(names: readonly string[], folder: string, session: Session): string | undefined {
  const paths = names.map((name) => joinPath(folder, name));
  const [first, ...others] = paths.filter((path) => session.file(path) !== undefined);
  if (first === undefined) return undefined;
  for (const other of others)
    session.problems.warn(
      other,
      `not read: ${first} is there too, and is used; -f ${other} chooses this one`,
    );
  return first;
}

/** `--project-directory`, from the root. */
export function projectFolder({ projectFolder: given }: LoadOptions): string | undefined {
  return given === undefined || given === "" ? undefined : joinPath(".", given);
}

/** `COMPOSE_FILE`: paths with `COMPOSE_PATH_SEPARATOR` (`:`) between them; `undefined` where it names none. */
export function filesOfEnvironment(environment: LoadOptions["environment"]): readonly string[] | undefined {
  const value = own(environment, "COMPOSE_FILE");
  if (value === undefined || value === "") return undefined;
  const separator = own(environment, "COMPOSE_PATH_SEPARATOR");
  return value.split(separator === undefined || separator === "" ? ":" : separator);
}

/** The env files whose variables the project is read with. */
export function envFiles(session: Session, options: LoadOptions, folder: string): readonly SourceFile[] {
  if (options.envFiles !== undefined) {
    return options.envFiles.flatMap((path) => session.required(joinPath(".", path), "env file") ?? []);
  }
  const disabled = /^(1|t|true)$/i.test(own(options.environment, "COMPOSE_DISABLE_ENV_FILE") ?? "");
  const file = disabled ? undefined : session.file(joinPath(folder, ".env"));
  return file === undefined ? [] : [file];
}

function own(record: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
