import { durationText, secondsOf } from "../../../src/model/duration";

test.each([
  ["1m30s", 90],
  ["500ms", 0.5],
  ["1.5h", 5_400],
  ["2w1d", 1_296_000],
  ["250us", 0.00025],
  ["0", 0],
  ["", undefined],
  ["-5s", undefined],
  ["+5s", undefined],
  ["90", undefined],
  ["5 s", undefined],
  ["5s later", undefined],
])("%j is %d seconds", (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds);
});

test.each([
  [0, false, "0 s"],
  [440, false, "0 s"],
  [440, true, "0.4 s"],
  [9_940, true, "9.9 s"],
  [10_400, true, "10 s"],
  [59_499, false, "59 s"],
  [59_500, false, "1 min 0 s"],
  [185_000, true, "3 min 5 s"],
  [3_599_600, false, "1 h 0 min"],
  [90_061_000, false, "25 h 1 min"],
])("%d ms (tenths: %s) is %s", (milliseconds, tenths, text) => {
  expect(durationText(milliseconds, tenths)).toBe(text);
});
