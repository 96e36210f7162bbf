import { endedBy, Ending } from "../../../src/wiring/ending";
import { BerthError, endedError, exitCodeOf } from "../../../src/errors";
import { HandClock } from "../../support/hand-clock";

test("a run ends in order first, and at once where what is in flight takes too long for ECS's 120 s", async () => {
  const clock = new HandClock();
  const ending = new Ending(clock);
  ending.end(endedBy("SIGTERM"));
  expect([ending.signal.aborted, ending.hasten.aborted]).toEqual([true, false]);
  await clock.pass(79_000);
  expect(ending.hasten.aborted).toBe(false);
  await clock.pass(2_000);
  expect(ending.hasten.aborted).toBe(true);
});

test("a second end hastens, and the first one's reason stands", () => {
  const ending = new Ending(new HandClock());
  ending.end(endedBy("SIGTERM"));
  ending.end(endedBy("SIGINT"));
  expect(ending.hasten.aborted).toBe(true);
  expect(exitCodeOf(ending.signal.reason)).toBe(143);
});

test("a time limit ends the run with 124, unless it is lifted before", async () => {
  const clock = new HandClock();
  const [limited, free] = [new Ending(clock), new Ending(clock)];
  limited.limit(60_000, "1m");
  const lift = free.limit(60_000, "1m");
  await clock.pass(30_000);
  lift();
  await clock.pass(31_000);
  expect(free.signal.aborted).toBe(false);
  expect(exitCodeOf(limited.signal.reason)).toBe(124);
  expect(String(limited.signal.reason)).toContain("took longer than 1m");
});

test.each<[string, unknown, number, string]>([
  ["a failure", new BerthError("deployment", "it broke"), 130, "The run was ended by SIGINT\nit broke"],
  ["another cancellation", new BerthError("cancelled", "stopped"), 130, "The run was ended by SIGINT"],
  ["no error of ours", new Error("gone"), 130, "The run was ended by SIGINT\ngone"],
])("whatever a run met after it was told to end, the signal is why: %s", (_what, met, code, message) => {
  const ending = new Ending(new HandClock());
  ending.end(endedBy("SIGINT"));
  const error = endedError(ending.signal, met);
  expect([exitCodeOf(error), error.message]).toEqual([code, message]);
});
