/** Compose files to one model: each interpolated, its includes and `extends` carried out, laid over those before it. */
import { promoteAliases } from "./aliases";
import { checkRules, fillDefaults } from "./defaults";
import { applyExtends, type ExtendsContext, extendedFile, type Scope, scopeOf } from "./extends";
import { applyIncludes, type ModelSource } from "./include";
import { interpolateTree } from "./interpolation";
import { attempt } from "./load-problem";
import { toLongForm } from "./long-form";
import { enforceUnique, mergeProjects } from "./merge";
import { resolveVariables } from "./normalize";
import { folderOf } from "./paths";
import type { ProblemDetails } from "./problems";
import { resolvePaths } from "./relative-paths";
import { compose } from "./schema/compose";
import { validate } from "./schema/validate";
import { environmentKey, type Session } from "./session";
import {
  entry,
  list,
  type Mapping,
  mapEntries,
  mapping,
  type Node,
  type SourceFile,
  textOf,
  withEntry,
} from "./tree";
import { applyResets, type Resets } from "./resets";
import { readYaml, type YamlDocument } from "./yaml";

/** The documents of a source's files, by their paths. */
export type Documents = Map<string, readonly YamlDocument[]>;

/** Reads models, each file of the same source once. */
export class ModelReader {
  readonly #models = new Map<string, Mapping>();

  /** @param known - what was read before, of the same source; what it reads is added */
  constructor(
    private readonly session: Session,
    private readonly known: Documents,
  ) {}

  /** The documents of a file. */
  documents(file: SourceFile): readonly YamlDocument[] {
    const documents = this.known.get(file.path) ?? readYaml(file, this.session.problems);
    this.known.set(file.path, documents);
    return documents;
  }

  /** The model of a project's files, or of an included project's. */
  read(source: ModelSource): Mapping {
    const key = JSON.stringify([
      source.files.map(({ path }) => path),
      source.folder,
      environmentKey(source.environment),
    ]);
    const known = this.#models.get(key);
    if (known !== undefined) return known;
    const scopes = new Map<string, Scope | undefined>();
    let model = mapping([]);
    for (const { path, at } of source.files) {
      const file = this.session.composeFile(path, {
        at,
        ...(source.includedBy.length === 0 ? {} : beside("include")),
      });
      if (file !== undefined) model = this.#layOver(model, file, source, scopes);
    }
    this.session.problems.check();
    const filled = fillDefaults(model, compose);
    checkRules(filled, compose, this.session.problems);
    const resolved = filled.kind === "map" ? resolveEnvironment(filled, source, this.session) : mapping([]);
    this.#models.set(key, resolved);
    return resolved;
  }

  #layOver(
    base: Mapping,
    file: SourceFile,
    source: ModelSource,
    scopes: Map<string, Scope | undefined>,
  ): Mapping {
    const { problems } = this.session;
    const includedBy = [...source.includedBy, file.path];
    let model = base;
    for (const document of this.documents(file)) {
      const root = this.#interpolated(document.root, file, source);
      const included = applyIncludes(root, document.resets, { ...source, includedBy }, this.session, (next) =>
        this.read(next),
      );
      const extending = applyExtends(
        included,
        file.path,
        document.resets,
        this.#extendsContext(source, scopes),
      );
      const cleared = applyResets(model, document.resets);
      const merged = enforceUnique(attempt(problems, () => mergeProjects(cleared, extending), extending));
      validate(merged, compose, "", problems);
      if (entry(merged, "version") !== undefined) {
        problems.warn("version", `${file.path}: version is obsolete and has no meaning; it can be removed`);
      }
      model = asMapping(this.#canonical(without(merged, "version")));
    }
    return model;
  }

  #interpolated(root: Node, file: SourceFile, source: ModelSource): Mapping {
    const { problems } = this.session;
    if (root.kind !== "map") {
      problems.add("a compose file is a mapping, with services: at its top", { at: { file, offset: 0 } });
      return mapping([]);
    }
    const interpolated = interpolateTree(root, this.session.variables(source.environment), problems);
    return asMapping(attempt(problems, () => promoteAliases(interpolated), interpolated));
  }

  #canonical(node: Node): Node {
    return enforceUnique(withoutEmptyDns(toLongForm(node, compose, this.session.problems)));
  }

  #extendsContext(source: ModelSource, scopes: Map<string, Scope | undefined>): ExtendsContext {
    const context = { problems: this.session.problems, folder: source.folder };
    return {
      ...context,
      otherFile: (path, at, from) => {
        if (!scopes.has(path)) {
          scopes.set(
            path,
            this.#extendedScope(extendedFile(context, path), folderOf(path), source, at, from),
          );
        }
        return scopes.get(path);
      },
    };
  }

  /** The services of a file that is extended: its own includes and `extends` are left as they are. */
  #extendedScope(
    path: string,
    folder: string,
    source: ModelSource,
    at: Node,
    from: string,
  ): Scope | undefined {
    const file = this.session.composeFile(path, { ...beside("extends"), path: from, at });
    if (file === undefined) return undefined;
    let model: Node = mapping([]);
    let resets: Resets = new Map();
    for (const document of this.documents(file)) {
      const root = this.#interpolated(document.root, file, source);
      const cleared = applyResets(model, document.resets);
      const merged = attempt(this.session.problems, () => mergeProjects(cleared, root), root);
      model = this.#canonical(enforceUnique(merged));
      resets = document.resets;
    }
    const resolved = resolvePaths(model, compose, folder);
    return attempt(
      this.session.problems,
      () => scopeOf(file.path, resolved, resets, { path: from, at }),
      undefined,
    );
  }
}

/** What is said of a file that another file names, and that isn't there. */
function beside(key: string): ProblemDetails {
  return { path: key, hint: `a path under ${key} is seen from the folder of the file that has it` };
}

function asMapping(node: Node): Mapping {
  return node.kind === "map" ? node : mapping([], node.at);
}

function without(node: Node, key: string): Node {
  return node.kind === "map" ? mapEntries(node, (value, name) => (name === key ? undefined : value)) : node;
}

/** Variables given as a bare name in a list take their value from the environment of the file's own project. */
function resolveEnvironment(model: Mapping, source: ModelSource, session: Session): Mapping {
  let result = model;
  for (const key of ["services", "jobs"]) {
    result = changeServices(result, key, "environment", (environment) =>
      environment.kind === "list"
        ? resolveVariables(environment, (name) => session.outside(source.environment, name), true)
        : environment,
    );
  }
  return result;
}

/** An empty name server, as an unset variable leaves it, is none. */
function withoutEmptyDns(model: Node): Node {
  if (model.kind !== "map") return model;
  return ["services", "jobs"].reduce(
    (result, key) =>
      changeServices(result, key, "dns", (dns) =>
        dns.kind === "list"
          ? list(
              dns.items.filter((item) => textOf(item) !== ""),
              dns.at,
            )
          : dns,
      ),
    model,
  );
}

function changeServices(model: Mapping, group: string, key: string, change: (value: Node) => Node): Mapping {
  const services = model.entries.get(group);
  if (services?.kind !== "map") return model;
  return withEntry(
    model,
    group,
    mapEntries(services, (service) => {
      const value = entry(service, key);
      return service.kind === "map" && value !== undefined ? withEntry(service, key, change(value)) : service;
    }),
  );
}
