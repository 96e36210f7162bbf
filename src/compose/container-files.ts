/** `env_file` and `label_file`: their variables become part of the service's. */
import { readDotenv } from "./dotenv";
import { joinPath } from "./paths";
import { checkNames, textEntries } from "./schema/collections";
import type { Environment, Session } from "./session";
import {
  entry,
  isNull,
  list,
  type Mapping,
  mapping,
  movedTo,
  type Node,
  scalar,
  type SourceFile,
  textOf,
  withEntry,
} from "./tree";

/** What the files are read with. */
export interface ContainerFilesContext {
  readonly session: Session;
  /** The folder, from the root, that the files' paths are seen from. */
  readonly folder: string;
  readonly environment: Environment;
}

/** The service, its hooks too, with the variables and labels of the files that it names. */
export function readContainerFiles(service: Mapping, path: string, context: ContainerFilesContext): Mapping {
  const own = readLabels(readEnvironment(service, path, context), path, context);
  const hooks = own.entries.get("pre_start");
  if (hooks?.kind !== "list") return own;
  const read = hooks.items.map((hook, index) =>
    hook.kind === "map" ? readContainerFiles(hook, `${path}.pre_start[${index}]`, context) : hook,
  );
  return withEntry(own, "pre_start", list(read, hooks.at));
}

type Entry = readonly [string, Node];

/** Entries in either form as nodes of their own, each where it was written. */
function entriesOf(node: Node | undefined): readonly Entry[] {
  if (node === undefined) return [];
  return textEntries(node).map(([key, value, at]) => [key, movedTo(scalar(value), at.at)]);
}

function readEnvironment(service: Mapping, path: string, context: ContainerFilesContext): Mapping {
  const declared = service.entries.get("environment");
  if (declared !== undefined) checkNames(declared, `${path}.environment`, context.session.problems);
  const own = new Map(
    entriesOf(declared).map(([key, value]): Entry => {
      const outside = isNull(value) ? context.session.outside(context.environment, key) : undefined;
      return [key, outside === undefined ? value : scalar(outside, value.at)];
    }),
  );
  const given = new Map(
    [...own].flatMap(([key, value]) =>
      value.kind === "scalar" && !isNull(value) ? [[key, value.text] as const] : [],
    ),
  );
  const outside = (name: string) => context.session.value(context.environment, name) ?? given.get(name);
  const files = entry(service, "env_file");
  if (files?.kind !== "list")
    return declared === undefined ? service : withEntry(service, "environment", mapping(own, declared.at));
  const variables = new Map(given);
  for (const [index, item] of files.items.entries())
    readEnvFile(item, `${path}.env_file[${index}]`, variables, outside, context);
  const read = [...variables].map(([key, value]): Entry => [key, scalar(value, files.at)]);
  return withEntry(service, "environment", mapping([...read, ...own], declared?.at ?? files.at));
}

function readEnvFile(
  item: Node,
  path: string,
  into: Map<string, string>,
  outside: (name: string) => string | undefined,
  context: ContainerFilesContext,
): void {
  const name = textOf(entry(item, "path")) ?? "";
  const required = entry(item, "required");
  const isOptional = required?.kind === "scalar" && required.value === false;
  const location = joinPath(context.folder, name);
  const { session } = context;
  const file = isOptional
    ? session.file(location)
    : session.required(location, "env file", { path, at: item, hint: "add it, or say required: false" });
  if (file === undefined) return;
  const format = entry(item, "format");
  if (textOf(format) === "raw") {
    for (const [key, value] of rawLines(file)) into.set(key, value);
  } else if (format !== undefined && textOf(format) !== "") {
    session.problems.add(`unknown format ${JSON.stringify(textOf(format))}`, {
      path: `${path}.format`,
      at: format,
      hint: "the formats are raw, and the one without a name",
    });
  } else {
    read(file, into, outside, session);
  }
}

function read(
  file: SourceFile,
  into: Map<string, string>,
  outside: (name: string) => string | undefined,
  session: Session,
): void {
  readDotenv(file, into, {
    outside,
    unset: (name) => session.unset(name, file.path),
    problems: session.problems,
  });
}

/** `format: raw`: each line is a variable, its value unchanged. */
function rawLines(file: SourceFile): readonly (readonly [string, string])[] {
  return file.text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .flatMap((line) => {
      const at = line.indexOf("=");
      return at <= 0 || line.startsWith("#") ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    });
}

function readLabels(service: Mapping, path: string, { session, folder }: ContainerFilesContext): Mapping {
  const files = entry(service, "label_file");
  if (files?.kind !== "list" || files.items.length === 0) return service;
  const labels = new Map<string, string>();
  for (const [index, item] of files.items.entries()) {
    const location = joinPath(folder, textOf(item) ?? "");
    const file = session.required(location, "label file", { path: `${path}.label_file[${index}]`, at: item });
    const before = new Map(labels);
    if (file !== undefined) read(file, labels, (name) => before.get(name), session);
  }
  const declared = service.entries.get("labels");
  const own = entriesOf(declared).map(([key, value]): Entry => [
    key,
    isNull(value) ? scalar("", value.at) : value,
  ]);
  const fromFiles = [...labels].map(([key, value]): Entry => [key, scalar(value, files.at)]);
  return withEntry(service, "labels", mapping([...fromFiles, ...own], declared?.at ?? files.at));
}
