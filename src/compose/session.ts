/** What one load shares: the files, the variables, the problems. */
import { secretMarker } from "./secret-marker";
import type { FileSource } from "./api";
import { readDotenv } from "./dotenv";
import type { TreeVariables } from "./interpolation";
import { composeNames } from "./place/names";
import { cleanPath, folderOf, joinPath, leaves } from "./paths";
import { type ProblemDetails, Problems } from "./problems";
import { compareText, SourceFile } from "./tree";

/** The variables of a project, or of an included one. */
export type Environment = ReadonlyMap<string, string>;

export class Session {
  readonly problems = new Problems();
  readonly #files = new Map<string, SourceFile | undefined>();
  readonly #composeFiles = new Set<string>();
  readonly #unset = new Set<string>();
  readonly #emptyAt = new Map<string, string>();

  constructor(
    private readonly source: FileSource,
    private readonly unsetMode: "empty" | "secret",
    /**
     * Variables that are secrets of the project, whatever the shell or `.env` says of them. Absent while nobody knows:
     * then every variable that is passed through by its name alone counts as one.
     */
    private readonly secrets?: ReadonlySet<string>,
    /** Variables that are set nowhere and are empty, as in Compose. */
    private readonly empty: ReadonlySet<string> = new Set(),
  ) {}

  /** The texts of the compose files that were read. */
  get texts(): readonly string[] {
    return this.composeFiles.flatMap((path) => this.#files.get(path)?.text ?? []);
  }

  /** Whether a container's variable without a value stays one: it is a secret, or nobody knows better. */
  isSecret(name: string): boolean {
    return this.secrets?.has(name) ?? true;
  }

  /** A file of the project by its path from the root; undefined where there is none. */
  file(path: string): SourceFile | undefined {
    const clean = cleanPath(path);
    if (leaves(clean)) return undefined;
    if (!this.#files.has(clean)) {
      const text = this.source.read(clean);
      this.#files.set(clean, text === undefined ? undefined : new SourceFile(clean, text));
    }
    return this.#files.get(clean);
  }

  /** A file that has to be there. */
  required(path: string, what: string, details: ProblemDetails = {}): SourceFile | undefined {
    const file = this.file(path);
    if (file === undefined) {
      const hint = leaves(path)
        ? "it is outside of the project's folder: copy it there, and name the copy"
        : details.hint;
      this.problems.add(`there is no ${what} ${JSON.stringify(cleanPath(path))}`, { ...details, hint });
    }
    return file;
  }

  /** As {@link Session.required}, noted as a compose file that was read. */
  composeFile(path: string, details: ProblemDetails = {}): SourceFile | undefined {
    const file = this.required(path, "compose file", { hint: this.#beside(path), ...details });
    if (file !== undefined) this.#composeFiles.add(file.path);
    return file;
  }

  /** The compose file that may be meant by one that isn't there. */
  #beside(path: string): string {
    const folder = folderOf(path);
    const there = composeNames.find((name) => this.file(joinPath(folder, name)) !== undefined);
    return there === undefined
      ? "a path is seen from the folder where the command runs; without -f the compose file is looked for"
      : `there is ${joinPath(folder, there)}, which is read without -f`;
  }

  /** The compose files that were read, in order. */
  get composeFiles(): readonly string[] {
    return [...this.#composeFiles];
  }

  /** What `${name}` expands to. */
  value(environment: Environment, name: string): string | undefined {
    return this.secrets?.has(name) === true ? secretMarker(name) : environment.get(name);
  }

  /**
   * What a container's variable without a value takes from outside. A secret takes nothing: a deployment has it from
   * Parameter Store, never from whoever starts the deployment.
   */
  outside(environment: Environment, name: string): string | undefined {
    return this.unsetMode === "secret" && this.isSecret(name) ? undefined : environment.get(name);
  }

  /** Looks up the variables of an environment for a tree. */
  variables(environment: Environment): TreeVariables {
    return {
      get: (name) => this.value(environment, name),
      unset: (name, path) => this.unset(name, path),
    };
  }

  /** What replaces a variable that is not set. */
  unset(name: string, path: string): string {
    if (this.empty.has(name)) this.#emptyAt.set(name, this.#emptyAt.get(name) ?? path);
    else if (this.unsetMode === "secret") return secretMarker(name);
    if (this.unsetMode === "secret") return "";
    if (!this.#unset.has(name)) {
      this.#unset.add(name);
      this.problems.warn(path, `the variable ${name} is not set and has no default: an empty text is used`);
    }
    return "";
  }

  /** One line for the variables that are empty. */
  warnOfEmpty(): void {
    const [path] = this.#emptyAt.values();
    if (path !== undefined) this.problems.warn(path, emptyWords([...this.#emptyAt.keys()]));
  }

  /** The variables of env files laid under those that are set already. */
  environment(set: Environment, files: readonly SourceFile[]): Environment {
    const read = new Map<string, string>();
    for (const file of files) {
      readDotenv(file, read, {
        outside: (name) => this.value(set, name),
        unset: (name) => this.unset(name, file.path),
        problems: this.problems,
      });
    }
    return new Map([...read, ...set]);
  }
}

function emptyWords(names: readonly string[]): string {
  const [first = "NAME"] = names;
  const are = names.length === 1 ? "is set nowhere and is" : "are set nowhere and are";
  return `${names.join(", ")} ${are} empty, as in Compose: berth secret set ${first} makes a secret of it, .env gives it a value`;
}

/** A text that is the same for the same variables. */
export function environmentKey(environment: Environment): string {
  return JSON.stringify([...environment].sort(([a], [b]) => compareText(a, b)));
}
