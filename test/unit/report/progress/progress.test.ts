/** The progress of a run by its components: lines where nobody can draw, and the screen where one can. */
import { stripVTControlCharacters, styleText } from "node:util";
import type { Component } from "../../../../src/model/components";
import type { EngineEvent } from "../../../../src/ports";
import { Board } from "../../../../src/report/progress/board";
import { frame, type Paint } from "../../../../src/report/progress/frame";
import { PlainView } from "../../../../src/report/progress/plain";
import { eventOfLine } from "../../../../src/report/progress/view";
import { eventLine, type StreamEvent } from "../../../../src/report/terminal/progress";
import { isColoured } from "../../../../src/settings/settings";

const db: Component = { kind: "store", name: "db", type: "berth:aws:Postgres" };
const web: Component = { kind: "service", name: "web", type: "berth:aws:ContainerService" };
const instance = "urn:pulumi:dev::shop::berth:aws:Postgres$aws:rds/instance:Instance::db";
const service = "urn:pulumi:dev::shop::berth:aws:ContainerService$aws:ecs/service:Service::web";

const outline: StreamEvent = {
  kind: "outline",
  rows: [
    { ...db, after: [] },
    { kind: "image", name: "web", after: [] },
    { ...web, after: ["image/web", "store/db"] },
  ],
  resources: [
    { urn: instance, component: db },
    { urn: service, component: web },
  ],
};

function resource(
  status: "started" | "done" | "failed",
  component: Component,
  change: Partial<Extract<EngineEvent, { kind: "resource" }>> = {},
): StreamEvent {
  const urn = component === db ? instance : service;
  const type = component === db ? "aws:rds/instance:Instance" : "aws:ecs/service:Service";
  return { kind: "resource", status, op: "create", urn, type, name: component.name, component, ...change };
}

const step = (number: number): StreamEvent => ({
  ...{ kind: "build", service: "web", platform: "linux/arm64", image: "r:t", status: "step", seconds: 1 },
  step: { number, total: 9, instruction: "RUN npm ci", cached: false },
});
const built: StreamEvent = {
  ...{
    kind: "build",
    service: "web",
    platform: "linux/arm64",
    image: "r:t",
    status: "succeeded",
    seconds: 9,
  },
  steps: { total: 9, cached: 3 },
};
const tasks = (status: "waiting" | "steady", running: number): StreamEvent => ({
  ...{ kind: "service", service: "web", status, running, desired: 1, seconds: 1 },
});

/** A view on a clock of the test's own. */
function plain(): {
  readonly lines: string[];
  readonly at: (seconds: number, ...events: StreamEvent[]) => void;
  readonly end: () => void;
} {
  let now = 0;
  let tick: () => void = () => undefined;
  const lines: string[] = [];
  const view = new PlainView({
    write: (line) => lines.push(line),
    now: () => now,
    every: (_milliseconds, call) => {
      tick = call;
      return () => undefined;
    },
  });
  return {
    lines,
    at: (seconds, ...events) => {
      for (; now < seconds * 1_000; now += 1_000) tick();
      for (const event of events) view.take(event);
    },
    end: () => {
      view.end();
    },
  };
}

test("a line when a component begins and ends, and one for all that goes on where nothing else is said", () => {
  const { lines, at, end } = plain();
  at(0, outline, resource("started", db), step(1));
  at(20, step(3));
  at(70, built);
  at(200, resource("done", db), resource("started", web));
  at(201, resource("done", web), tasks("waiting", 0));
  at(240, tasks("steady", 1));
  end();
  expect(lines).toEqual([
    "db: creating (usually 7 min)",
    "image of web: building (usually 2 min)",
    "29 s: db creating (usually 7 min, rds Instance db); image of web building (usually 2 min, [3/9] RUN npm ci); still to come: web",
    "58 s: db creating (usually 7 min, rds Instance db); image of web building (usually 2 min, [3/9] RUN npm ci); still to come: web",
    "image of web: built in 1 min 10 s, 3 of 9 steps from the cache",
    "1 min 39 s: db creating (usually 7 min, rds Instance db); still to come: web",
    "2 min 8 s: db creating (usually 7 min, rds Instance db); still to come: web",
    "2 min 37 s: db creating (usually 7 min, rds Instance db); still to come: web",
    "3 min 6 s: db creating (usually 7 min, rds Instance db); still to come: web",
    "db: created in 3 min 20 s",
    "web: creating",
    "3 min 49 s: web creating (29 s, 0 of 1 tasks running)",
    "web: created in 40 s, 1 of 1 running",
  ]);
});

