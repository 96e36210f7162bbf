/** A small ECS and ECR in memory, and a clock on which time passes by sleeping. */
import type { BuildTasks, Clock, ImageBuildRequest, TaskPlacement, TaskState } from "../../../src/ports";

export const repositoryUrl = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/kaniko-build";

export function request(over: Partial<ImageBuildRequest> = {}): ImageBuildRequest {
  return {
    service: "api",
    architecture: "ARM64",
    digest: "d1",
    context: "api",
    dockerfile: "api/Dockerfile",
    args: {},
    repositoryUrl,
    cacheRepositoryUrl: `${repositoryUrl}/cache`,
    clusterArn: "cluster",
    taskDefinitionArn: "definition",
    subnetIds: ["subnet-1"],
    securityGroupIds: ["sg-1"],
    logGroupName: "/shop/builds",
    ...over,
  };
}

/** Sleeps are in the order of their ends; time stands still while anything else goes on. */
export class VirtualClock implements Clock {
  #now = 1_000_000;
  readonly sleeps: number[] = [];
  #sleepers: { readonly until: number; readonly wake: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    this.sleeps.push(milliseconds);
    return new Promise((resolve, reject) => {
      const sleeper = { until: this.#now + milliseconds, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener("abort", () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(new Error("aborted"));
      });
      setImmediate(() => {
        this.#advance();
      });
    });
  }

  #advance(): void {
    this.#sleepers.sort((a, b) => a.until - b.until);
    const next = this.#sleepers.shift();
    if (next === undefined) return;
    this.#now = Math.max(this.#now, next.until);
    next.wake();
  }
}

/** How a task goes on. */
export interface Course {
  /** Milliseconds until it stops. @default 3000 */
  readonly takes?: number;
  /** @default 0; `null` for a task that never ran */
  readonly exitCode?: number | null;
  readonly stoppedReason?: string;
  /** Whether its image is in the registry when it stops. @default where the exit code is 0 */
  readonly pushes?: boolean;
  readonly log?: readonly string[];
}

interface FakeTask {
  readonly request: ImageBuildRequest;
  readonly course: Course;
  readonly ends: number;
  stopped?: string;
}

/** Answers as AWS would; `courses` tell by digest how each build goes. */
export class FakeBuildTasks implements BuildTasks {
  readonly images = new Set<string>();
  readonly started: { readonly request: ImageBuildRequest; readonly arguments: readonly string[] }[] = [];
  readonly stopReasons: string[] = [];
  courses: Readonly<Record<string, Course>> = {};
  /** Most tasks that ever ran at once. */
  peak = 0;
  /** Thrown by the next call of that name. */
  failing: Partial<Record<"run" | "describe" | "logTail" | "hasImage", Error>> = {};
  readonly #clock: Clock;
  readonly #tasks = new Map<string, FakeTask>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  hasImage(url: string, tag: string): Promise<boolean> {
    this.#settle();
    return this.#orFail("hasImage", this.images.has(`${url}:${tag}`));
  }

  run(wanted: ImageBuildRequest, executorArguments: readonly string[]): Promise<string> {
    this.started.push({ request: wanted, arguments: executorArguments });
    const arn = `task/${this.started.length}`;
    const course = this.courses[wanted.digest] ?? {};
    this.#tasks.set(arn, { request: wanted, course, ends: this.#clock.now() + (course.takes ?? 3_000) });
    this.peak = Math.max(this.peak, [...this.#tasks.values()].filter((task) => this.#runs(task)).length);
    return this.#orFail("run", arn);
  }

  describe(_placement: TaskPlacement, taskArn: string): Promise<TaskState> {
    this.#settle();
    const task = this.#task(taskArn);
    const { exitCode = 0, stoppedReason } = task.course;
    const state: TaskState = this.#runs(task)
      ? { status: "RUNNING" }
      : {
          status: "STOPPED",
          ...(exitCode === null ? {} : { exitCode }),
          ...(stoppedReason === undefined ? {} : { stoppedReason }),
        };
    return this.#orFail("describe", state);
  }

  logTail(_placement: TaskPlacement, taskArn: string, lines: number): Promise<readonly string[]> {
    return this.#orFail("logTail", (this.#task(taskArn).course.log ?? []).slice(-lines));
  }

  stop(_placement: TaskPlacement, taskArn: string, reason: string): Promise<void> {
    this.stopReasons.push(reason);
    this.#task(taskArn).stopped = reason;
    return Promise.resolve();
  }

  get running(): number {
    return [...this.#tasks.values()].filter((task) => this.#runs(task)).length;
  }

  #runs({ ends, stopped }: FakeTask): boolean {
    return stopped === undefined && this.#clock.now() < ends;
  }

  /** What ended has pushed. */
  #settle(): void {
    for (const task of this.#tasks.values()) {
      const { exitCode = 0, pushes = exitCode === 0 } = task.course;
      if (!this.#runs(task) && task.stopped === undefined && pushes) {
        this.images.add(`${task.request.repositoryUrl}:${task.request.digest}`);
      }
    }
  }

  #task(arn: string): FakeTask {
    const task = this.#tasks.get(arn);
    if (task === undefined) throw new Error(`no such task: ${arn}`);
    return task;
  }

  #orFail<T>(call: keyof FakeBuildTasks["failing"], value: T): Promise<T> {
    const error = this.failing[call];
    return error === undefined ? Promise.resolve(value) : Promise.reject(error);
  }
}
