/** Image builds under simulation: a task runs for as long as AWS would take, pushes its tag, and ends with 0. */
import { createHash, randomUUID } from "node:crypto";
import { BerthError } from "../errors";
import type { BuildTasks, BuildTaskState, Clock, ImageBuildRequest } from "../ports";
import type { SimulatedAws } from "./aws";

/** How a build fails, for tests and rehearsals. */
export interface ScriptedFailure {
  readonly exitCode: number;
  readonly log: readonly string[];
  readonly stoppedReason?: string;
}

export interface SimulatedBuildTasksOptions {
  /** The clouds whose registries are pushed to; asked anew each time, since a run opens its own. */
  readonly clouds: () => readonly SimulatedAws[];
  readonly clock: Clock;
  /** 1 takes as long as AWS does. @default 0 */
  readonly latencyScale?: number;
  /** By compose service. @default every build succeeds */
  readonly failures?: Readonly<Record<string, ScriptedFailure>>;
}

interface Task {
  readonly request: ImageBuildRequest;
  readonly log: string[];
  readonly stop: AbortController;
  state: BuildTaskState;
}

/** A small service's first build on Fargate, start of the task included. */
const buildSeconds = 90;
const repositoryType = "aws:ecr/repository:Repository";

export class SimulatedBuildTasks implements BuildTasks {
  private readonly tasks = new Map<string, Task>();

  constructor(private readonly options: SimulatedBuildTasksOptions) {}

  hasImage(repositoryUrl: string, tag: string): Promise<boolean> {
    const name = nameOf(repositoryUrl);
    const held = this.options.clouds().some((cloud) => cloud.images(name).some((image) => image.tag === tag));
    return Promise.resolve(held);
  }

  run(request: ImageBuildRequest, executorArguments: readonly string[]): Promise<string> {
    const cloud = this.cloudOf(request);
    const cluster = request.clusterArn.split("/").pop() ?? "default";
    const arn = `arn:aws:ecs:${cloud.region}:${cloud.accountId}:task/${cluster}/${randomUUID().replaceAll("-", "")}`;
    const task: Task = {
      request,
      log: [`executor ${executorArguments.join(" ")}`],
      stop: new AbortController(),
      state: { status: "PENDING" },
    };
    this.tasks.set(arn, task);
    void this.play(task, cloud);
    return Promise.resolve(arn);
  }

  describe(_clusterArn: string, taskArn: string): Promise<BuildTaskState> {
    return Promise.resolve(this.task(taskArn).state);
  }

  logTail(_request: ImageBuildRequest, taskArn: string, lines: number): Promise<readonly string[]> {
    return Promise.resolve(this.task(taskArn).log.slice(-lines));
  }

  stop(_clusterArn: string, taskArn: string, reason: string): Promise<void> {
    const task = this.task(taskArn);
    if (task.state.status !== "STOPPED") {
      task.state = { status: "STOPPED", exitCode: 137, stoppedReason: reason };
      task.stop.abort();
    }
    return Promise.resolve();
  }

  private async play(task: Task, cloud: SimulatedAws): Promise<void> {
    task.state = { status: "RUNNING" };
    try {
      await this.options.clock.sleep(
        buildSeconds * 1000 * (this.options.latencyScale ?? 0),
        task.stop.signal,
      );
    } catch {
      return;
    }
    if (task.stop.signal.aborted) return;
    task.state = await this.end(task, cloud);
  }

  private async end({ request, log }: Task, cloud: SimulatedAws): Promise<BuildTaskState> {
    const failure = this.options.failures?.[request.service];
    if (failure !== undefined) {
      const { exitCode, stoppedReason = "Essential container in task exited" } = failure;
      log.push(...failure.log);
      return { status: "STOPPED", exitCode, stoppedReason };
    }
    const repository = nameOf(request.repositoryUrl);
    const found = cloud.find(repositoryType, repository);
    const tag = request.digest;
    const taken = cloud.images(repository).some((image) => image.tag === tag);
    if (found === undefined || (taken && found.outputs["imageTagMutability"] === "IMMUTABLE")) {
      const reason =
        found === undefined
          ? "NAME_UNKNOWN: the repository does not exist"
          : `TAG_INVALID: '${tag}' is immutable`;
      log.push(`error pushing image: ${reason}`);
      return { status: "STOPPED", exitCode: 1, stoppedReason: "Essential container in task exited" };
    }
    const digest = `sha256:${createHash("sha256").update(`${repository}:${tag}`).digest("hex")}`;
    await cloud.pushImage({ repository, tag, digest });
    log.push(`Pushed ${request.repositoryUrl}:${tag}@${digest}`);
    return { status: "STOPPED", exitCode: 0, stoppedReason: "Essential container in task exited" };
  }

  private cloudOf({ repositoryUrl }: ImageBuildRequest): SimulatedAws {
    const clouds = this.options.clouds();
    const name = nameOf(repositoryUrl);
    const cloud = clouds.find((candidate) => candidate.find(repositoryType, name) !== undefined) ?? clouds[0];
    if (cloud === undefined)
      throw new BerthError("bug", "a simulated build was started before any simulated AWS");
    return cloud;
  }

  private task(arn: string): Task {
    const task = this.tasks.get(arn);
    if (task === undefined) throw new BerthError("build", `there is no task ${arn}`);
    return task;
  }
}

/** `project/kaniko-build` of `123456789012.dkr.ecr.us-east-1.amazonaws.com/project/kaniko-build`. */
function nameOf(repositoryUrl: string): string {
  return repositoryUrl.slice(repositoryUrl.indexOf("/") + 1);
}
