/**
 * The error union of Berth and the exit code of each kind (docs/design.md, Contracts).
 *
 * Everything that a user can cause is a {@link BerthError}; anything else that reaches `main` is a bug of ours.
 */

/** What went wrong, by whose hand it can be put right. */
export type ErrorKind =
  "bug" | "usage" | "project" | "build" | "deployment" | "locked" | "timeout" | "cancelled";

/** Where in a file a problem is; lines and columns count from 1. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The text of that line, to be shown under the message. */
  readonly text?: string;
}

/** One thing that is wrong, reported so that it can be put right without reading our code. */
export interface Problem {
  /** The variable, option, compose path (`services.api.ports[0]`) or archive entry at fault. */
  readonly path?: string;
  /** What is wrong, with the value in it (never a secret's). */
  readonly message: string;
  /** What to write or do instead. */
  readonly hint?: string;
  readonly location?: SourceLocation;
}

const exitCodes: Readonly<Record<ErrorKind, number>> = {
  bug: 1,
  usage: 2,
  project: 3,
  build: 4,
  deployment: 5,
  locked: 6,
  timeout: 124,
  cancelled: 128,
};

const signalNumbers: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

const brand = Symbol.for("berth.BerthError");

/** Frames of a BerthError's stack trace where other errors take none (`engine/stack-traces.ts`): V8's own limit. */
const ownFrames = 10;

/** An error with a kind, all of its problems at once, and the signal's name where a signal caused it. */
export class BerthError extends Error {
  /** The built program is several bundles, each with its own copy of this class: one brand makes them one type. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && brand in value;
  }

  readonly [brand] = true;
  override readonly name = "BerthError";
  readonly problems: readonly Problem[];
  readonly signal?: NodeJS.Signals;

  constructor(
    readonly kind: ErrorKind,
    problems: string | Problem | readonly Problem[],
    options: { readonly cause?: unknown; readonly signal?: NodeJS.Signals } = {},
  ) {
    const list = typeof problems === "string" ? [{ message: problems }] : [problems].flat();
    super(list.map(describe).join("\n"), options.cause === undefined ? undefined : { cause: options.cause });
    this.problems = list;
    if (options.signal !== undefined) this.signal = options.signal;
    if (Error.stackTraceLimit === 0) takeStackTrace(this);
  }
}

/** Takes a stack trace of an error whose constructor could not. */
function takeStackTrace(error: BerthError): void {
  Error.stackTraceLimit = ownFrames;
  Error.captureStackTrace(error, BerthError);
  Error.stackTraceLimit = 0;
}

/** One line for a problem: `file:line:column: path: message (hint)`. */
export function describe(problem: Problem): string {
  const at = problem.location;
  const where = at === undefined ? "" : `${at.file}:${at.line}:${at.column}: `;
  const path = problem.path === undefined || problem.path === "" ? "" : `${problem.path}: `;
  const hint = problem.hint === undefined ? "" : ` (${problem.hint})`;
  return `${where}${path}${problem.message}${hint}`;
}

/** The exit code of whatever was thrown: the contract's table, 1 for what is not ours, 128+n for signal n. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof BerthError)) return exitCodes.bug;
  if (error.kind === "cancelled") return 128 + (signalNumbers[error.signal ?? "SIGINT"] ?? 2);
  return exitCodes[error.kind];
}

/** The message of anything thrown, for a sentence that quotes it. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a run that was ended early failed of: the reason that its signal was aborted with, whatever it met then. */
export function endedError({ reason }: AbortSignal, error: unknown): BerthError {
  const why: BerthError =
    reason instanceof BerthError ? reason : new BerthError("cancelled", "The run was ended");
  if (error === why || (error instanceof BerthError && error.kind === "cancelled")) return why;
  return new BerthError(why.kind, [...why.problems, { message: messageOf(error) }], {
    cause: error,
    ...(why.signal === undefined ? {} : { signal: why.signal }),
  });
}

/** What a person can do about a code of the file system (errno(3)). */
const fileHints: Readonly<Record<string, string>> = {
  ENOSPC: "make room, and run again: what was written before is whole",
  EDQUOT: "make room, and run again: what was written before is whole",
  EACCES: "name a directory that this user may read and write",
  EPERM: "name a directory that this user may read and write",
  EROFS: "name a directory that can be written",
};

/** A file of this machine that can't be read or written; a BerthError, and what the file system did not say, pass through. */
export function fileError(path: string, error: unknown): unknown {
  if (error instanceof BerthError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code !== "string" || !/^E[A-Z]+$/.test(code)) return error;
  const hint = fileHints[code];
  // Node's own words name the call and the file once more: "ENOSPC: no space left on device, write".
  const words = messageOf(error).replace(/, [a-z]+( '.*)?$/, "");
  return new BerthError(
    "deployment",
    { path, message: words, ...(hint === undefined ? {} : { hint }) },
    { cause: error },
  );
}

/**
 * The end of a switch that has to answer for every case: a case that has no answer doesn't compile.
 *
 * @throws Error always: a value of another type came in from outside
 */
export function assertNever(value: never): never {
  throw new Error(`Nothing answers for ${JSON.stringify(value)}.`);
}

/** A warning that the user reads: never silence. */
export interface Warning {
  readonly path: string;
  readonly message: string;
}
