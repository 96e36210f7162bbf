/** What `berth logs` prints, and in which order: read, and followed on. */
import fc from "fast-check";
import { followLogs } from "../../../../src/launcher/logs/follow";
import { mergeByTime, readLogs } from "../../../../src/launcher/logs/read";
import type { LogSelection, ReadDeps } from "../../../../src/launcher/logs/selection";
import type { LogEvent } from "../../../../src/ports";
import { LogBook } from "../../../support/log-book";

const group = "/berth/shop/dev/logs";
const builds = "/berth/shop/dev/builds";

class LostConnection extends Error {}

/** A run of the command: its sleeps are the moments at which more is written. */
function reading(book: LogBook, script: (() => void)[] = []) {
  const stop = new AbortController();
  const printed: string[] = [];
  const notes: string[] = [];
  const slept: number[] = [];
  let now = 1_000_000;
  const deps: ReadDeps = {
    logs: book,
    signal: stop.signal,
    transient: (error) => error instanceof LostConnection,
    print: ({ message }) => printed.push(message),
    note: (message) => notes.push(message),
    clock: {
      now: () => now,
      sleep: (milliseconds) => {
        slept.push(milliseconds);
        now += milliseconds;
        const next = script.shift();
        if (next === undefined) stop.abort("SIGINT");
        else next();
        return Promise.resolve();
      },
    },
  };
  return { deps, printed, notes, slept };
}

async function read(book: LogBook, selection: LogSelection): Promise<readonly string[]> {
  const { deps, printed } = reading(book);
  await readLogs(selection, deps);
  return printed;
}

function book(): LogBook {
  const made = new LogBook();
  made.write(group, "web/web/1", 10, "web 1");
  made.write(group, "worker/worker/1", 20, "worker 1");
  made.write(group, "web/web/2", 30, "web 2 ERROR");
  made.write(group, "worker/worker/1", 40, "worker 2 ERROR");
  made.write(group, "web/web/1", 50, "web 3");
  made.write(builds, "build/kaniko/1", 25, "building");
  return made;
}

test.each<[string, Partial<LogSelection>, string[]]>([
  ["everything", {}, ["web 1", "worker 1", "web 2 ERROR", "worker 2 ERROR", "web 3"]],
  [
    "one service",
    { sources: [{ logGroupName: group, services: ["web"] }] },
    ["web 1", "web 2 ERROR", "web 3"],
  ],
  [
    "two groups, merged",
    { sources: [{ logGroupName: group, services: ["web"] }, { logGroupName: builds }] },
    ["web 1", "building", "web 2 ERROR", "web 3"],
  ],
  ["a span", { since: 20, until: 40 }, ["worker 1", "web 2 ERROR"]],
  ["the end of each", { tail: 1 }, ["worker 2 ERROR", "web 3"]],
  ["the end of what matches", { tail: 1, filter: "ERROR" }, ["web 2 ERROR", "worker 2 ERROR"]],
  ["no line at all", { tail: 0 }, []],
  ["no line that matches", { tail: 0, filter: "ERROR" }, []],
])("reads %s", async (_what, own, lines) => {
  expect(await read(book(), { sources: [{ logGroupName: group }], ...own })).toEqual(lines);
});

test("CloudWatch is asked for the streams of a single service", async () => {
  const one = book();
  await read(one, { sources: [{ logGroupName: group, services: ["web"] }] });
  expect(one.queries).toEqual([{ logGroupName: group, streamPrefix: "web/" }]);
});

test("follows: each line once, equal lines as often as they were written, late ones too", async () => {
  const lines = new LogBook();
  lines.write(group, "web/web/1", 100_000, "first");
  const { deps, printed } = reading(lines, [
    () => {
      lines.write(group, "web/web/1", 101_000, "again");
      lines.write(group, "web/web/1", 101_000, "again");
    },
    () => {
      lines.write(group, "worker/worker/1", 99_000, "late");
      lines.write(group, "web/web/1", 101_000, "again");
    },
    () => undefined,
  ]);
  await followLogs(await readLogs({ sources: [{ logGroupName: group }] }, deps), deps);
  expect(printed).toEqual(["first", "again", "again", "late", "again"]);
});