/** A stack of a database and a service that asks it, as it is deleted. */
const deletion: StreamEvent = {
  kind: "outline",
  rows: [
    { ...db, after: ["service/web"] },
    { ...web, after: [] },
  ],
  resources: [
    { urn: instance, component: db },
    { urn: `${instance}-rule`, component: db },
    { urn: service, component: web },
  ],
};

test("what is deleted ends with its last resource, however early it was looked at, and says what it waits for", () => {
  const { lines, at, end } = plain();
  const gone = { op: "delete" } as const;
  const rule = { ...gone, urn: `${instance}-rule` };
  at(0, deletion);
  for (const [component, change] of [
    [db, {}],
    [db, { urn: rule.urn }],
    [web, {}],
  ] as const)
    at(0, resource("done", component, { ...change, op: "refresh" }));
  at(0, resource("started", db, rule), resource("done", db, rule), resource("started", web, gone));
  at(60, resource("done", web, gone), resource("started", db, gone));
  at(100, resource("done", db, gone));
  end();
  expect(lines).toEqual([
    "db: deleting (usually 6 min)",
    "web: deleting",
    "29 s: db waits for web; web deleting (ecs Service web)",
    "58 s: db waits for web; web deleting (ecs Service web)",
    "web: deleted in 1 min 0 s",
    "1 min 29 s: db deleting (usually 6 min, rds Instance db)",
    "db: deleted in 1 min 40 s",
  ]);
});

test("with a service go the revisions that an earlier deployment has left", () => {
  const { lines, at, end } = plain();
  const revision = { urn: service.replace("ecs/service:Service", "ecs/taskDefinition:TaskDefinition") };
  at(0, outline, resource("started", web, { op: "delete" }), resource("done", web, { op: "delete" }));
  at(1, resource("started", web, { ...revision, op: "replace" }));
  at(1, resource("done", web, { ...revision, op: "replace" }));
  end();
  expect(lines).toEqual(["web: deleting", "web: deleted"]);
});

test("what a failed run never came to is not told as done", () => {
  const { lines, at, end } = plain();
  const failure = resource("failed", db);
  const revision = { urn: service.replace("ecs/service:Service", "ecs/taskDefinition:TaskDefinition") };
  at(0, outline, resource("started", db), resource("started", web, { ...revision, op: "replace" }));
  at(0, resource("done", web, { ...revision, op: "replace" }));
  at(20, failure);
  end();
  expect(lines).toEqual([
    "db: creating (usually 7 min)",
    "web: updating",
    "db: failed",
    "web: stopped after 20 s",
  ]);
});

test("a distribution takes longer than the rest of the entry; what takes longer than usual says so", () => {
  const { lines, at } = plain();
  const entry: Component = { kind: "entry", name: "entry", type: "berth:aws:Edge" };
  const urn = "urn:pulumi:dev::shop::berth:aws:Edge$aws:cloudfront/distribution:Distribution::web";
  at(0, {
    ...{
      kind: "outline",
      rows: [
        { ...db, after: [] },
        { ...entry, after: [] },
      ],
    },
    resources: [
      { urn, component: entry },
      { urn: instance, component: db },
    ],
  });
  at(0, resource("started", db));
  at(6, resource("started", entry, { urn, type: "aws:cloudfront/distribution:Distribution", name: "web" }));
  at(440);
  expect(lines.slice(0, 3)).toEqual([
    "db: creating (usually 7 min)",
    "entry: creating (usually 6 min)",
    "35 s: db creating (usually 7 min, rds Instance db); entry creating (29 s of about 6 min, cloudfront Distribution web)",
  ]);
  expect(lines.at(-1)).toMatch(/entry creating \(6 min \d+ s, usually 6 min, cloudfront Distribution web\)$/);
});

test("nothing is said of what stays as it is", () => {
  const { lines, at, end } = plain();
  at(0, outline, resource("started", db, { op: "same" }), resource("done", db, { op: "same" }));
  at(1, resource("started", web, { op: "same" }), resource("done", web, { op: "same" }), tasks("steady", 1));
  end();
  expect(lines).toEqual([]);
});

