/** Build tasks on Fargate, by ECS, ECR and CloudWatch Logs. */
import type { Failure, Task } from "@aws-sdk/client-ecs";
import { BerthError } from "../errors";
import type { BuildTasks, BuildTaskState, ImageBuildRequest } from "../ports";
import type { AwsClients } from "./clients";
import { awsError, faultOf } from "./faults";
import { lastLines } from "./log-tail";

export interface FargateBuildTasksOptions {
  /**
   * A build on Spot costs a third and may be interrupted.
   * @default "FARGATE"
   */
  readonly capacityProvider?: "FARGATE" | "FARGATE_SPOT";
  /**
   * Whether the task gets an address of its own: only where its subnets are public ones.
   * @default false
   */
  readonly assignPublicIp?: boolean;
}

/** Every kind of manifest that a builder pushes; ECR leaves out of its answer what a caller does not say it takes. */
const manifestTypes = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

/** Characters of StopTask's `reason` (ECS API reference). */
const stopReasonLength = 255;

/**
 * Answers of "MISSING" that a task just started may get: DescribeTasks follows RunTask with a delay
 * (ECS API reference, RunTask: "The Amazon ECS API follows an eventual consistency model").
 */
const missingAllowed = 15;

/** The part of a task definition that names the container and its log stream. */
interface BuildContainer {
  readonly name: string;
  /** `awslogs-stream-prefix` */
  readonly streamPrefix: string | undefined;
}

/** Every method rejects with a BerthError (build) where AWS refuses or can't be reached. */
export class FargateBuildTasks implements BuildTasks {
  readonly #clients: AwsClients;
  readonly #options: FargateBuildTasksOptions;
  readonly #containers = new Map<string, Promise<BuildContainer>>();
  /** Tasks of this run that DescribeTasks has not shown yet, with the "MISSING" answers that are left to them. */
  readonly #unseen = new Map<string, number>();

  constructor(clients: AwsClients, options: FargateBuildTasksOptions = {}) {
    this.#clients = clients;
    this.#options = options;
  }

  async hasImage(repositoryUrl: string, tag: string): Promise<boolean> {
    const { registryId, repositoryName } = parseRepositoryUrl(repositoryUrl);
    return this.#ask(`${repositoryUrl}:${tag}`, async () => {
      const ecr = await this.#clients.ecr();
      const { images = [], failures = [] } = await ecr.batchGetImage({
        ...(registryId === undefined ? {} : { registryId }),
        repositoryName,
        imageIds: [{ imageTag: tag }],
        acceptedMediaTypes: manifestTypes,
      });
      if (images.length > 0) return true;
      const failure = failures.find(({ failureCode }) => failureCode !== "ImageNotFound");
      if (failure === undefined) return false;
      throw new BerthError("build", {
        path: `${repositoryUrl}:${tag}`,
        message: `ECR could not look the image up: ${failure.failureCode ?? ""} ${failure.failureReason ?? ""}`,
      });
    });
  }

  async run(request: ImageBuildRequest, executorArguments: readonly string[]): Promise<string> {
    const path = `services.${request.service}.build`;
    return this.#ask(path, async () => {
      const ecs = await this.#clients.ecs();
      const { name } = await this.#container(request.taskDefinitionArn);
      const { tasks = [], failures = [] } = await ecs.runTask({
        cluster: request.clusterArn,
        taskDefinition: request.taskDefinitionArn,
        capacityProviderStrategy: [
          { capacityProvider: this.#options.capacityProvider ?? "FARGATE", weight: 1 },
        ],
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: [...request.subnetIds],
            securityGroups: [...request.securityGroupIds],
            assignPublicIp: this.#options.assignPublicIp === true ? "ENABLED" : "DISABLED",
          },
        },
        overrides: { containerOverrides: [{ name, command: [...executorArguments] }] },
        propagateTags: "TASK_DEFINITION",
        startedBy: "berth",
      });
      const arn = tasks[0]?.taskArn;
      if (arn === undefined) throw notStarted(path, failures);
      this.#unseen.set(arn, missingAllowed);
      return arn;
    });
  }

  async describe(clusterArn: string, taskArn: string): Promise<BuildTaskState> {
    return this.#ask(taskArn, async () => {
      const ecs = await this.#clients.ecs();
      const { tasks = [], failures = [] } = await ecs.describeTasks({
        cluster: clusterArn,
        tasks: [taskArn],
      });
      const task = tasks[0];
      if (task !== undefined) {
        this.#unseen.delete(taskArn);
        return stateOf(task);
      }
      const left = this.#unseen.get(taskArn) ?? 0;
      if (left > 0 && failures.every(({ reason }) => reason === "MISSING")) {
        this.#unseen.set(taskArn, left - 1);
        return { status: "PENDING" };
      }
      throw new BerthError("build", {
        path: taskArn,
        message: `ECS does not know the task: ${words(failures)}`,
      });
    });
  }

  async logTail(request: ImageBuildRequest, taskArn: string, lines: number): Promise<readonly string[]> {
    return this.#ask(request.logGroupName, async () => {
      const { name, streamPrefix } = await this.#container(request.taskDefinitionArn);
      if (streamPrefix === undefined) return [];
      // "Using the awslogs log driver": prefix-name/container-name/ecs-task-id.
      const stream = `${streamPrefix}/${name}/${taskArn.slice(taskArn.lastIndexOf("/") + 1)}`;
      return lastLines(await this.#clients.logs(), request.logGroupName, stream, lines);
    });
  }

  async stop(clusterArn: string, taskArn: string, reason: string): Promise<void> {
    await this.#ask(taskArn, async () => {
      const ecs = await this.#clients.ecs();
      try {
        await ecs.stopTask({ cluster: clusterArn, task: taskArn, reason: reason.slice(0, stopReasonLength) });
      } catch (error) {
        // ECS forgets a task about an hour after its end: what is gone is stopped.
        const { code, message } = faultOf(error);
        if (code !== "InvalidParameterException" || !/not found/i.test(message)) throw error;
      }
    });
  }

  /** Asked of ECS rather than agreed upon: the task definition is the one place that names them. */
  #container(taskDefinitionArn: string): Promise<BuildContainer> {
    const known = this.#containers.get(taskDefinitionArn) ?? this.#describeContainer(taskDefinitionArn);
    this.#containers.set(taskDefinitionArn, known);
    return known;
  }

  async #describeContainer(taskDefinitionArn: string): Promise<BuildContainer> {
    const ecs = await this.#clients.ecs();
    const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: taskDefinitionArn });
    const container = taskDefinition?.containerDefinitions?.[0];
    if (container?.name === undefined) {
      throw new BerthError("build", {
        path: taskDefinitionArn,
        message: "the task definition has no container",
      });
    }
    const options = container.logConfiguration?.options ?? {};
    return { name: container.name, streamPrefix: options["awslogs-stream-prefix"] };
  }

  async #ask<T>(path: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw awsError("build", path, error);
    }
  }
}

