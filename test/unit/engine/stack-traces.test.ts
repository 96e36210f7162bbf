import { setTimeout as wait } from "node:timers/promises";
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { SimulatorEngine } from "../../../src/simulator/engine/engine";
import { withoutStackTraces } from "../../../src/engine/stack-traces";
import { BerthError } from "../../../src/errors";
import { systemClock } from "../../../src/wiring/clock";
import { failureOf, SimulatorBench } from "../../support/simulator-bench";
import { keptLog, lookingProgram } from "../../support/stack-traces";

const limit = 17;
let before: number;
let bench: SimulatorBench;
beforeEach(() => {
  before = Error.stackTraceLimit;
  Error.stackTraceLimit = limit;
  bench = new SimulatorBench();
});
afterEach(() => {
  Error.stackTraceLimit = before;
  bench.remove();
});

describe("while a program runs on the simulator", () => {
  test.each(["up", "preview"] as const)(
    "of %s errors take no stack traces, but for ours",
    async (command) => {
      const { program, seen } = lookingProgram();
      await bench[command](program);
      expect(new Set(seen.limits)).toEqual(new Set([0]));
      expect(seen.frames.slice(0, 2)).toEqual([
        undefined,
        expect.stringContaining("support/stack-traces.ts") as string,
      ]);
      expect(Error.stackTraceLimit).toBe(limit);
    },
  );

  test.each<[string, () => Promise<Record<string, unknown>>]>([
    ["throws", () => Promise.reject(new Error("out of cheese"))],
    [
      "is refused by AWS",
      () => {
        new Subnet("a", { vpcId: "vpc-0123456789abcdef0", cidrBlock: "10.0.0.0/24" });
        return Promise.resolve({});
      },
    ],
  ])("and the limit is back after a program that %s", async (_what, end) => {
    const { program, seen } = lookingProgram(end);
    await failureOf(bench.up(program));
    expect(seen.limits).toEqual([0, 0]);
    expect(Error.stackTraceLimit).toBe(limit);
  });

  test("and the limit is back after a run that is cancelled while its program waits", async () => {
    const ending = new AbortController();
    const { program, seen } = lookingProgram(() => {
      ending.abort();
      return new Promise(() => undefined);
    });
    expect((await failureOf(bench.up(program, { signal: ending.signal }))).kind).toBe("cancelled");
    expect(seen.limits).toEqual([0, 0]);
    expect(Error.stackTraceLimit).toBe(limit);
  });

  test("and at LOG_LEVEL=debug every error takes its own, which the log gets of what is thrown", async () => {
    const { log, messages } = keptLog("debug");
    const options = { stateDirectory: bench.directory, region: "us-east-1", clock: systemClock, log };
    bench.engine = new SimulatorEngine(options);
    const { program, seen } = lookingProgram(() => Promise.reject(new TypeError("x is undefined")));
    await failureOf(bench.up(program));
    expect(seen.limits).toEqual([limit, limit]);
    expect(seen.frames[0]).toContain("support/stack-traces.ts");
    expect(messages).toEqual([
      expect.stringMatching(/^TypeError: x is undefined\n +at .*stack-traces\.test/) as string,
    ]);
  });
});

describe("withoutStackTraces", () => {
  test("of two works that overlap, the limit is back when both have ended, however they do", async () => {
    const first = withoutStackTraces(undefined, () => wait(20));
    const second = withoutStackTraces(keptLog("info").log, async () => {
      await wait(40);
      throw new Error("no");
    });
    await first;
    expect(Error.stackTraceLimit).toBe(0);
    await expect(second).rejects.toThrow("no");
    expect(Error.stackTraceLimit).toBe(limit);
  });

  test("what throws at once gives the limit back too", async () => {
    const thrown = new BerthError("bug", [{ message: "at once" }]);
    await expect(
      withoutStackTraces(undefined, () => {
        throw thrown;
      }),
    ).rejects.toBe(thrown);
    expect(Error.stackTraceLimit).toBe(limit);
  });

  test("a BerthError's begins with its message, and where it was made", async () => {
    const error = await withoutStackTraces(undefined, () =>
      Promise.resolve(new BerthError("usage", { path: "AWS_REGION", message: "it is not set" })),
    );
    expect(error.stack).toMatch(/^BerthError: AWS_REGION: it is not set\n +at .*stack-traces\.test\.ts/);
  });
});
