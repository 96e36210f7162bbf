/** Tasks on Fargate, by ECS and CloudWatch Logs: started, looked at, stopped, and the end of their log read. */
import type { Container, ContainerOverride, Failure, Task, TaskOverride } from "@aws-sdk/client-ecs";
import { BerthError, type ErrorKind } from "../errors";
import type { BuildCapacity, LogPage, StartedTask, TaskControl, TaskPlacement, TaskState } from "../ports";
import { capacityShort } from "../ports/capacity";
import type { AwsClients } from "./clients";
import { awsError, faultOf } from "./faults";
import { lastLines, nextLines, type LogStream } from "./log-tail";

export interface FargateTasksOptions {
  /**
   * A task on Spot costs a third and may be interrupted.
   * @default "FARGATE"
   */
  readonly capacityProvider?: "FARGATE" | "FARGATE_SPOT";
  /**
   * Whether the task gets an address of its own: only where its subnets are public ones.
   * @default false
   */
  readonly assignPublicIp?: boolean;
}

/** What one task has that its definition, and its adapter, say otherwise. */
export interface TaskOverrides {
  readonly container?: Omit<ContainerOverride, "name">;
  readonly size?: NonNullable<BuildCapacity["size"]>;
  readonly capacityProvider?: BuildCapacity["provider"];
}

/** What the tasks of an adapter are for: the kind of their errors, and what a sentence calls them. */
export interface TaskPurpose {
  readonly kind: Extract<ErrorKind, "build" | "deployment">;
  readonly noun: string;
}

/** Characters of StopTask's `reason` (ECS API reference). */
const stopReasonLength = 255;

/**
 * Answers of "MISSING" that a task just started may get: DescribeTasks follows RunTask with a delay
 * (ECS API reference, RunTask: "The Amazon ECS API follows an eventual consistency model").
 */
const missingAllowed = 15;

/** The part of a task definition that names the container and its log stream. */
interface TaskContainer {
  readonly name: string;
  /** `awslogs-stream-prefix` */
  readonly streamPrefix: string | undefined;
}

/** Every method rejects with a BerthError of the purpose's kind where AWS refuses or can't be reached. */
export abstract class FargateTasks implements TaskControl {
  protected readonly clients: AwsClients;
  readonly #purpose: TaskPurpose;
  readonly #options: FargateTasksOptions;
  readonly #containers = new Map<string, Promise<TaskContainer>>();
  /** Tasks of this run that DescribeTasks has not shown yet, with the "MISSING" answers that are left to them. */
  readonly #unseen = new Map<string, number>();

  constructor(clients: AwsClients, purpose: TaskPurpose, options: FargateTasksOptions) {
    this.clients = clients;
    this.#purpose = purpose;
    this.#options = options;
  }

  /**
   * RunTask.
   *
   * @param path - what an error names
   * @param how - what stands over the task definition and this adapter's options
   * @returns the task's ARN
   */
  protected async start(path: string, placement: TaskPlacement, how: TaskOverrides = {}): Promise<string> {
    const started = await this.#tryStart(path, placement, how);
    if ("taskArn" in started) return started.taskArn;
    throw this.#notStarted(path, started.failures);
  }

  /** As {@link start}, but a lack of capacity is returned. */
  protected async startIfRoom(
    path: string,
    placement: TaskPlacement,
    how: TaskOverrides = {},
  ): Promise<StartedTask> {
    const started = await this.#tryStart(path, placement, how);
    if ("taskArn" in started) return started;
    if (capacityShort.test(started.failures)) return { unavailable: started.failures };
    throw this.#notStarted(path, started.failures);
  }

