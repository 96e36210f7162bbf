/** The project's name: given, from `COMPOSE_PROJECT_NAME`, from `name:`, or the folder's (Compose Specification, "name"). */
import type { LoadOptions } from "./api";
import { interpolateAt } from "./interpolation";
import type { ModelReader } from "./model";
import type { Environment, Session } from "./session";
import { TemplateError } from "./template";
import { entry, type Node, type SourceFile, textOf } from "./tree";

/** A name as Compose makes it of any text: lower case, letters, digits, `_` and `-`, a letter or digit first. */
export function normalizeProjectName(name: string): string {
  return (name.toLowerCase().match(/[a-z0-9_-]/g) ?? []).join("").replace(/^[_-]+/, "");
}

/** What a project is named by. */
interface Named {
  /** The project's, from the root. */
  readonly folder: string;
  readonly environment: Environment;
  readonly files: readonly SourceFile[];
  readonly reader: ModelReader;
}

/** The project's name; problems are noted. */
export function projectName(
  session: Session,
  options: LoadOptions,
  { folder, environment, files, reader }: Named,
): string {
  const explicit = options.projectName ?? environment.get("COMPOSE_PROJECT_NAME");
  if (explicit !== undefined && explicit !== "") {
    if (normalizeProjectName(explicit) !== explicit)
      refuse(session, explicit, options.projectName === undefined);
    return explicit;
  }
  const named = files.flatMap((file) => reader.documents(file)).flatMap(({ root }) => nameIn(root));
  const node = named.at(-1);
  const written = textOf(node);
  if (node === undefined || written === undefined) {
    return fromDirectory(session, folder === "." ? options.directoryName : (folder.split("/").at(-1) ?? ""));
  }
  const name = normalizeProjectName(interpolated(session, written, environment, node));
  if (name === "") {
    session.problems.add(`${JSON.stringify(written)} leaves no name`, { path: "name", at: node, hint: rule });
  }
  return name;
}

const rule = "use lower-case letters, digits, - and _, a letter or digit first";

function refuse(session: Session, name: string, fromEnvironment: boolean): void {
  session.problems.add(`${JSON.stringify(name)} is no name of a project`, {
    path: fromEnvironment ? "COMPOSE_PROJECT_NAME" : "project name",
    hint: rule,
  });
}

function nameIn(root: Node): readonly Node[] {
  const name = entry(root, "name");
  const text = textOf(name);
  return name === undefined || text === undefined || text === "" ? [] : [name];
}

function interpolated(session: Session, text: string, environment: Environment, at: Node): string {
  try {
    return interpolateAt(text, "name", session.variables(environment));
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    session.problems.add(error.message, { path: "name", at, hint: error.hint });
    return text;
  }
}

function fromDirectory(session: Session, directory: string): string {
  const name = normalizeProjectName(directory);
  if (name === "")
    session.problems.add("the project has no name", { path: "name", hint: "write name: at the top" });
  return name;
}
