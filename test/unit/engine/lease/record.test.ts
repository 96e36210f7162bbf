/** What a lease says of its holder, and from when on a silent one is over. */
import { describeHolder, isOver, leasedError } from "../../../../src/engine/lease/record";

const heartbeat = "2026-01-02T03:04:05.000Z";
const beat = Date.parse(heartbeat);
const holder = (command: string, taskArn?: string) => ({
  ...{ host: "ci-7", machine: "m", pid: 1, processStart: "1", id: "i", command, version: "1.2.3" },
  ...{ since: heartbeat, heartbeat },
  ...(taskArn === undefined ? {} : { taskArn }),
});

test.each(["restart", "rollback", "scale", "stop", "start"])(
  "a silent %s is over after five minutes, since it leaves no traces",
  (command) => {
    expect([300_000, 300_001].map((age) => isOver(holder(command), beat + age))).toEqual([false, true]);
  },
);

test.each(["up", "destroy", "refresh"])("a silent %s is never over by itself", (command) => {
  expect(isOver(holder(command), beat + 10 * 24 * 3_600_000)).toBe(false);
});

test("a holder is described by its machine, or by its task of ECS", () => {
  expect(describeHolder(holder("up"))).toBe("berth-cd up (1.2.3) on ci-7 (process 1)");
  expect(describeHolder(holder("up", "arn:1"))).toBe("berth-cd up (1.2.3) in the ECS task arn:1");
});

test("a silence is told after eighty seconds, of a run that can't be seen", () => {
  const stack = { project: "shop", stack: "dev" };
  const told = (known: boolean, age: number) =>
    /last sign of life/.test(leasedError(stack, holder("up"), known, beat + age).problems[0]?.message ?? "");
  expect([told(false, 80_000), told(false, 80_001), told(true, 80_001)]).toEqual([false, true, false]);
});
