/** `extends`: a service that begins as another one, of the same file or another (Compose Specification, "extends"). */
import { didYouMean } from "../nearest";
import { attempt, LoadProblem } from "./load-problem";
import { mergeServices } from "./merge";
import { joinPath } from "./paths";
import type { ProblemDetails, Problems } from "./problems";
import { entry, type Mapping, mapping, type Node, textOf, withEntry } from "./tree";
import { applyResets, type Resets, resetsAt } from "./resets";

/** The services that a name is looked up in: those of one file. */
export interface Scope {
  /** The file's path from the root. */
  readonly file: string;
  readonly services: Mapping;
  readonly resets: Resets;
}

export interface ExtendsContext {
  readonly problems: Problems;
  /** The folder, from the root, that paths of the model are seen from. */
  readonly folder: string;
  /** The services of another file, their paths seen from the model's folder; undefined where it cannot be read. */
  readonly otherFile: (path: string, at: Node, from: string) => Scope | undefined;
}

/** A chain that nobody writes; each link of it costs stack. */
const longestChain = 200;

/** The model with every `extends` of its services and jobs carried out. */
export function applyExtends(model: Mapping, file: string, resets: Resets, context: ExtendsContext): Mapping {
  let result = model;
  for (const key of ["services", "jobs"]) {
    const group = result.entries.get(key);
    if (group?.kind !== "map") continue;
    const resolver = new Resolver({ file, services: group, resets }, context, key);
    result = withEntry(result, key, resolver.all());
  }
  return result;
}

class Resolver {
  readonly #resolved = new Map<Scope, Map<string, Node>>();

  constructor(
    private readonly scope: Scope,
    private readonly context: ExtendsContext,
    private readonly key: string,
  ) {}

  all(): Mapping {
    const services = [...this.scope.services.entries.keys()].map(
      (name) => [name, this.#resolve(name, this.scope, [])] as const,
    );
    return mapping(services, this.scope.services.at);
  }

  #resolve(name: string, scope: Scope, chain: readonly string[]): Node {
    const known = this.#resolved.get(scope) ?? new Map<string, Node>();
    this.#resolved.set(scope, known);
    const done = known.get(name);
    if (done !== undefined) return done;
    const resolved = this.#extend(name, scope, chain);
    known.set(name, resolved);
    return resolved;
  }

  #extend(name: string, scope: Scope, chain: readonly string[]): Node {
    const service = scope.services.entries.get(name) ?? mapping([]);
    const extended = entry(service, "extends");
    if (service.kind !== "map" || extended === undefined) return service;
    const own = withoutExtends(service);
    const path = `${this.key}.${name}.extends`;
    const link = `${name} in ${scope.file}`;
    if (!this.#mayGoOn(link, chain, path, extended)) return own;
    const target = textOf(extended) ?? textOf(entry(extended, "service"));
    if (target === undefined) return service;
    const file = entry(extended, "file");
    const from = file === undefined ? scope : this.context.otherFile(textOf(file) ?? "", file, path);
    if (from === undefined) return own;
    if (!from.services.entries.has(target)) {
      this.#unknown(target, from, path, extended);
      return own;
    }
    const base = this.#resolve(target, from, [...chain, link]);
    if (base.kind !== "map") return own;
    const cleared = applyResets(base, resetsAt(scope.resets, this.key, name));
    return attempt(this.context.problems, () => mergeServices(cleared, own, `${this.key}.${name}`), own);
  }

  #mayGoOn(link: string, chain: readonly string[], path: string, at: Node): boolean {
    const start = chain.indexOf(link);
    if (start >= 0) {
      const cycle = [...chain.slice(start), link].join(" -> ");
      const hint = "remove one of these extends";
      this.context.problems.add(`services extend each other in a circle: ${cycle}`, { path, at, hint });
      return false;
    }
    if (chain.length < longestChain) return true;
    this.context.problems.add(`more than ${longestChain} services extend each other in a row`, { path, at });
    return false;
  }

  #unknown(target: string, from: Scope, path: string, at: Node): void {
    this.context.problems.add(`there is no service ${JSON.stringify(target)} in ${from.file} to extend`, {
      path,
      at,
      hint: didYouMean(target, [...from.services.entries.keys()], undefined, JSON.stringify),
    });
  }
}

function withoutExtends(service: Mapping): Mapping {
  const entries = new Map(service.entries);
  entries.delete("extends");
  return { ...service, entries };
}

/** The path from the root of a file named in `extends`. */
export function extendedFile(context: Pick<ExtendsContext, "folder">, path: string): string {
  return joinPath(context.folder, path);
}

/** The services of a file that others extend. @param asked - where `extends` names the file */
export function scopeOf(file: string, model: Node, resets: Resets, asked: ProblemDetails): Scope {
  const services = entry(model, "services");
  if (services?.kind !== "map") throw new LoadProblem(`${file} has no services to extend`, asked);
  return { file, services, resets };
}
