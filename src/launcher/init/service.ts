/** What `berth init` writes into a compose file, before it is text. */

/** One service, as far as `init` knows its keys; in the order in which they are written. */
export interface InitService {
  readonly image?: string;
  readonly build?: string | Readonly<Record<string, unknown>>;
  readonly "x-build"?: "auto";
  readonly command?: string | readonly string[];
  readonly entrypoint?: string | readonly string[];
  readonly ports?: readonly string[];
  readonly expose?: readonly string[];
  /** A variable without a value is a secret, or taken from the shell. */
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly [key: string]: unknown;
}

/** A compose file to be written. */
export interface InitProject {
  readonly name: string;
  readonly services: Readonly<Record<string, InitService>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
}

/** What was found out of a folder or of another tool's files. */
export interface Drafted {
  readonly project: InitProject;
  /** Files besides the compose file, by path from the folder: those that are there already are left as they are. */
  readonly files: Readonly<Record<string, string>>;
  /** What was decided, or could not be carried over: a line each. */
  readonly notes: readonly string[];
}
