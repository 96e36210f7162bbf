/** The loading of a project: files and variables to the canonical form. */
import { BerthError } from "../errors";
import type { FileSource, LoadedProject, LoadOptions } from "./api";
import type { CanonicalProject, Json } from "./canonical";
import { type ContainerFilesContext, readContainerFiles } from "./container-files";
import { composeFiles, envFiles, projectFolder } from "./files";
import { projectPlace, withinProject } from "./inside-paths";
import { locateIn } from "./locate";
import { type Documents, ModelReader } from "./model";
import { normalize } from "./normalize";
import { holdsPassword, meantAsSecrets } from "./pass-through";
import { optionalVariables } from "./optional-variables";
import { folderOf } from "./paths";
import type { Problems } from "./problems";
import { projectName } from "./project-name";
import { compose } from "./schema/compose";
import { type Environment, Session } from "./session";
import {
  compareText,
  entry,
  isNull,
  type Mapping,
  mapEntries,
  type Node,
  scalar,
  sortedRecord,
  type SourceFile,
  textOf,
  withEntry,
} from "./tree";
import { isOverflow } from "./yaml";

/**
 * Reads a project as Compose does, without checking that what it refers to exists (`checkConsistency` does).
 *
 * @throws BerthError (project) with all problems that were found, each with its path and place
 */
export function loadCompose(files: FileSource, options: LoadOptions): LoadedProject {
  const source = new Source(files);
  return notTooDeep(() => {
    const { loaded, session, environment } = load(source, options);
    if (options.unset === "empty") return loaded;
    // Only a whole project shows which variables are its secrets; what is composed with one has to know it.
    const passThrough = passedThrough(loaded.canonical);
    const stored = options.stored ?? new Set();
    const empty = optionalVariables(loaded.canonical, new Set([...passThrough, ...stored]));
    if (passThrough.size === 0 && empty.size === 0) return loaded;
    const named = meantAsSecrets(passThrough, { texts: session.texts, environment, stored });
    let again = load(source, options, { secrets: named, empty });
    // Read with the names that are known, `.env` shows what is composed with them, and which URLs hold a password else.
    const urls = [...passThrough].filter((name) => holdsPassword(again.environment.get(name)));
    const secrets = new Set([...named, ...urls]);
    if (secrets.size > named.size) again = load(source, options, { secrets, empty });
    return {
      ...again.loaded,
      passThrough: [...passThrough, ...empty].filter((name) => !secrets.has(name)).sort(),
      secretVariables: [...passThrough].filter((name) => secrets.has(name)).sort(),
    };
  });
}

/**
 * The project's name, as {@link loadCompose} has it, by what names it alone: what else may be wrong in its files is nothing
 * to who asks for the name.
 *
 * @throws BerthError (project) where a file can't be read as YAML, or the name is none
 */
export function composeProjectName(files: FileSource, options: LoadOptions): string {
  return notTooDeep(() => {
    const { session, name } = open(new Source(files), options);
    session.problems.check();
    return name;
  });
}

function notTooDeep<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (isOverflow(error)) throw new BerthError("project", "the compose file is nested too deeply");
    throw error;
  }
}

/** The variables that a service takes from outside by their name alone. */
function passedThrough({ services }: CanonicalProject): ReadonlySet<string> {
  const variables = Object.values(services).flatMap(({ environment }) => Object.entries(environment ?? {}));
  return new Set(variables.flatMap(([name, value]) => (value === null ? [name] : [])));
}

interface Loaded {
  readonly loaded: LoadedProject;
  readonly session: Session;
  readonly environment: Environment;
}

interface KnownVariables {
  readonly secrets: ReadonlySet<string>;
  readonly empty: ReadonlySet<string>;
}

/** The files of a project, each read and parsed once: a load that goes on to another one found nothing wrong in them. */
class Source implements FileSource {
  readonly documents: Documents = new Map();
  readonly #texts = new Map<string, string | undefined>();

  constructor(private readonly files: FileSource) {}

