import { parseTime } from "../../../../src/launcher/logs/time";

const now = Date.UTC(2026, 10, 25, 12, 0, 0);
const at = (iso: string): number => Date.parse(iso);

test.each<[string, number]>([
  ["10m", now - 600_000],
  ["1h30m", now - 5_400_000],
  ["1.5h", now - 5_400_000],
  ["90s", now - 90_000],
  ["500ms", now - 500],
  ["2d", now - 172_800_000],
  ["1w", now - 604_800_000],
  ["0s", now],
  ["2026-11-25T11:00:00Z", at("2026-11-25T11:00:00Z")],
  ["2026-11-25T11:00:00.25+02:00", at("2026-11-25T09:00:00.250Z")],
  ["2026-11-25T11Z", at("2026-11-25T11:00:00Z")],
  ["2026-11-25", new Date(2026, 10, 25).getTime()],
  ["2026-11-25T11:30", new Date(2026, 10, 25, 11, 30).getTime()],
  ["1764068400", 1_764_068_400_000],
  ["1764068400.5", 1_764_068_400_500],
])("%s", (text, time) => {
  expect(parseTime("--since", text, now)).toBe(time);
});

test.each(["", "yesterday", "10", "10 m", "m", "1h30", "-5m", "2026-13-01", "2026-11-25 11:00", "11:00"])(
  "%j is no time, and the error says what is",
  (text) => {
    expect(() => parseTime("--since", text, now)).toThrow(/^--since: .* is no point in time \(write/);
  },
);
