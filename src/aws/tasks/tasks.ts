/** Tasks on Fargate, by ECS and CloudWatch Logs: started, looked at, stopped, and the end of their log read. */
import type { ContainerOverride, RunTaskCommandOutput, TaskOverride } from "@aws-sdk/client-ecs";
import { BerthError, type ErrorKind } from "../../errors";
import type {
  BuildCapacity,
  Clock,
  LogPage,
  StartedTask,
  TaskControl,
  TaskPlacement,
  TaskState,
} from "../../ports";
import { startFaultOf } from "../../ports/capacity";
import type { AwsClients } from "../clients";
import { ask } from "../ask";
import { faultOf } from "../faults";
import { lastLines, nextLines, type LogStream } from "../logs/tail";
import { named, stateOf, words } from "./states";

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
  /** On which `start` waits for a role. @default it doesn't */
  readonly clock?: Pick<Clock, "sleep">;
}

/** What one task has that its definition, and its adapter, say otherwise. */
export interface TaskOverrides {
  readonly container?: Omit<ContainerOverride, "name">;
  readonly size?: NonNullable<BuildCapacity["size"]>;
  readonly capacityProvider?: BuildCapacity["provider"];
  /** Its own, besides those of the definition. @default none */
  readonly tags?: Readonly<Record<string, string>>;
  /** Whether ECS Exec reaches into it. @default false */
  readonly exec?: boolean;
}

/** What the tasks of an adapter are for: the kind of their errors, and what a sentence calls them. */
export interface TaskPurpose {
  readonly kind: Extract<ErrorKind, "build" | "deployment">;
  readonly noun: string;
}

/** Characters of StopTask's `reason` (ECS API reference). */
const stopReasonLength = 255;

/** Characters of RunTask's `overrides` as JSON (ECS API reference, RunTask). */
const longestOverrides = 8192;

/** Where what is too long goes: a file that is there before the task starts. */
const longHints: Readonly<Record<TaskPurpose["kind"], string>> = {
  build: "put what is long into a file of the context, or into a secret that is mounted as one",
  deployment:
    "put what is long into a file of the image, or into one that the service mounts (configs, secrets), run berth up, and name the file",
};

/**
 * Answers of "MISSING" that a task just started may get: DescribeTasks follows RunTask with a delay
 * (ECS API reference, RunTask: "The Amazon ECS API follows an eventual consistency model").
 */
const missingAllowed = 15;

/** Tries after the first, and milliseconds before each: a minute, in which a new role is known everywhere (`StartFault`). */
const roleWaits = { tries: 12, pause: 5_000 };

/** The part of a task definition that names the container and its log stream. */
interface TaskContainer {
  readonly name: string;
  /** `awslogs-stream-prefix` */
  readonly streamPrefix: string | undefined;
}

/** Every method rejects with a BerthError of the purpose's kind where AWS refuses or can't be reached. */
export abstract class FargateTasks implements TaskControl {
  readonly #containers = new Map<string, Promise<TaskContainer>>();
  /** Tasks of this run that DescribeTasks has not shown yet, with the "MISSING" answers that are left to them. */
  readonly #unseen = new Map<string, number>();

  constructor(
    protected readonly clients: AwsClients,
    private readonly purpose: TaskPurpose,
    private readonly options: FargateTasksOptions,
  ) {}

  /**
   * RunTask. A role that was made seconds ago, as the CD task's in an account that was just bootstrapped, is awaited.
   *
   * @param path - what an error names
   * @param how - what overrides the task definition and this adapter's options
   * @returns the task's ARN
   */
  protected async start(path: string, placement: TaskPlacement, how: TaskOverrides = {}): Promise<string> {
    const { clock } = this.options;
    for (let waited = 0; ; waited += 1) {
      const started = await this.#tryStart(path, placement, how);
      if ("taskArn" in started) return started.taskArn;
      const passes = startFaultOf(started.failures) === "role" && waited < roleWaits.tries;
      if (clock === undefined || !passes) throw this.#notStarted(path, started.failures);
      await clock.sleep(roleWaits.pause);
    }
  }

