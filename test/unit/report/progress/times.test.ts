/** Times of a run's progress: what components took before is what is told, and nobody waits long for a line. */
import fc from "fast-check";
import type { Component } from "../../../../src/model/components";
import { Board } from "../../../../src/report/progress/board";
import { PlainView } from "../../../../src/report/progress/plain";
import type { StreamEvent } from "../../../../src/report/terminal/progress";

const names = ["web", "api", "worker"] as const;
const componentOf = (name: string): Component => ({
  kind: "service",
  name,
  type: "berth:aws:ContainerService",
});
const urnOf = (name: string): string =>
  `urn:pulumi:dev::shop::berth:aws:ContainerService$aws:ecs/service:Service::${name}`;

function resource(status: "started" | "done", name: string, op: "create" | "update"): StreamEvent {
  const component = componentOf(name);
  return { kind: "resource", status, op, urn: urnOf(name), type: "aws:ecs/service:Service", name, component };
}
const tasks = (service: string, status: "waiting" | "steady"): StreamEvent => {
  const running = status === "steady" ? 1 : 0;
  return { kind: "service", service, status, running, desired: 1, seconds: 1 };
};
const outline = (times?: Readonly<Record<string, number>>): StreamEvent => ({
  kind: "outline",
  rows: names.map((name) => ({ kind: "service", name, after: [] })),
  resources: names.map((name) => ({ urn: urnOf(name), component: componentOf(name) })),
  ...(times === undefined ? {} : { times }),
});

test("what took its time is known by what was done, and is what the next run says", () => {
  const board = new Board();
  board.take(outline(), 0);
  for (const [name, op] of [
    ["web", "update"],
    ["api", "create"],
    ["worker", "update"],
  ] as const) {
    board.take(resource("started", name, op), 1_000);
    board.take(resource("done", name, op), 2_000);
  }
  board.take(tasks("web", "steady"), 96_000);
  board.take(tasks("api", "steady"), 61_000);
  board.take(tasks("worker", "steady"), 3_000);
  const times = board.times();
  expect(times).toEqual({ "service/web update": 95_000, "service/api create": 60_000 });

  const lines: string[] = [];
  const view = new PlainView({
    write: (line) => lines.push(line),
    now: () => 0,
    every: () => () => undefined,
  });
  view.take(outline(times));
  for (const name of ["web", "api"] as const) view.take(resource("started", name, "update"));
  expect(lines).toEqual(["web: updating (usually 2 min)", "api: updating"]);
});

test("whatever a run does, and however long it takes, no silence is longer than half a minute", () => {
  const what = fc.oneof(
    fc.tuple(fc.constantFrom(...names), fc.constantFrom("started", "done", "waiting", "steady")),
    fc.constant(undefined),
  );
  const course = fc.array(fc.tuple(fc.integer({ min: 0, max: 900 }), what), { maxLength: 20 });
  fc.assert(
    fc.property(course, (steps) => {
      let now = 0;
      let look: (() => void) | undefined;
      const told = [0];
      const view = new PlainView({
        write: () => told.push(now),
        now: () => now,
        every: (_milliseconds, call) => {
          look = call;
          return () => undefined;
        },
      });
      view.take(outline());
      for (const [seconds, step] of steps) {
        for (const until = now + seconds * 1_000; now < until; now += 1_000) look?.();
        if (step === undefined) continue;
        const [name, status] = step;
        const steady = status === "waiting" || status === "steady";
        view.take(steady ? tasks(name, status) : resource(status, name, "update"));
      }
      told.push(now);
      const silences = told.slice(1).map((at, index) => at - (told[index] ?? 0));
      expect(Math.max(...silences)).toBeLessThanOrEqual(30_000);
    }),
  );
});
