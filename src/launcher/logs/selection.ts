/** Which lines of which logs are wanted. */
import type { Clock, LogEvent, LogQuery, LogReader } from "../../ports";
import { definedOnly } from "../../defined";
import { writerOf } from "./lines";

/** The streams of a group that are read. */
export interface LogSource {
  readonly logGroupName: string;
  /** @default every service */
  readonly services?: readonly string[];
  /** One task alone, say. @default every stream */
  readonly streamPrefix?: string;
}

export interface LogSelection {
  /** One or more: the services' group, and the builds'. */
  readonly sources: readonly LogSource[];
  /** Milliseconds since the epoch. */
  readonly since?: number;
  readonly until?: number;
  /** CloudWatch's filter pattern. */
  readonly filter?: string;
  /** Lines of each service, from the end. @default all */
  readonly tail?: number;
}

export interface ReadDeps {
  readonly logs: LogReader;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly print: (event: LogEvent) => void;
  /** Whether the same look may succeed later. @default never */
  readonly transient?: (error: unknown) => boolean;
  /** What a reader should know: that the connection was lost. */
  readonly note: (message: string) => void;
}

/** A look at one group, as often as it is taken. */
export interface Look {
  readonly query: LogQuery;
  readonly services?: readonly string[];
  readonly wanted: (event: LogEvent) => boolean;
}

/** Of one service CloudWatch is asked for its streams alone; of several it answers everything, and we choose. */
export function lookOf(source: LogSource, { since, until, filter }: LogSelection): Look {
  const { logGroupName, services } = source;
  const streamPrefix = source.streamPrefix ?? (services?.length === 1 ? `${services[0] ?? ""}/` : undefined);
  const chosen = services === undefined ? undefined : new Set(services);
  return {
    query: { logGroupName, ...definedOnly({ streamPrefix, since, until, filter }) },
    ...definedOnly({ services }),
    wanted: ({ stream }) => chosen?.has(writerOf(stream).service) ?? true,
  };
}