/** `<account>.dkr.ecr.<region>.amazonaws.com/<name>`; without an account where the registry is another's, an emulator's. */
function parseRepositoryUrl(url: string): { registryId: string | undefined; repositoryName: string } {
  const slash = url.indexOf("/");
  return {
    registryId: /^(\d{12})\.dkr[.-]ecr/.exec(url)?.[1],
    repositoryName: url.slice(slash + 1),
  };
}

/** RunTask answers 200 with a list of reasons ("API failure messages", ECS developer guide). */
function notStarted(path: string, failures: readonly Failure[]): BerthError {
  return new BerthError("build", {
    path,
    message: `ECS did not start the build task: ${words(failures)}`,
    hint: "the reason is ECS's own; where capacity is short, run again in some minutes",
  });
}

function words(failures: readonly Failure[]): string {
  const list = failures.map(({ reason, detail }) => [reason, detail].filter(Boolean).join(": "));
  return list.length === 0 ? "no reason given" : list.join("; ");
}

/** The states between are counted to the one before them ("Task lifecycle", ECS developer guide). */
function stateOf(task: Task): BuildTaskState {
  const container = task.containers?.[0];
  // The task says that an essential container exited, the container why: OutOfMemoryError, CannotPullContainerError …
  const reasons = [task.stoppedReason, container?.reason].filter(
    (reason) => reason !== undefined && reason !== "",
  );
  return {
    status: statusOf(task.lastStatus),
    ...(container?.exitCode === undefined ? {} : { exitCode: container.exitCode }),
    ...(reasons.length === 0 ? {} : { stoppedReason: [...new Set(reasons)].join(": ") }),
  };
}

function statusOf(lastStatus: string | undefined): BuildTaskState["status"] {
  if (lastStatus === "STOPPED" || lastStatus === "DELETED") return "STOPPED";
  const running = ["RUNNING", "DEACTIVATING", "STOPPING", "DEPROVISIONING"];
  return lastStatus !== undefined && running.includes(lastStatus) ? "RUNNING" : "PENDING";
}