test("a failure is told once, with the first line of its reason, and nothing in it is obeyed", () => {
  const { lines, at, end } = plain();
  const message = "AWS says no: \u001b[31mred\nand more";
  at(0, outline, resource("started", db));
  at(1, resource("failed", db), {
    kind: "diagnostic",
    severity: "error",
    message,
    urn: instance,
    component: db,
  });
  end();
  expect(lines).toEqual([
    "db: creating (usually 7 min)",
    "db: failed",
    "db: failed: AWS says no: \\u001b[31mred",
  ]);
});

const unpainted: Paint = (_style, text) => text;
const painted: Paint = (style, text) => styleText(style, text, { validateStream: false });

function boardOf(...events: readonly StreamEvent[]): Board {
  const board = new Board();
  for (const event of [outline, ...events]) board.take(event, 0);
  return board;
}

test.each([80, 120, 200])("the screen of %i columns: what goes on, what waits, what failed", (columns) => {
  const reason = "the database could not be made since ".repeat(12);
  const board = boardOf(resource("started", db), step(3));
  const going = frame(board, 61_000, 0, { columns, lines: 40, paint: unpainted });
  expect(going.split("\n")).toEqual([
    "⠋ 1 min 1 s  0 of 3 done",
    "⠋ db            creating 1 min 1 s of about 7 min  rds Instance db",
    "⠋ image of web  building 1 min 1 s of about 2 min  [3/9] RUN npm ci",
    "· web           waits for image of web, db",
  ]);
  board.take(
    { kind: "diagnostic", severity: "error", message: reason, urn: instance, component: db },
    61_000,
  );
  const failed = frame(board, 61_000, 0, { columns, lines: 40, paint: unpainted }).split("\n");
  expect(failed[1]).toMatch(/^✘ db {12}failed: the database could not be made/);
  expect(Math.max(...failed.map((line) => line.length))).toBeLessThanOrEqual(columns);
  expect(failed).toHaveLength(6);
  const last = frame(board, 61_000, 0, { columns, lines: 40, paint: unpainted }, true);
  expect(last.replaceAll(/\s+/g, " ")).toContain(reason.trim());
});

test("a small window shows what failed and what goes on, and how many rows it hides", () => {
  const rows = Array.from({ length: 30 }, (_, index) => `service-${index}`);
  const board = boardOf(resource("started", db));
  for (const name of rows) {
    const component: Component = { kind: "service", name, type: "berth:aws:ContainerService" };
    const event = {
      urn: `u::x::berth:aws:ContainerService$aws:iam/role:Role::${name}`,
      type: "aws:iam/role:Role",
    };
    board.take(resource("started", component, event), 0);
    board.take(resource("done", component, event), 0);
  }
  const lines = frame(board, 0, 0, { columns: 80, lines: 12, paint: unpainted }).split("\n");
  expect(lines.length).toBeLessThanOrEqual(11);
  expect(lines[1]).toContain("db");
  expect(lines.at(-1)).toMatch(/and \d+ more/);
});

test("colours change no letter", () => {
  const screen = { columns: 80, lines: 40 };
  const board = boardOf(resource("started", db), step(3));
  const coloured = frame(board, 0, 0, { ...screen, paint: painted });
  expect(coloured).not.toBe(stripVTControlCharacters(coloured));
  expect(stripVTControlCharacters(coloured)).toBe(frame(board, 0, 0, { ...screen, paint: unpainted }));
});

test("an event goes through a line of the CD task's log, and text stays text", () => {
  const event = resource("started", db);
  expect(eventOfLine(eventLine(event, { now: () => 0 }).trimEnd())).toEqual(event);
  for (const line of ["db: creating", '{"command":"up"}', '{"time":"', '{"time":"x"}'])
    expect(eventOfLine(line)).toBeUndefined();
});

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ noColor: true }, true, false],
  [{ noColor: true, forceColor: true }, true, false],
  [{ forceColor: true }, false, true],
  [{ ci: true }, true, false],
  [{ dumb: true }, true, false],
  [{ color: "always", noColor: true }, false, true],
  [{ color: "never", forceColor: true }, true, false],
] as const)("colours of %j on a terminal (%s): %s", (settings, terminal, coloured) => {
  const given = { noColor: false, forceColor: false, dumb: false, ci: false, ...settings };
  expect(isColoured(given, terminal)).toBe(coloured);
});
