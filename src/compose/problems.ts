/** The problems and warnings that one load gathers. */
import { BerthError, type Problem, type SourceLocation, type Warning } from "../errors";
import { readable } from "./secret-marker";
import type { Node, Place } from "./tree";

/** What is said of a problem beside its message. */
export interface ProblemDetails {
  readonly path?: string;
  readonly hint?: string | undefined;
  /** The node at fault, or its place. */
  readonly at?: Node | Place | undefined;
  /** The line may hold a secret: it is not shown. */
  readonly secretive?: boolean | undefined;
  /** What is wrong at the place, whatever the path: an anchor's fault is reported once, not for each of its aliases. */
  readonly fault?: string;
}

/** A list that ends nowhere helps nobody: later problems are counted, not listed. */
const limit = 100;

/** Gathers problems, so that all are reported at once. */
export class Problems {
  readonly #list: Problem[] = [];
  readonly #seen = new Set<string>();
  readonly #warnings = new Map<string, Warning>();
  #dropped = 0;

  /** Notes a problem; one that was noted before is not reported twice. */
  add(message: string, details: ProblemDetails = {}): void {
    const found = locationOf(details.at);
    const location = details.secretive === true && found !== undefined ? withoutText(found) : found;
    const what = details.fault ?? [details.path, message];
    const key = JSON.stringify([what, location?.file, location?.line, location?.column]);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    if (this.#list.length >= limit) {
      this.#dropped += 1;
      return;
    }
    this.#list.push({
      message: readable(message),
      ...(details.path === undefined || details.path === "" ? {} : { path: readable(details.path) }),
      ...(details.hint === undefined ? {} : { hint: readable(details.hint) }),
      ...(location === undefined ? {} : { location }),
    });
  }

  warn(path: string, message: string): void {
    this.#warnings.set(`${path}\n${message}`, { path: readable(path), message: readable(message) });
  }

  get warnings(): readonly Warning[] {
    return [...this.#warnings.values()];
  }

  get size(): number {
    return this.#list.length;
  }

  /** @throws BerthError (project) with every problem noted so far, where there is one */
  check(): void {
    if (this.#list.length === 0) return;
    const rest = this.#dropped === 0 ? [] : [{ message: `and ${this.#dropped} more problems` }];
    throw new BerthError("project", [...this.#list, ...rest]);
  }

  /** Notes a problem after which nothing can be read on. */
  fail(message: string, details: ProblemDetails = {}): never {
    this.add(message, details);
    this.check();
    throw new BerthError("project", message);
  }
}

/** The location without its line, which may hold a secret. */
export function withoutText({ file, line, column }: SourceLocation): SourceLocation {
  return { file, line, column };
}

function locationOf(at: Node | Place | undefined): SourceLocation | undefined {
  const place = at !== undefined && "kind" in at ? at.at : at;
  return place?.file.locate(place.offset);
}
