/** What passes by itself where a task does not begin, told from what stays, in the words that public reports quote. */
import { afterShortage, hintOf, shortageOf, type Placing } from "../../../src/tasks/capacity";
import { startFaultOf } from "../../../src/ports/capacity";

test.each([
  [
    "Capacity is unavailable at this time. Please try again later or in a different availability zone",
    "capacity",
  ],
  ["You've reached the limit on the number of vCPUs you can run concurrently", "limit"],
  ["You've reached the limit on the number of tasks you can run concurrently", "limit"],
  ["ECS was unable to assume the role 'arn:aws:iam::1:role/x' that was provided for this task.", "role"],
  [
    'CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref public.ecr.aws/x/y:1: failed to do request: Head "https://public.ecr.aws/v2/x/y/manifests/1": dial tcp 75.2.101.78:443: i/o timeout',
    "way out",
  ],
  [
    "CannotPullContainerError: Error response from daemon: Get https://registry-1.docker.io/v2/: net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
    "way out",
  ],
  [
    "ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network configuration. RequestError: send request failed",
    "way out",
  ],
  [
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from ssm: AccessDeniedException: User is not authorized to perform: ssm:GetParameters",
    "role",
  ],
  ["CannotPullContainerError: failed to resolve ref docker.io/library/nope:1: not found", undefined],
  ["CannotPullContainerError: toomanyrequests: You have reached your pull rate limit", undefined],
  ["Essential container in task exited", undefined],
  ["dial tcp 10.0.0.1:5432: i/o timeout", undefined],
])("%s: %s", (reason, fault) => {
  expect(startFaultOf(reason)).toBe(fault);
});

test("a container that ran is not run again, whatever its task says", () => {
  const state = {
    status: "STOPPED",
    exitCode: 1,
    stoppedReason: "Capacity is unavailable at this time",
  } as const;
  expect(shortageOf({ kind: "failed", message: "", logTail: [], state })).toBeUndefined();
});

test("each fault is waited for by itself, and not for ever", () => {
  let placing: Placing = { provider: "FARGATE", pauses: {} };
  const waits = { role: 0, "way out": 0 };
  for (const fault of ["role", "way out"] as const) {
    for (let next = afterShortage(placing, fault); next !== undefined; next = afterShortage(placing, fault)) {
      waits[fault] += next.pause;
      placing = next;
    }
  }
  expect(waits).toEqual({ role: 123_000, "way out": 300_000 });
});

test("a Spot quota that is used up is no reason to wait; a closed way out is the same on demand", () => {
  const spot: Placing = { provider: "FARGATE_SPOT", pauses: {} };
  expect(afterShortage(spot, "limit")).toMatchObject({ provider: "FARGATE", pause: 0 });
  expect(afterShortage(spot, "way out")).toMatchObject({ provider: "FARGATE_SPOT", pause: 10_000 });
});

test("what to do depends on what did not pass", () => {
  expect(hintOf("You've reached the limit on the number of vCPUs")).toMatch(/L-3032A538/);
  expect(hintOf("no reason given")).toBe("run again in some minutes");
});