  /** As {@link start}, but what RunTask gives as reasons for no task is returned. */
  async #tryStart(
    path: string,
    placement: TaskPlacement,
    how: TaskOverrides,
  ): Promise<{ readonly taskArn: string } | { readonly failures: string }> {
    return this.ask(path, async () => {
      const ecs = await this.clients.ecs();
      const { tasks = [], failures = [] } = await ecs.runTask({
        cluster: placement.clusterArn,
        taskDefinition: placement.taskDefinitionArn,
        capacityProviderStrategy: [
          {
            capacityProvider: how.capacityProvider ?? this.#options.capacityProvider ?? "FARGATE",
            weight: 1,
          },
        ],
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: [...placement.subnetIds],
            securityGroups: [...placement.securityGroupIds],
            assignPublicIp: this.#options.assignPublicIp === true ? "ENABLED" : "DISABLED",
          },
        },
        ...(await this.#overrides(placement, how)),
        propagateTags: "TASK_DEFINITION",
        startedBy: "berth",
      });
      const taskArn = tasks[0]?.taskArn;
      if (taskArn === undefined) return { failures: words(failures) };
      this.#unseen.set(taskArn, missingAllowed);
      return { taskArn };
    });
  }

  async #overrides(
    placement: TaskPlacement,
    { container, size }: TaskOverrides,
  ): Promise<{ overrides?: TaskOverride }> {
    if (container === undefined && size === undefined) return {};
    const { name } = await this.#container(placement);
    return {
      overrides: {
        ...(container === undefined ? {} : { containerOverrides: [{ ...container, name }] }),
        ...(size === undefined ? {} : { cpu: String(size.cpu), memory: String(size.memory) }),
      },
    };
  }

  async describe({ clusterArn, containerName }: TaskPlacement, taskArn: string): Promise<TaskState> {
    return this.ask(taskArn, async () => {
      const ecs = await this.clients.ecs();
      const { tasks = [], failures = [] } = await ecs.describeTasks({
        cluster: clusterArn,
        tasks: [taskArn],
      });
      const task = tasks[0];
      if (task !== undefined) {
        this.#unseen.delete(taskArn);
        return stateOf(task, containerName);
      }
      const left = this.#unseen.get(taskArn) ?? 0;
      if (left > 0 && failures.every(({ reason }) => reason === "MISSING")) {
        this.#unseen.set(taskArn, left - 1);
        return { status: "PENDING" };
      }
      throw new BerthError(this.#purpose.kind, {
        path: taskArn,
        message: `ECS does not know the task: ${words(failures)}`,
      });
    });
  }

  async logTail(placement: TaskPlacement, taskArn: string, lines: number): Promise<readonly string[]> {
    return this.ask(placement.logGroupName, async () => {
      const stream = await this.#logStream(placement, taskArn);
      return stream === undefined ? [] : lastLines(await this.clients.logs(), stream, lines);
    });
  }

  async logPage(placement: TaskPlacement, taskArn: string, from: string | undefined): Promise<LogPage> {
    return this.ask(placement.logGroupName, async () => {
      const stream = await this.#logStream(placement, taskArn);
      return stream === undefined ? { lines: [] } : nextLines(await this.clients.logs(), stream, from);
    });
  }

  /** `undefined` where the container logs elsewhere. */
  async #logStream(placement: TaskPlacement, taskArn: string): Promise<LogStream | undefined> {
    const { name, streamPrefix } = await this.#container(placement);
    if (streamPrefix === undefined) return undefined;
    // "Using the awslogs log driver": prefix-name/container-name/ecs-task-id.
    const logStreamName = `${streamPrefix}/${name}/${taskArn.slice(taskArn.lastIndexOf("/") + 1)}`;
    return { logGroupName: placement.logGroupName, logStreamName };
  }

  async stop({ clusterArn }: TaskPlacement, taskArn: string, reason: string): Promise<void> {
    await this.ask(taskArn, async () => {
      const ecs = await this.clients.ecs();
      try {
        await ecs.stopTask({ cluster: clusterArn, task: taskArn, reason: reason.slice(0, stopReasonLength) });
      } catch (error) {
        // ECS forgets a task about an hour after its end: what is gone is stopped.
        const { code, message } = faultOf(error);
        if (code !== "InvalidParameterException" || !/not found/i.test(message)) throw error;
      }
    });
  }

  /** The call's answer, or its error as one that names the path. */
  protected async ask<T>(path: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw awsError(this.#purpose.kind, path, error);
    }
  }

  /** Asked of ECS rather than agreed upon: the task definition is the one place that names a log stream. */
  #container(placement: TaskPlacement): Promise<TaskContainer> {
    const { taskDefinitionArn } = placement;
    const known = this.#containers.get(taskDefinitionArn) ?? this.#describeContainer(placement);
    this.#containers.set(taskDefinitionArn, known);
    return known;
  }

  async #describeContainer({ taskDefinitionArn, containerName }: TaskPlacement): Promise<TaskContainer> {
    const ecs = await this.clients.ecs();
    const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: taskDefinitionArn });
    const container = named(taskDefinition?.containerDefinitions ?? [], containerName);
    if (container?.name === undefined) {
      throw new BerthError(this.#purpose.kind, {
        path: taskDefinitionArn,
        message: "the task definition has no container",
      });
    }
    const options = container.logConfiguration?.options ?? {};
    return { name: container.name, streamPrefix: options["awslogs-stream-prefix"] };
  }

  /** RunTask answers 200 with a list of reasons ("API failure messages", ECS developer guide). */
  #notStarted(path: string, failures: string): BerthError {
    return new BerthError(this.#purpose.kind, {
      path,
      message: `ECS did not start ${this.#purpose.noun}: ${failures}`,
      hint: "the reason is ECS's own; where capacity is short, run again in some minutes",
    });
  }
}

function named<T extends { name?: string | undefined }>(
  list: readonly T[],
  name: string | undefined,
): T | undefined {
  return name === undefined ? list[0] : list.find((entry) => entry.name === name);
}

function words(failures: readonly Failure[]): string {
  const list = failures.map(({ reason, detail }) => [reason, detail].filter(Boolean).join(": "));
  return list.length === 0 ? "no reason given" : list.join("; ");
}

/** The states between are counted to the one before them ("Task lifecycle", ECS developer guide). */
function stateOf(task: Task, containerName: string | undefined): TaskState {
  const container: Container | undefined = named(task.containers ?? [], containerName);
  // The task says that an essential container exited, the container why: OutOfMemoryError, CannotPullContainerError …
  const reasons = [task.stoppedReason, container?.reason].filter(
    (reason) => reason !== undefined && reason !== "",
  );
  return {
    status: statusOf(task.lastStatus),
    ...(container?.exitCode === undefined ? {} : { exitCode: container.exitCode }),
    ...(reasons.length === 0 ? {} : { stoppedReason: [...new Set(reasons)].join(": ") }),
    ...(task.stopCode === undefined ? {} : { stopCode: task.stopCode }),
  };
}

function statusOf(lastStatus: string | undefined): TaskState["status"] {
  if (lastStatus === "STOPPED" || lastStatus === "DELETED") return "STOPPED";
  const running = ["RUNNING", "DEACTIVATING", "STOPPING", "DEPROVISIONING"];
  return lastStatus !== undefined && running.includes(lastStatus) ? "RUNNING" : "PENDING";
}
