/** A CloudWatch Logs in memory: events by group, answered as {@link LogReader} says, with failures when asked. */
import type { LogEvent, LogQuery, LogReader } from "../../src/ports";

export class LogBook implements LogReader {
  /** Errors of the next looks, in their order; `undefined` is a look that succeeds. */
  readonly failures: (Error | undefined)[] = [];
  readonly queries: LogQuery[] = [];
  readonly #events = new Map<string, LogEvent[]>();

  /** A line as CloudWatch has it from now on. */
  write(logGroupName: string, stream: string, time: number, message: string): void {
    const events = this.#events.get(logGroupName) ?? [];
    events.push({ stream, time, message });
    this.#events.set(logGroupName, events);
  }

  async *pages(query: LogQuery): AsyncGenerator<readonly LogEvent[]> {
    this.queries.push(query);
    const failure = this.failures.shift();
    await Promise.resolve();
    if (failure !== undefined) throw failure;
    const found = this.#find(query);
    for (let start = 0; start < found.length; start += 2) yield found.slice(start, start + 2);
  }

  tail(
    query: Omit<LogQuery, "filter" | "streamPrefix">,
    lines: number,
    services?: readonly string[],
  ): Promise<readonly LogEvent[]> {
    const found = this.#find(query);
    const byService = new Map<string, LogEvent[]>();
    for (const event of found) {
      const service = event.stream.split("/")[0] ?? "";
      if (services?.includes(service) ?? true)
        byService.set(service, [...(byService.get(service) ?? []), event]);
    }
    const ends = lines === 0 ? [] : [...byService.values()].flatMap((events) => events.slice(-lines));
    return Promise.resolve(ends.sort((a, b) => a.time - b.time));
  }

  /** By time; of equal times in the order in which they were written. */
  #find({ logGroupName, streamPrefix = "", since = 0, until = Infinity, filter = "" }: LogQuery): LogEvent[] {
    return (this.#events.get(logGroupName) ?? [])
      .filter(({ time, stream, message }) => {
        return time >= since && time < until && stream.startsWith(streamPrefix) && message.includes(filter);
      })
      .sort((a, b) => a.time - b.time);
  }
}
