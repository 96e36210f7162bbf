/** Reading logs as `docker compose logs` shows them: of some services or all, from a time on, or the end of them. */
import type { LogEvent, LogReader } from "../../ports";
import { Followed } from "./follow";
import { writerOf } from "./lines";
import { lookOf, type Look, type LogSelection, type ReadDeps } from "./selection";

/**
 * Prints what is there, in the order of its time.
 *
 * @returns the looks with which {@link followLogs} goes on after what was printed
 * @throws BerthError (deployment) where AWS refuses or can't be reached
 */
export async function readLogs(selection: LogSelection, deps: ReadDeps): Promise<Followed[]> {
  const looks = selection.sources.map((source) => lookOf(source, selection));
  const followed = looks.map((look) => new Followed(look));
  const pages = mergeByTime(looks.map((look) => eventsOf(look, selection, deps)));
  for await (const { event, source } of pages) {
    if (deps.signal.aborted) break;
    followed[source]?.keep(event);
    deps.print(event);
  }
  return followed;
}

/** The events of a look in the order of their time: all of them, or the end of each service's. */
async function* eventsOf(look: Look, { tail }: LogSelection, { logs }: ReadDeps): AsyncGenerator<LogEvent> {
  const { filter, streamPrefix: _prefix, ...range } = look.query;
  if (tail === undefined) {
    for await (const page of logs.pages(look.query)) yield* page.filter(look.wanted);
  } else if (filter === undefined) {
    yield* await logs.tail(range, tail, look.services);
  } else {
    yield* await endsOf(look, tail, logs);
  }
}

/** The end of what matches a filter: only from the beginning on it can be found. */
async function endsOf(look: Look, tail: number, logs: LogReader): Promise<readonly LogEvent[]> {
  const ends = new Map<string, LogEvent[]>();
  for await (const page of logs.pages(look.query)) {
    for (const event of page.filter(look.wanted)) {
      const { service } = writerOf(event.stream);
      const end = ends.get(service) ?? [];
      ends.set(service, end);
      end.push(event);
      if (end.length > tail) end.shift();
    }
  }
  return [...ends.values()].flat().sort((a, b) => a.time - b.time);
}

interface Sourced {
  readonly event: LogEvent;
  /** Which of the sequences it came from. */
  readonly source: number;
}

/** Sequences in the order of their time, as one in that order; of equal times the earlier sequence's comes first. */
export async function* mergeByTime(sequences: readonly AsyncIterator<LogEvent>[]): AsyncGenerator<Sourced> {
  const heads = await Promise.all(sequences.map((sequence) => sequence.next()));
  for (;;) {
    let source = -1;
    let earliest: LogEvent | undefined;
    for (const [index, head] of heads.entries()) {
      if (head.done === true || (earliest !== undefined && head.value.time >= earliest.time)) continue;
      [source, earliest] = [index, head.value];
    }
    const sequence = sequences[source];
    if (earliest === undefined || sequence === undefined) return;
    yield { event: earliest, source };
    heads[source] = await sequence.next();
  }
}
