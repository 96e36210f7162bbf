/** How a task of ECS does not begin, though the same RunTask succeeds some seconds later: ECS's own words. */
import type { TaskState } from "../../ports";
import type { RehearsedStartFault } from "../../ports/rehearsal";

/** What RunTask, or the task that it started, comes to. */
type Play = { readonly unavailable: string } | TaskState;

/** The starts of a service that go wrong before one goes well. */
const failing = 2;

export const startPlays = {
  // pulumi-awsx #927 quotes it.
  "young-role": {
    unavailable:
      "ECS was unable to assume the role 'arn:aws:iam::123456789012:role/berth/task' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.",
  },
  // "ResourceInitializationError errors", ECS developer guide.
  "closed-way-out": {
    status: "STOPPED",
    stopCode: "TaskFailedToStart",
    stoppedReason:
      'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 3 time(s): RequestError: send request failed caused by: Post "https://api.ecr.us-east-1.amazonaws.com/": dial tcp 44.213.79.10:443: i/o timeout',
  },
  // "API failure messages", ECS developer guide.
  "account-limit": {
    unavailable: "You've reached the limit on the number of vCPUs you can run concurrently",
  },
} as const satisfies Readonly<Record<RehearsedStartFault, Play>>;

export class StartPlays {
  readonly #played = new Map<string, number>();

  constructor(private readonly faults: Readonly<Record<string, RehearsedStartFault>>) {}

  /** @returns `undefined` where the next task of the service begins */
  next(service: string): Play | undefined {
    const fault = this.faults[service];
    const played = this.#played.get(service) ?? 0;
    if (fault === undefined || played === failing) return undefined;
    this.#played.set(service, played + 1);
    return startPlays[fault];
  }
}