test("what the tail left out stays out", async () => {
  const lines = new LogBook();
  for (let index = 0; index < 9; index += 1)
    lines.write(group, "web/web/1", 100_000 + index, `line ${index}`);
  const { deps, printed } = reading(lines, [
    () => {
      lines.write(group, "web/web/1", 100_100, "new");
    },
  ]);
  const followed = await readLogs({ sources: [{ logGroupName: group }], tail: 2 }, deps);
  for (const one of followed) await one.passOver(deps);
  await followLogs(followed, deps);
  expect(printed).toEqual(["line 7", "line 8", "new"]);
});

test("with no line of the past, only what comes", async () => {
  const lines = new LogBook();
  lines.write(group, "web/web/1", 900_000, "past");
  const { deps, printed } = reading(lines, [
    () => {
      lines.write(group, "web/web/1", 1_000_500, "new");
    },
  ]);
  const followed = await readLogs({ sources: [{ logGroupName: group }], tail: 0 }, deps);
  for (const one of followed) await one.passOver(deps, deps.clock.now());
  await followLogs(followed, deps);
  expect(printed).toEqual(["new"]);
});

test("a lost connection is told once, waited for longer and longer, and nothing is lost or said twice", async () => {
  const lines = new LogBook();
  lines.write(group, "web/web/1", 100_000, "first");
  const lost = new LostConnection("ECONNRESET");
  const { deps, printed, notes, slept } = reading(lines, [
    () => lines.failures.push(lost, lost, lost),
    () => {
      lines.write(group, "web/web/1", 101_000, "meanwhile");
    },
    () => undefined,
    () => undefined,
    () => undefined,
  ]);
  await followLogs(await readLogs({ sources: [{ logGroupName: group }] }, deps), deps);
  expect(printed).toEqual(["first", "meanwhile"]);
  expect(notes).toEqual([
    "the logs can't be read, and are tried again: ECONNRESET",
    "the logs are there again",
  ]);
  expect(slept).toEqual([2_000, 2_000, 4_000, 8_000, 2_000, 2_000]);
});

test("a refusal ends it", async () => {
  const lines = new LogBook();
  const { deps } = reading(lines, [() => lines.failures.push(new Error("AccessDenied"))]);
  await expect(
    followLogs(await readLogs({ sources: [{ logGroupName: group }] }, deps), deps),
  ).rejects.toThrow("AccessDenied");
});

test("ends by itself once the time that is asked for is over", async () => {
  const lines = new LogBook();
  const { deps, printed } = reading(lines, [
    () => {
      lines.write(group, "web/web/1", 1_001_000, "in");
    },
    () => {
      lines.write(group, "web/web/1", 1_003_500, "out");
    },
    () => undefined,
  ]);
  const selection = { sources: [{ logGroupName: group }], until: 1_003_000 };
  await followLogs(await readLogs(selection, deps), deps, { until: 1_003_000 });
  expect(printed).toEqual(["in"]);
});

test("sequences in the order of their time become one in that order, and nothing is lost", async () => {
  const sequence = fc.array(fc.nat(50)).map((times) => [...times].sort((a, b) => a - b));
  await fc.assert(
    fc.asyncProperty(fc.array(sequence, { maxLength: 5 }), async (lists) => {
      const events = lists.map((times, source) =>
        times.map((time, index): LogEvent => ({ time, stream: `${source}`, message: `${index}` })),
      );
      const merged: LogEvent[] = [];
      const sequences = events.map((list) => from(list));
      for await (const { event } of mergeByTime(sequences)) merged.push(event);
      expect(merged.map(({ time }) => time)).toEqual(lists.flat().sort((a, b) => a - b));
      for (const [source, list] of events.entries())
        expect(merged.filter(({ stream }) => stream === `${source}`)).toEqual(list);
    }),
  );
});

async function* from(events: readonly LogEvent[]): AsyncGenerator<LogEvent> {
  await Promise.resolve();
  yield* events;
}
