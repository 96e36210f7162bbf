import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BerthError } from "../../../src/errors";
import type { EngineEvent, Operation, ResourceStep } from "../../../src/ports";
import { errorText } from "../../../src/report/terminal/errors";
import { openEventSink } from "../../../src/report/page/event-sink";
import { eventLine, oneOffLine, progressLine } from "../../../src/report/terminal/progress";
import { buildsTable, changesTable, endpointsTable, stacksTable } from "../../../src/report/terminal/tables";

function step(name: string, type: string, op: Operation, parent?: string): ResourceStep {
  return {
    urn: name,
    type,
    name,
    op,
    inputs: {},
    dependsOn: [],
    protect: false,
    ...(parent === undefined ? {} : { parent }),
  };
}

describe("the tables", () => {
  test("changes are counted by the outermost component", () => {
    const text = changesTable([
      step("root", "pulumi:pulumi:Stack", "same"),
      step("network", "berth:aws:Network", "same", "root"),
      step("net", "aws:ec2/vpc:Vpc", "create", "network"),
      step("web", "berth:aws:ContainerService", "update", "root"),
      step("web-task", "aws:ecs/taskDefinition:TaskDefinition", "replace", "web"),
      step("gone", "aws:s3/bucket:Bucket", "delete"),
    ]);
    expect(text.split("\n")).toEqual([
      "COMPONENT  CREATE  UPDATE  REPLACE  DELETE  SAME",
      "stack                               1       1",
      "network    1                                1",
      "web                1       1",
    ]);
  });

  test("URLs, builds and stacks", () => {
    expect(endpointsTable({ web: "https://web.shop.example.com" })).toBe(
      "SERVICE  URL\nweb      https://web.shop.example.com",
    );
    const build = {
      service: "web",
      platform: "linux/arm64",
      image: `123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/kaniko-build:${"1f3a9c04b2c1".padEnd(64, "0")}`,
      cached: false,
      seconds: 61.25,
    } as const;
    expect(buildsTable([build, { ...build, service: "api", cached: true }])).toBe(
      [
        "SERVICE  PLATFORM     BUILD   IMAGE",
        "web      linux/arm64  61.3 s  shop/kaniko-build:1f3a9c04b2c1",
        "api      linux/arm64  cached  shop/kaniko-build:1f3a9c04b2c1",
      ].join("\n"),
    );
    expect(stacksTable([{ project: "shop", stack: "dev", resourceCount: 3 }])).toBe(
      "PROJECT  STACK  RESOURCES  LAST UPDATE\nshop     dev    3",
    );
  });
});

describe("progress", () => {
  test.each([
    [{ status: "started", seconds: 0.2 }, "  running   one-off task migrate"],
    [{ status: "succeeded", seconds: 41.3 }, "  ran       one-off task migrate (41 s)"],
    [
      { status: "failed", seconds: 1, message: "exit code 3" },
      "  failed    one-off task migrate: exit code 3",
    ],
    [{ status: "cancelled", seconds: 1 }, "  stopped   one-off task migrate"],
  ] as const)("tells a one-off task: %j", (progress, line) => {
    expect(oneOffLine({ service: "migrate", ...progress })).toBe(line);
  });

  const created: EngineEvent = {
    kind: "resource",
    status: "done",
    op: "create",
    urn: "u",
    type: "aws:rds/instance:Instance",
    name: "db",
    seconds: 361,
  };

  test.each<[Partial<EngineEvent>, string | undefined]>([
    [{}, "  created   rds Instance db (361 s)"],
    [{ seconds: 1 }, "  created   rds Instance db"],
    [{ op: "same" }, undefined],
    [{ planned: true }, "  create    rds Instance db"],
    [{ planned: true, op: "delete" }, "  delete    rds Instance db"],
    [{ planned: true, op: "read", seconds: 1 }, "  read      rds Instance db"],
    [{ planned: true, op: "same" }, undefined],
    [{ status: "started" }, undefined],
    [{ status: "failed" }, "  failed    rds Instance db"],
    [{ op: "replace", type: "berth:aws:Network" }, "  replaced  berth:aws:Network db (361 s)"],
  ])("%j", (change, line) => {
    expect(progressLine({ ...created, ...change } as EngineEvent)).toBe(line);
  });

  test("warnings and errors of the engine are told, its chatter is not", () => {
    expect(progressLine({ kind: "diagnostic", severity: "warning", message: "slow" })).toBe(
      "  warning: slow",
    );
    expect(progressLine({ kind: "diagnostic", severity: "info", message: "hm" })).toBeUndefined();
  });

  test("an event is one line of JSON with its time", () => {
    const clock = { now: () => 0, sleep: () => Promise.resolve() };
    expect(JSON.parse(eventLine(created, clock))).toEqual({ time: "1970-01-01T00:00:00.000Z", ...created });
  });
});

describe("the event sink", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "berth-events-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const never = (): Promise<void> => Promise.reject(new Error("nothing is put"));

  test("appends to a file, making its folder", async () => {
    for (const line of ["1\n", "2\n"]) {
      const sink = openEventSink("runs/events.ndjson", folder, never);
      sink.write(line);
      await sink.close();
    }
    expect(readFileSync(join(folder, "runs/events.ndjson"), "utf8")).toBe("1\n2\n");
  });

  test("a file that can't be written is told", async () => {
    const sink = openEventSink(folder, folder, never);
    sink.write("1\n");
    await expect(sink.close()).rejects.toThrow("BERTH_EVENTS");
  });

  test("an object gets the whole stream at the end", async () => {
    const puts: string[][] = [];
    const sink = openEventSink("s3://bucket/events", folder, (...put) => {
      puts.push(put);
      return Promise.resolve();
    });
    sink.write("1\n");
    sink.write("2\n");
    expect(puts).toEqual([]);
    await sink.close();
    expect(puts).toEqual([["s3://bucket/events", "1\n2\n", "application/x-ndjson"]]);
  });
});

describe("errors", () => {
  test("every problem with its place, the line and the fix", () => {
    const error = new BerthError("project", [
      {
        path: "services.web.prots",
        message: "unknown key",
        hint: "did you mean ports?",
        location: { file: "compose.yaml", line: 3, column: 5, text: "    prots: []" },
      },
      { message: "and another" },
    ]);
    expect(errorText(error)).toBe(
      [
        "error: compose.yaml:3:5: services.web.prots: unknown key",
        "      prots: []",
        "      ^",
        "  fix: did you mean ports?",
        "error: and another",
        "",
      ].join("\n"),
    );
  });

  test("what is not ours is a bug with its stack", () => {
    expect(errorText(new TypeError("x is not a function"))).toMatch(
      /^This is a bug in Berth.*\nTypeError: x is not a function\n +at [^]*\n +at .*\n$/,
    );
  });

  test("a bug without one says how to get it", () => {
    const error = new TypeError("x is not a function");
    error.stack = "TypeError: x is not a function";
    expect(errorText(error)).toMatch(
      /\nTypeError: x is not a function\nRun it again with LOG_LEVEL=debug, .*\n$/,
    );
  });
});
