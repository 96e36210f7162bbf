/** A small ECS and ECR in memory, and a clock on which time passes by sleeping. */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { ProjectArchive } from "../../../src/archive";
import type {
  BuildCapacity,
  BuildTasks,
  Clock,
  ImageBuildRequest,
  LogPage,
  Manifest,
  TaskPlacement,
  TaskState,
} from "../../../src/ports";

export const repositoryUrl = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/kaniko-build";

export function request(over: Partial<ImageBuildRequest> = {}): ImageBuildRequest {
  return {
    service: "api",
    architecture: "ARM64",
    digest: "d1",
    build: { context: "api", dockerfile: "api/Dockerfile", args: {} },
    repositoryUrl,
    cacheRepositoryUrl: `${repositoryUrl}/cache`,
    clusterArn: "cluster",
    taskDefinitionArn: "definition",
    subnetIds: ["subnet-1"],
    securityGroupIds: ["sg-1"],
    logGroupName: "/shop/builds",
    contextBucket: "contexts",
    size: { cpu: 2048, memory: 8192 },
    spot: false,
    ...over,
  };
}

/** Sleeps are in the order of their ends; time stands still while anything else goes on. */
export class VirtualClock implements Clock {
  #now = 1_000_000;
  readonly #begun: { readonly milliseconds: number; givenUp: boolean }[] = [];
  #sleepers: { readonly until: number; readonly wake: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  /** Milliseconds of each; not of one that was given up. */
  get sleeps(): readonly number[] {
    return this.#begun.filter(({ givenUp }) => !givenUp).map(({ milliseconds }) => milliseconds);
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    const begun = { milliseconds, givenUp: false };
    this.#begun.push(begun);
    return new Promise((resolve, reject) => {
      const sleeper = { until: this.#now + milliseconds, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener("abort", () => {
        begun.givenUp = this.#sleepers.includes(sleeper);
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
  readonly stopCode?: string;
  /** RunTask finds no capacity, and says so in these words: there is no task. */
  readonly unavailable?: string;
  /** Whether its image is in the registry when it stops. @default where the exit code is 0, and it is no test */
  readonly pushes?: boolean;
  readonly log?: readonly string[];
}

interface FakeTask {
  readonly request: ImageBuildRequest;
  readonly course: Course;
  readonly publishes: boolean;
  readonly ends: number;
  stopped?: string;
}

interface Started {
  readonly request: ImageBuildRequest;
  readonly arguments: readonly string[];
  readonly capacity: BuildCapacity;
}

/** Answers as AWS would; `courses` tell by digest how each task of a build goes, the last one for good. */
export class FakeBuildTasks implements BuildTasks {
  /** By `repository:tag`. */
  readonly images = new Map<string, Manifest>();
  readonly started: Started[] = [];
  readonly stopReasons: string[] = [];
  readonly contexts: string[] = [];
  courses: Readonly<Record<string, Course | readonly Course[]>> = {};
  /** Most tasks that ever ran at once. */
  peak = 0;
  /** Thrown by the next call of that name. */
  failing: Partial<Record<"run" | "describe" | "logTail" | "logPage" | "manifest", Error>> = {};
  readonly #clock: Clock;
  readonly #tasks = new Map<string, FakeTask>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  manifest(url: string, reference: string): Promise<Manifest | undefined> {
    this.#settle();
    const byDigest = [...this.images].find(
      ([name, { digest }]) => name.startsWith(url) && digest === reference,
    );
    return this.#orFail("manifest", byDigest?.[1] ?? this.images.get(`${url}:${reference}`));
  }

  putManifest(url: string, tag: string, manifest: string, mediaType: string): Promise<void> {
    const name = `${url}:${tag}`;
    if (!this.images.has(name))
      this.images.set(name, { digest: digestOf(manifest), mediaType, size: manifest.length });
    return Promise.resolve();
  }

  putContext(bucket: string, key: string): Promise<string> {
    this.contexts.push(key);
    return Promise.resolve(`s3://${bucket}/${key}`);
  }

  run(
    wanted: ImageBuildRequest,
    executorArguments: readonly string[],
    capacity: BuildCapacity,
  ): Promise<{ taskArn: string } | { unavailable: string }> {
    const course = this.#course(wanted.digest);
    this.started.push({ request: wanted, arguments: executorArguments, capacity });
    if (course.unavailable !== undefined) return Promise.resolve({ unavailable: course.unavailable });
    const arn = `task/${this.started.length}`;
    this.#tasks.set(arn, {
      request: wanted,
      course,
      publishes: !executorArguments.includes("--no-push"),
      ends: this.#clock.now() + (course.takes ?? 3_000),
    });
    this.peak = Math.max(this.peak, this.running);
    return this.#orFail("run", { taskArn: arn });
  }

  describe(_placement: TaskPlacement, taskArn: string): Promise<TaskState> {
    this.#settle();
    const task = this.#task(taskArn);
    const { exitCode = 0, stoppedReason, stopCode } = task.course;
    const state: TaskState = this.#runs(task)
      ? { status: "RUNNING" }
      : {
          status: "STOPPED",
          ...(exitCode === null ? {} : { exitCode }),
          ...(stoppedReason === undefined ? {} : { stoppedReason }),
          ...(stopCode === undefined ? {} : { stopCode }),
        };
    return this.#orFail("describe", state);
  }

  logTail(_placement: TaskPlacement, taskArn: string, lines: number): Promise<readonly string[]> {
    return this.#orFail("logTail", (this.#task(taskArn).course.log ?? []).slice(-lines));
  }

  /** One line more at each look. */
  logPage(_placement: TaskPlacement, taskArn: string, from: string | undefined): Promise<LogPage> {
    const start = Number(from ?? 0);
    const lines = (this.#task(taskArn).course.log ?? []).slice(start, start + 1);
    return this.#orFail("logPage", { lines, next: String(start + lines.length) });
  }

  stop(_placement: TaskPlacement, taskArn: string, reason: string): Promise<void> {
    this.stopReasons.push(reason);
    this.#task(taskArn).stopped = reason;
    return Promise.resolve();
  }

  get running(): number {
    return [...this.#tasks.values()].filter((task) => this.#runs(task)).length;
  }

  #course(digest: string): Course {
    const courses = [this.courses[digest] ?? {}].flat();
    const before = this.started.filter(({ request: { digest: other } }) => other === digest).length;
    return courses[Math.min(before, courses.length - 1)] ?? {};
  }

  #runs({ ends, stopped }: FakeTask): boolean {
    return stopped === undefined && this.#clock.now() < ends;
  }

  /** What ended has pushed. */
  #settle(): void {
    for (const task of this.#tasks.values()) {
      const { exitCode = 0, pushes = exitCode === 0 && task.publishes } = task.course;
      if (this.#runs(task) || task.stopped !== undefined || !pushes) continue;
      const name = `${task.request.repositoryUrl}:${task.request.digest}`;
      if (!this.images.has(name)) this.images.set(name, imageOf(name));
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

/** The image that stands under a name. */
export function imageOf(name: string): Manifest {
  return { digest: digestOf(name), mediaType: "application/vnd.oci.image.manifest.v1+json", size: 500 };
}

function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** An archive of which only the Dockerfile counts here. */
export function archiveOf(
  dockerfile?: string,
): Pick<ProjectArchive, "packContext" | "dockerfile" | "folderContexts" | "contextLinks" | "mountCopies"> {
  return {
    contextLinks: () => ({ context: { paths: new Set(), links: new Map() }, folders: new Map() }),
    packContext: () => Readable.from([]),
    dockerfile: () => dockerfile,
    folderContexts: () => new Map(),
    mountCopies: () => [],
  };
}
