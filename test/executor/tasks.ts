/** Build tasks that are processes of this machine: the real executor where ECS would start it. */
import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { executorVariables } from "../../src/components/images/executor-switches";
import type {
  BuildTasks,
  ImageBuildRequest,
  LogPage,
  Manifest,
  StartedTask,
  TaskPlacement,
  TaskState,
} from "../../src/ports";
import type { ContextBucket } from "./contexts";
import type { ImageRegistry } from "./registry";
import { ExecutorRoot } from "./root";

interface Running {
  readonly process: ChildProcess;
  readonly lines: string[];
  end?: number;
}

export class LocalBuildTasks implements BuildTasks {
  /** Of each task, in the order of their starts. */
  readonly logs: string[][] = [];
  /** Variables besides those of every build: its secrets. */
  variables: Readonly<Record<string, string>> = {};
  readonly #tasks = new Map<string, Running>();

  constructor(
    private readonly executor: string,
    private readonly registry: ImageRegistry,
    private readonly bucket: ContextBucket,
  ) {}

  manifest(repositoryUrl: string, reference: string): Promise<Manifest | undefined> {
    return Promise.resolve(this.registry.manifest(repositoryOf(repositoryUrl), reference));
  }

  putManifest(repositoryUrl: string, tag: string, manifest: string, mediaType: string): Promise<void> {
    this.registry.putManifest(repositoryOf(repositoryUrl), tag, mediaType, Buffer.from(manifest));
    return Promise.resolve();
  }

  async putContext(bucket: string, key: string, pack: () => Readable): Promise<string> {
    this.bucket.objects.set(`${bucket}/${key}`, await buffer(pack()));
    return `s3://${bucket}/${key}`;
  }

  run(_request: ImageBuildRequest, executorArguments: readonly string[]): Promise<StartedTask> {
    const root = new ExecutorRoot(this.executor);
    const process = root.start(executorArguments, {
      // As the task definition has them, and what stands for the account here.
      ...executorVariables("us-east-1"),
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "task-credentials",
      S3_ENDPOINT: this.bucket.endpoint,
      S3_FORCE_PATH_STYLE: "true",
      ...this.variables,
    });
    const task: Running = { process, lines: [] };
    const arn = `task/${this.logs.length + 1}`;
    this.logs.push(task.lines);
    this.#tasks.set(arn, task);
    let open = "";
    const hear = (piece: Buffer): void => {
      const lines = (open + piece.toString()).split("\n");
      open = lines.pop() ?? "";
      task.lines.push(...lines);
    };
    process.stdout?.on("data", hear);
    process.stderr?.on("data", hear);
    process.on("close", (code, signal) => {
      if (open !== "") task.lines.push(open);
      task.end = code ?? (signal === "SIGKILL" ? 137 : 143);
      root.remove();
    });
    return Promise.resolve({ taskArn: arn });
  }

  describe(_placement: TaskPlacement, taskArn: string): Promise<TaskState> {
    const { end } = this.#task(taskArn);
    return Promise.resolve(
      end === undefined
        ? { status: "RUNNING" }
        : { status: "STOPPED", exitCode: end, stoppedReason: "Essential container in task exited" },
    );
  }

  logTail(_placement: TaskPlacement, taskArn: string, lines: number): Promise<readonly string[]> {
    return Promise.resolve(this.#task(taskArn).lines.slice(-lines));
  }

  logPage(_placement: TaskPlacement, taskArn: string, from: string | undefined): Promise<LogPage> {
    const { lines } = this.#task(taskArn);
    return Promise.resolve({ lines: lines.slice(Number(from ?? 0)), next: String(lines.length) });
  }

  stop(_placement: TaskPlacement, taskArn: string): Promise<void> {
    this.#task(taskArn).process.kill("SIGTERM");
    return Promise.resolve();
  }

  #task(arn: string): Running {
    const task = this.#tasks.get(arn);
    if (task === undefined) throw new Error(`no such task: ${arn}`);
    return task;
  }
}

function repositoryOf(url: string): string {
  return url.slice(url.indexOf("/") + 1);
}
