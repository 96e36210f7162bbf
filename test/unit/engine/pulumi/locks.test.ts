import { lockedError, lockOwners } from "../../../../src/engine/pulumi/locks";

const stack = { project: "shop", stack: "dev" };
const said = [
  "error: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.",
  "  file:///s/.pulumi/locks/organization/shop/dev/1.json: created by ada@ci-7 (pid 4711) at 2026-01-02T03:04:05.000000006Z",
  "  file:///s/.pulumi/locks/organization/shop/dev/2.json: created by bob@home (pid 12) at 2026-01-02T04:00:00Z",
].join("\n");

test("the owners of every lock are read", () => {
  expect(lockOwners(said)).toEqual([
    { user: "ada", host: "ci-7", pid: 4711, since: "2026-01-02T03:04:05.000000006Z" },
    { user: "bob", host: "home", pid: 12, since: "2026-01-02T04:00:00Z" },
  ]);
  expect(lockOwners("error: no stack named 'dev' found")).toEqual([]);
});

test("the refusal names each owner and the command that breaks the lock", () => {
  const error = lockedError(stack, lockOwners(said));
  expect(error.kind).toBe("locked");
  expect(error.problems.map((problem) => problem.message)).toEqual([
    "the stack is locked by the pulumi CLI of ada@ci-7 (process 4711) since 2026-01-02T03:04:05.000000006Z",
    "the stack is locked by the pulumi CLI of bob@home (process 12) since 2026-01-02T04:00:00Z",
  ]);
  expect(error.problems[0]?.hint).toContain("berth-cd cancel");
});

test("a lock whose owner isn't told is still a lock", () => {
  expect(lockedError(stack, lockOwners("the stack is currently locked by 1 lock(s)")).problems).toMatchObject(
    [{ path: "shop/dev", message: "the stack is locked by another run" }],
  );
});
