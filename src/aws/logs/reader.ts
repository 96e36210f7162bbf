/** CloudWatch Logs: events of a whole group in the order of their time, and the end of its streams. */
import type { FilteredLogEvent, LogStream } from "@aws-sdk/client-cloudwatch-logs";
import type { LogEvent, LogQuery, LogReader } from "../../ports";
import { definedOnly } from "../../defined";
import type { AwsClients } from "../clients";
import { askIfThere } from "../ask";

/** Streams of a service whose ends are read: the tasks that wrote last. */
const streamsRead = 10;
/** Pages of 50 streams that are looked through. A task has a stream of its own, and none is ever deleted. */
const pagesOfStreams = 20;
/** Most events that GetLogEvents answers at once (CloudWatch Logs API reference). */
const mostEvents = 10_000;
/** Pages of one stream's end; GetLogEvents may answer empty pages before the beginning is reached. */
const pagesOfTail = 10;

export class CloudWatchLogReader implements LogReader {
  readonly #abortSignal: AbortSignal | undefined;

  /** @param signal - aborted when nobody waits for the answers any more */
  constructor(
    private readonly clients: AwsClients,
    signal?: AbortSignal,
  ) {
    this.#abortSignal = signal;
  }

  async *pages({ logGroupName, streamPrefix, since, until, filter }: LogQuery): AsyncGenerator<LogEvent[]> {
    let nextToken: string | undefined;
    do {
      const answer = await askForLogs(logGroupName, async () =>
        (await this.clients.logs()).filterLogEvents(
          {
            logGroupName,
            ...definedOnly({ logStreamNamePrefix: streamPrefix, startTime: since, filterPattern: filter }),
            // FilterLogEvents counts the end in.
            ...(until === undefined ? {} : { endTime: until - 1 }),
            ...definedOnly({ nextToken }),
          },
          this.#options(),
        ),
      );
      const events = (answer?.events ?? []).map(eventOf);
      if (events.length > 0) yield events;
      nextToken = answer?.nextToken;
    } while (nextToken !== undefined);
  }

  async tail(
    { logGroupName, since, until }: Omit<LogQuery, "filter" | "streamPrefix">,
    lines: number,
    services?: readonly string[],
  ): Promise<readonly LogEvent[]> {
    if (lines === 0) return [];
    const range = definedOnly({ startTime: since, endTime: until });
    const ends: LogEvent[][] = [];
    for (const [service, streams] of byService(await this.#streams(logGroupName))) {
      if (services !== undefined && !services.includes(service)) continue;
      const latest = streams.slice(0, streamsRead);
      const read = latest.map((stream) => this.#endOf(logGroupName, stream, { ...range, lines }));
      ends.push((await Promise.all(read)).flat().sort(byTime).slice(-lines));
    }
    return ends.flat().sort(byTime);
  }

  /** The streams that were written to of late, the latest first. */
  async #streams(logGroupName: string): Promise<readonly string[]> {
    const found: LogStream[] = [];
    let nextToken: string | undefined;
    for (let page = 0; page < pagesOfStreams; page += 1) {
      const answer = await askForLogs(logGroupName, async () =>
        (await this.clients.logs()).describeLogStreams(
          { logGroupName, orderBy: "LastEventTime", descending: true, ...definedOnly({ nextToken }) },
          this.#options(),
        ),
      );
      found.push(...(answer?.logStreams ?? []));
      nextToken = answer?.nextToken;
      if (nextToken === undefined) break;
    }
    return found.sort((a, b) => lastSign(b) - lastSign(a)).map(({ logStreamName = "" }) => logStreamName);
  }

  async #endOf(
    logGroupName: string,
    logStreamName: string,
    { lines, ...range }: { startTime?: number; endTime?: number; lines: number },
  ): Promise<readonly LogEvent[]> {
    let found: LogEvent[] = [];
    let nextToken: string | undefined;
    for (let page = 0; page < pagesOfTail && found.length < lines; page += 1) {
      const answer = await askForLogs(logGroupName, async () =>
        (await this.clients.logs()).getLogEvents(
          {
            logGroupName,
            logStreamName,
            startFromHead: false,
            limit: Math.min(lines, mostEvents),
            ...range,
            ...definedOnly({ nextToken }),
          },
          this.#options(),
        ),
      );
      const events = (answer?.events ?? []).map((event) => eventOf({ ...event, logStreamName }));
      found = [...events, ...found];
      // The same token again is how GetLogEvents says that this was the last page.
      const backward = answer?.nextBackwardToken;
      if (backward === undefined || backward === nextToken) break;
      nextToken = backward;
    }
    return found.slice(-lines);
  }

  #options(): { abortSignal?: AbortSignal } {
    return definedOnly({ abortSignal: this.#abortSignal });
  }
}

function byTime(a: LogEvent, b: LogEvent): number {
  return a.time - b.time;
}

/** Streams by the first part of their name, in their order. */
function byService(streams: readonly string[]): ReadonlyMap<string, string[]> {
  return Map.groupBy(streams, (stream) => stream.split("/", 1)[0] ?? stream);
}

/** When a stream was last seen alive: `lastEventTimestamp` alone may lag by an hour (API reference, LogStream). */
function lastSign({ creationTime = 0, lastEventTimestamp = 0, lastIngestionTime = 0 }: LogStream): number {
  return Math.max(creationTime, lastEventTimestamp, lastIngestionTime);
}

function eventOf({ timestamp = 0, logStreamName = "", message = "" }: FilteredLogEvent): LogEvent {
  return { time: timestamp, stream: logStreamName, message: message.replace(/\r?\n$/, "") };
}

/** `undefined` where there is no such group or stream. */
function askForLogs<T>(path: string, call: () => Promise<T>): Promise<T | undefined> {
  return askIfThere("deployment", path, ["ResourceNotFoundException"], call);
}