  read(path: string): string | undefined {
    if (!this.#texts.has(path)) this.#texts.set(path, this.files.read(path));
    return this.#texts.get(path);
  }
}

/** The files of a project, and its name. Problems of the name are noted. */
interface Opened {
  readonly session: Session;
  readonly reader: ModelReader;
  readonly paths: readonly string[];
  readonly files: readonly SourceFile[];
  /** The project's, from the root. */
  readonly folder: string;
  readonly environment: Environment;
  readonly name: string;
}

/** @param known - what variables without a value are, once that is known */
function open(source: Source, options: LoadOptions, known?: KnownVariables): Opened {
  const session = new Session(source, options.unset, known?.secrets, known?.empty);
  const { problems } = session;
  const paths = composeFiles(session, options);
  const folder = projectFolder(options) ?? folderOf(paths[0] ?? ".");
  const place = folder === "." ? projectPlace : `${projectPlace}/${folder}`;
  const shell: Environment = new Map([
    ...Object.entries(options.environment),
    ...(options.unset === "secret" ? [["PWD", place] as const] : []),
  ]);
  const outside = session.environment(shell, envFiles(session, options, folder));
  const reader = new ModelReader(session, source.documents);
  const files = paths.flatMap((path) => session.composeFile(path) ?? []);
  problems.check();
  const name = projectName(session, options, { folder, environment: outside, files, reader });
  const environment: Environment = new Map([...outside, ["COMPOSE_PROJECT_NAME", name]]);
  return { session, reader, paths, files, folder, environment, name };
}

function load(source: Source, options: LoadOptions, known?: KnownVariables): Loaded {
  const { session, reader, paths, files, folder, environment, name } = open(source, options, known);
  const { problems } = session;
  const deployed = options.unset === "secret";
  const read = reader.read({ files: paths.map((path) => ({ path })), folder, environment, includedBy: [] });
  if (read.entries.size === 0)
    problems.add("the compose file is empty", { at: files[0] && { file: files[0], offset: 0 } });
  problems.check();
  const roots = [projectPlace, ...(options.root === undefined ? [] : [options.root])];
  const within = deployed ? withinProject(read, compose, folder, roots) : read;
  const normalised = normalize(within, name, {
    environment: (variable) => session.outside(environment, variable),
    args: (variable) => environment.get(variable),
  });
  const named = withEntry(normalised, "name", scalar(name, entry(read, "name")?.at));
  const { enabled, disabled, disabledNames } = split(named, profilesOf(options, environment));
  const resolved = resolveFiles(enabled, { session, folder, environment });
  const model = deployed ? withoutUnset(resolved, session) : resolved;
  emit(disabled, problems);
  const { canonical, extensions } = emit(model, problems);
  session.warnOfEmpty();
  problems.check();
  const loaded = {
    canonical,
    extensions,
    disabled: disabledNames,
    profiles: profileNames(named),
    files: session.composeFiles,
    folder,
    passThrough: [],
    secretVariables: [],
    warnings: problems.warnings,
    locate: (path: string) => locateIn(model, path) ?? files[0]?.locate(0),
  };
  return { loaded, session, environment };
}

/** Without the variables that are passed through, are no secrets, and are set nowhere: Docker leaves them out too. */
function withoutUnset(model: Mapping, session: Session): Mapping {
  const services = model.entries.get("services");
  if (services?.kind !== "map") return model;
  const left = new Map<string, string>();
  const kept = mapEntries(services, (service, name) => {
    const environment = entry(service, "environment");
    if (service.kind !== "map" || environment?.kind !== "map") return service;
    const given = mapEntries(environment, (value, variable) => {
      if (!isNull(value) || session.isSecret(variable)) return value;
      if (!left.has(variable)) left.set(variable, `services.${name}.environment`);
      return undefined;
    });
    return withEntry(service, "environment", given);
  });
  const [path] = left.values();
  if (path !== undefined) session.problems.warn(path, leftOut([...left.keys()]));
  return withEntry(model, "services", kept);
}

function leftOut(names: readonly string[]): string {
  const [first = "NAME"] = names;
  const are = names.length === 1 ? "is set nowhere and is" : "are set nowhere and are";
  return `${names.join(", ")} ${are} left out, as in Compose: berth secret set ${first} makes a secret of it, .env gives it a value`;
}

function profilesOf(options: LoadOptions, environment: Environment): ReadonlySet<string> {
  const given = options.profiles ?? [];
  const listed = (environment.get("COMPOSE_PROFILES") ?? "").split(",").map((profile) => profile.trim());
  return new Set(given.length > 0 ? given : listed);
}

/** Every profile that a service names, sorted. */
function profileNames(model: Mapping): readonly string[] {
  const services = entry(model, "services");
  if (services?.kind !== "map") return [];
  const names = [...services.entries.values()].flatMap((service) => {
    const declared = entry(service, "profiles");
    return declared?.kind === "list" ? declared.items.flatMap((item) => textOf(item) ?? []) : [];
  });
  return [...new Set(names)].sort(compareText);
}

interface Split {
  readonly enabled: Mapping;
  readonly disabled: Mapping;
  readonly disabledNames: readonly string[];
}

/** Parts the services, and jobs, that a profile enables, or that have none, from the others. */
function split(model: Mapping, profiles: ReadonlySet<string>): Split {
  const isEnabled = (node: Node): boolean => {
    const declared = entry(node, "profiles");
    if (declared?.kind !== "list" || declared.items.length === 0 || profiles.has("*")) return true;
    return declared.items.some((profile) => profiles.has(textOf(profile) ?? ""));
  };
  const parted = (wanted: boolean) =>
    ["services", "jobs"].reduce((result, key) => {
      const group = result.entries.get(key);
      if (group?.kind !== "map") return result;
      return withEntry(
        result,
        key,
        mapEntries(group, (node) => (isEnabled(node) === wanted ? node : undefined)),
      );
    }, model);
  const disabled = parted(false);
  const services = entry(disabled, "services");
  const disabledNames = services?.kind === "map" ? [...services.entries.keys()].sort(compareText) : [];
  return { enabled: parted(true), disabled, disabledNames };
}

function resolveFiles(model: Mapping, context: ContainerFilesContext): Mapping {
  const services = model.entries.get("services");
  if (services?.kind !== "map") return model;
  const read = mapEntries(services, (service, name) =>
    service.kind === "map" ? readContainerFiles(service, `services.${name}`, context) : service,
  );
  return withEntry(model, "services", read);
}

interface Emitted {
  readonly canonical: CanonicalProject;
  readonly extensions: ReadonlyMap<string, Readonly<Record<string, Json>>>;
}

function emit(model: Mapping, problems: Problems): Emitted {
  const extensions = new Map<string, Record<string, Json>>();
  const emitted = compose.emit(model, "", {
    problems,
    extension: (path, key, value) => {
      const known = extensions.get(path) ?? (Object.create(null) as Record<string, Json>);
      known[key] = value;
      extensions.set(path, known);
    },
  });
  const top = Object.entries({ ...(emitted as Record<string, Json>), ...extensions.get("") });
  extensions.delete("");
  // The shapes were made for these types; the corpus holds both to the reference.
  return { canonical: sortedRecord(top) as unknown as CanonicalProject, extensions };
}
