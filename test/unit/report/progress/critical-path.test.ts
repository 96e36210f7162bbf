import { Board } from "../../../../src/report/progress/board";
import { criticalPath, pathOf } from "../../../../src/report/progress/critical-path";
import type { StreamEvent } from "../../../../src/report/terminal/progress";

const one = (key: string, to: number, after: readonly string[] = []) => ({ key, to, after });
const keys = (all: Parameters<typeof criticalPath>[0]) => criticalPath(all).map(({ key }) => key);

test("of nothing there is no path", () => {
  expect(keys([])).toEqual([]);
});

test("the path goes from what ended last back to what each had to wait for longest", () => {
  const all = [one("network", 20), one("cache", 60, ["network"]), one("db", 90, ["network"])];
  expect(keys([...all, one("web", 120, ["db", "cache"]), one("mail", 100)])).toEqual([
    "network",
    "db",
    "web",
  ]);
});

test("what ended after a part was not waited for by it, and a circle ends", () => {
  expect(keys([one("a", 10, ["b"]), one("b", 20)])).toEqual(["b"]);
  expect(keys([one("a", 10, ["b"]), one("b", 10, ["a"])])).toHaveLength(2);
});

describe("the times of a run", () => {
  const urn = (name: string) => `urn:pulumi:dev::shop::aws:rds/instance:Instance::${name}`;
  const resource = (name: string, status: "started" | "done", op = "create"): StreamEvent =>
    ({
      ...{ kind: "resource", op, status, urn: urn(name), type: "aws:rds/instance:Instance", name },
      component: { kind: "store", name },
    }) as StreamEvent;
  const events: readonly (readonly [number, StreamEvent])[] = [
    [
      0,
      {
        kind: "outline",
        rows: [{ kind: "store", name: "web", after: ["store/db"] }],
        resources: [],
      },
    ],
    [1_000, resource("db", "started")],
    [1_000, resource("mail", "started")],
    [9_000, resource("mail", "done")],
    [21_500, resource("db", "done")],
    [22_000, resource("web", "started")],
    [30_000, resource("web", "done")],
  ];
  const played = (all: typeof events) => {
    const board = new Board();
    for (const [at, event] of all) board.take(event, at);
    return pathOf(board.touched(), 60_000);
  };

  test("each part of the path counts from the end of the one before it", () => {
    expect(played(events)).toEqual([
      { component: "db", seconds: 20.5 },
      { component: "web", seconds: 8.5 },
    ]);
  });

  test("a run that did nothing has none", () => {
    expect(played(events.slice(0, 1))).toEqual([]);
    expect(played([[0, resource("db", "done", "same")]])).toEqual([]);
  });
});
