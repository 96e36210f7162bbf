/** An ECS in memory that runs one-off tasks; the clock is that of the builds. */
import type {
  Clock,
  OneOffRequest,
  OneOffTasks,
  StartedTask,
  TaskPlacement,
  TaskState,
} from "../../../src/ports";
import type { Course } from "../builds/builds-fakes";

export function oneOff(over: Partial<OneOffRequest> = {}): OneOffRequest {
  return {
    service: "migrate",
    required: true,
    clusterArn: "cluster",
    taskDefinitionArn: "definition",
    subnetIds: ["subnet-1"],
    securityGroupIds: ["sg-1"],
    logGroupName: "/shop/logs",
    containerName: over.service ?? "migrate",
    ...over,
  };
}

interface FakeTask {
  readonly course: Course;
  readonly ends: number;
  stopped: boolean;
}

/** `courses` tell by service how each of its tasks goes, the last one for good. */
export class FakeOneOffTasks implements OneOffTasks {
  readonly started: OneOffRequest[] = [];
  readonly stopReasons: string[] = [];
  /** Thrown by every call of that name. */
  failing: Partial<Record<"run" | "describe", Error>> = {};
  readonly #tasks = new Map<string, FakeTask>();

  constructor(
    readonly clock: Clock,
    readonly courses: Readonly<Record<string, Course | readonly Course[]>> = {},
  ) {}

  run(request: OneOffRequest): Promise<StartedTask> {
    if (this.failing.run !== undefined) return Promise.reject(this.failing.run);
    this.started.push(request);
    const arn = `task/${this.started.length}`;
    const courses = [this.courses[request.service] ?? {}].flat();
    const before = this.started.filter(({ service }) => service === request.service).length - 1;
    const course = courses[Math.min(before, courses.length - 1)] ?? {};
    if (course.unavailable !== undefined) return Promise.resolve({ unavailable: course.unavailable });
    this.#tasks.set(arn, { course, ends: this.clock.now() + (course.takes ?? 3_000), stopped: false });
    return Promise.resolve({ taskArn: arn });
  }

  describe(_placement: TaskPlacement, taskArn: string): Promise<TaskState> {
    if (this.failing.describe !== undefined) return Promise.reject(this.failing.describe);
    const task = this.#task(taskArn);
    if (this.#runs(task)) return Promise.resolve({ status: "RUNNING" });
    const { exitCode = 0, stoppedReason } = task.course;
    return Promise.resolve({
      status: "STOPPED",
      ...(exitCode === null ? {} : { exitCode }),
      ...(stoppedReason === undefined ? {} : { stoppedReason }),
    });
  }

  logTail(_placement: TaskPlacement, taskArn: string, lines: number): Promise<readonly string[]> {
    return Promise.resolve((this.#task(taskArn).course.log ?? []).slice(-lines));
  }

  stop(_placement: TaskPlacement, taskArn: string, reason: string): Promise<void> {
    this.stopReasons.push(reason);
    this.#task(taskArn).stopped = true;
    return Promise.resolve();
  }

  get running(): number {
    return [...this.#tasks.values()].filter((task) => this.#runs(task)).length;
  }

  #runs({ ends, stopped }: FakeTask): boolean {
    return !stopped && this.clock.now() < ends;
  }

  #task(arn: string): FakeTask {
    const task = this.#tasks.get(arn);
    if (task === undefined) throw new Error(`no such task: ${arn}`);
    return task;
  }
}