  /** RunTask, but what passes with nothing changed (`StartFault`) is returned. */
  protected async startIfRoom(
    path: string,
    placement: TaskPlacement,
    how: TaskOverrides = {},
  ): Promise<StartedTask> {
    const started = await this.#tryStart(path, placement, how);
    if ("taskArn" in started) return started;
    if (startFaultOf(started.failures) !== undefined) return { unavailable: started.failures };
    throw this.#notStarted(path, started.failures);
  }

  /**
   * RunTask, but the reasons for no task are returned: those that it lists, and what it throws where a later call
   * succeeds, such as a ClientException for a role that was made seconds ago.
   */
  async #tryStart(
    path: string,
    placement: TaskPlacement,
    how: TaskOverrides,
  ): Promise<{ readonly taskArn: string } | { readonly failures: string }> {
    return this.ask(path, async () => {
      const overrides = await this.#overrides(placement, how);
      try {
        const { tasks = [], failures = [] } = await this.#runTask(placement, how, overrides);
        const taskArn = tasks[0]?.taskArn;
        if (taskArn === undefined) return { failures: words(failures) };
        this.#unseen.set(taskArn, missingAllowed);
        return { taskArn };
      } catch (error) {
        const { message } = faultOf(error);
        if (startFaultOf(message) === undefined) throw error;
        return { failures: message };
      }
    });
  }

  async #runTask(
    placement: TaskPlacement,
    how: TaskOverrides,
    overrides: { readonly overrides?: TaskOverride },
  ): Promise<RunTaskCommandOutput> {
    const ecs = await this.clients.ecs();
    return ecs.runTask({
      cluster: placement.clusterArn,
      taskDefinition: placement.taskDefinitionArn,
      capacityProviderStrategy: [
        {
          capacityProvider: how.capacityProvider ?? this.options.capacityProvider ?? "FARGATE",
          weight: 1,
        },
      ],
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: [...placement.subnetIds],
          securityGroups: [...placement.securityGroupIds],
          assignPublicIp: this.options.assignPublicIp === true ? "ENABLED" : "DISABLED",
        },
      },
      ...overrides,
      ...(how.exec === true ? { enableExecuteCommand: true } : {}),
      ...(how.tags === undefined
        ? {}
        : { tags: Object.entries(how.tags).map(([key, value]) => ({ key, value })) }),
      propagateTags: "TASK_DEFINITION",
      startedBy: "berth",
    });
  }

  async #overrides(
    placement: TaskPlacement,
    { container, size }: TaskOverrides,
  ): Promise<{ overrides?: TaskOverride }> {
    if (container === undefined && size === undefined) return {};
    const { name } = await this.#container(placement);
    const overrides = {
      ...(container === undefined ? {} : { containerOverrides: [{ ...container, name }] }),
      ...(size === undefined ? {} : { cpu: String(size.cpu), memory: String(size.memory) }),
    };
    const { length } = JSON.stringify(overrides);
    if (length <= longestOverrides) return { overrides };
    throw new BerthError(this.purpose.kind, {
      message: `the arguments and variables of ${this.purpose.noun} have ${length} characters, and ECS accepts ${longestOverrides}`,
      hint: longHints[this.purpose.kind],
    });
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
      throw new BerthError(this.purpose.kind, {
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
  protected ask<T>(path: string, call: () => Promise<T>): Promise<T> {
    return ask(this.purpose.kind, path, call);
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
      throw new BerthError(this.purpose.kind, {
        path: taskDefinitionArn,
        message: "the task definition has no container",
      });
    }
    const options = container.logConfiguration?.options ?? {};
    return { name: container.name, streamPrefix: options["awslogs-stream-prefix"] };
  }

  /** RunTask answers 200 with a list of reasons ("API failure messages", ECS developer guide). */
  #notStarted(path: string, failures: string): BerthError {
    return new BerthError(this.purpose.kind, {
      path,
      message: `ECS did not start ${this.purpose.noun}: ${failures}`,
      hint: "the reason is ECS's own; where capacity is short, run again in some minutes",
    });
  }
}
