/** Cron's five fields as EventBridge Scheduler's six: by cases, and by what another implementation of cron makes of both. */
import { Cron } from "croner";
import * as fc from "fast-check";
import { readCron } from "../../../src/interpret/cron";
import { nextRun } from "../../../src/model/next-runs";

function expressionsOf(text: string): readonly string[] {
  const read = readCron(text);
  if (!read.ok) throw new Error(read.why);
  return read.expressions;
}

test.each([
  ["0 3 * * *", "cron(0 3 * * ? *)"],
  ["*/15 * * * *", "cron(0/15 * * * ? *)"],
  ["* * * * *", "cron(* * * * ? *)"],
  ["0 */6 * * *", "cron(0 0/6 * * ? *)"],
  ["5/20 * * * *", "cron(5/20 * * * ? *)"],
  ["0-30/10 * * * *", "cron(0,10,20,30 * * * ? *)"],
  ["0 9 * * 1-5", "cron(0 9 ? * MON-FRI *)"],
  ["0 9 * * mon,Wed,FRIDAY", "cron(0 9 ? * MON,WED,FRI *)"],
  // Sunday is 0 and 7 for cron, and 1 for AWS: names leave no doubt.
  ["0 9 * * 0", "cron(0 9 ? * SUN *)"],
  ["0 9 * * 7", "cron(0 9 ? * SUN *)"],
  ["0 9 * * 5-7", "cron(0 9 ? * SUN,FRI,SAT *)"],
  ["0 9 * * 0-6", "cron(0 9 * * ? *)"],
  ["0 0 1 */3 *", "cron(0 0 1 1/3 ? *)"],
  ["0 0 1 jan,jul ?", "cron(0 0 1 1,7 ? *)"],
  ["0 0 */2 * *", "cron(0 0 1/2 * ? *)"],
  ["0 0 L * *", "cron(0 0 L * ? *)"],
  ["0 9 * * MON#1", "cron(0 9 ? * MON#1 *)"],
  ["0 9 * * 5#2", "cron(0 9 ? * FRI#2 *)"],
  // Not *, so either day will do, and that is every day.
  ["0 9 13 * 0-6", "cron(0 9 * * ? *)"],
  ["@daily", "cron(0 0 * * ? *)"],
  ["@Hourly", "cron(0 * * * ? *)"],
  ["@weekly", "cron(0 0 ? * SUN *)"],
  ["@monthly", "cron(0 0 1 * ? *)"],
  ["@yearly", "cron(0 0 1 1 ? *)"],
])("%s is %s", (text, expected) => {
  expect(expressionsOf(text)).toEqual([expected]);
});

test("the day of the month and the weekday together mean either: two schedules", () => {
  expect(expressionsOf("30 4 13 * 5")).toEqual(["cron(30 4 13 * ? *)", "cron(30 4 ? * FRI *)"]);
});

test.each([
  ["0 3 * *", "has 4 fields, not five"],
  ["0 0 3 * * *", "has six fields: schedules are exact to the minute"],
  ["@reboot", "nothing boots on AWS"],
  ["@often", "is none of @yearly"],
  ["rate(5 minutes)", "an expression of AWS's own"],
  ["cron(0 3 * * ? *)", "an expression of AWS's own"],
  ["60 * * * *", '"60" is no minute'],
  ["* 24 * * *", '"24" is no hour'],
  ["* * 0 * *", '"0" is no day of the month'],
  ["* * * 13 *", '"13" is no month'],
  ["* * * FOO *", '"FOO" is no month'],
  ["* * * * 8", '"8" is no weekday'],
  ["*/0 * * * *", "a step of 0"],
  ["1--5 * * * *", "is no minute that cron knows"],
  ["0 0 * * FRI-MON", "from FRI back to MON"],
  ["0 0 30 2 *", "no month of it has a day 30"],
  ["0 0 */2 * 1", "wants the day of the month and the weekday both to match"],
  ["", "has 1 field, not five"],
])("%j is refused: %s", (text, why) => {
  expect(readCron(text)).toMatchObject({ ok: false, why: expect.stringContaining(why) as string });
});

const field = (least: number, most: number) => {
  const value = fc.integer({ min: least, max: most });
  const range = fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  const part = fc.oneof(
    value.map(String),
    range,
    fc.tuple(range, fc.integer({ min: 1, max: most })).map(([of, step]) => `${of}/${step}`),
  );
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant("*") },
    fc.integer({ min: 2, max: Math.max(2, most) }).map((step) => `*/${step}`),
    fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(",")),
  );
};

test("the next runs are those that cron itself has", () => {
  const patterns = fc.tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 7));
  const starts = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2030, 0) });
  fc.assert(
    fc.property(patterns, starts, (words, start) => {
      const [, , days, , weekdays] = words;
      // With a step over *, croner takes either where cron wants both; the reader refuses it.
      fc.pre(!(days !== "*" && weekdays !== "*" && (days.startsWith("*") || weekdays.startsWith("*"))));
      const read = readCron(words.join(" "));
      const own = new Cron(words.join(" "), { timezone: "UTC", paused: true }).nextRun(new Date(start));
      if (!read.ok) {
        expect([own, read.why]).toEqual([null, expect.stringContaining("no month of it")]);
        return;
      }
      for (const expression of read.expressions) expect(expression.length).toBeLessThanOrEqual(256);
      const next = read.expressions.flatMap((one) => nextRun(one, "UTC", start) ?? []);
      expect(Math.min(...next)).toBe(own?.getTime() ?? Infinity);
    }),
    { numRuns: 300 },
  );
});

test("a time zone counts, and a rate goes on from when it began", () => {
  const at = Date.UTC(2026, 6, 1, 12);
  expect(nextRun("cron(0 3 * * ? *)", "Europe/Berlin", at)).toBe(Date.UTC(2026, 6, 2, 1));
  expect(nextRun("rate(90 minutes)", "UTC", at, at - 100 * 60_000)).toBe(at + 80 * 60_000);
  expect(nextRun("rate(1 day)", "UTC", at)).toBeUndefined();
  expect(nextRun("at(2026-01-01T00:00:00)", "UTC", at)).toBeUndefined();
});
