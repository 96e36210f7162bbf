/** What goes into the loader and what comes out of it. */
import type { SourceLocation, Warning } from "../errors";
import type { CanonicalProject, Json } from "./canonical";

/** The files of a project by path relative to the project's root, `/`-separated, normalised. */
export interface FileSource {
  /** The text of a file; undefined where there is none. Throws nothing. */
  read(path: string): string | undefined;
}

export interface LoadOptions {
  /**
   * `-f`, in order, relative to the root.
   * @default the one file that Compose would find (`compose.yaml`, `compose.yml`, `docker-compose.yml`,
   * `docker-compose.yaml`), and the override file beside it
   */
  readonly files?: readonly string[];
  /**
   * `--project-directory`, relative to the root: relative paths are seen from it, `.env` is read there, and where no file
   * is named it is looked for there.
   * @default the folder of the first file
   */
  readonly projectFolder?: string;
  /** Wins over `COMPOSE_PROJECT_NAME` and `name:`. */
  readonly projectName?: string;
  /** The folder's name: the last resort of the project name, normalised as Compose does. */
  readonly directoryName: string;
  /** The shell's variables: for interpolation, `COMPOSE_PROFILES` and the other variables of Compose. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * `--env-file`, in order; an empty list for none.
   * @default `.env` at the root where there is one, unless `COMPOSE_DISABLE_ENV_FILE` is true
   */
  readonly envFiles?: readonly string[];
  /**
   * `--profile`.
   * @default `COMPOSE_PROFILES`, split at commas
   */
  readonly profiles?: readonly string[];
  /** What a variable becomes that is set nowhere and has no default: nothing, with a warning, or a secret's mark. */
  readonly unset: "empty" | "secret";
  /** Where the root is, absolute: absolute paths below it are the project's. @default nobody knows */
  readonly root?: string;
  /** Names that Parameter Store has for the stack: secrets of a deployment, whatever else says of them. @default none */
  readonly stored?: ReadonlySet<string>;
}

export interface LoadedProject {
  readonly canonical: CanonicalProject;
  /**
   * The extensions (`x-*`) below the top level, which the canonical form drops, by the path of the mapping that
   * holds them: `services.db` -> `{"x-postgres": true}`.
   */
  readonly extensions: ReadonlyMap<string, Readonly<Record<string, Json>>>;
  /** Services that no active profile enables, sorted. */
  readonly disabled: readonly string[];
  /** The profiles that services name, enabled or not, sorted. */
  readonly profiles: readonly string[];
  /** Compose files that were read, in order, each once. */
  readonly files: readonly string[];
  /** The folder, from the root, that the paths of the canonical form are seen from: `.` but for `-f FOLDER/FILE`. */
  readonly folder: string;
  /** Variables of a deployment that services take by their name alone, or without a default, and that are no secrets, sorted. */
  readonly passThrough: readonly string[];
  /** Variables of a deployment that services take by their name alone and that are secrets, sorted. */
  readonly secretVariables: readonly string[];
  readonly warnings: readonly Warning[];
  /** Where a canonical path such as `services.api.ports[0]` was written: it, or the nearest ancestor that is known. */
  locate(path: string): SourceLocation | undefined;
}
