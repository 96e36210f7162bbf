/** Image builds under simulation: a task runs for as long as AWS would take, pushes its tag, and ends with 0. */
import { createHash } from "node:crypto";
import type {
  BuildTasks,
  ImageBuildRequest,
  LogPage,
  Manifest,
  StartedTask,
  TaskPlacement,
  TaskState,
} from "../../ports";
import { BerthError } from "../../errors";
import type { BuildFault } from "../../ports/rehearsal";
import type { SimulatedAws } from "../cloud/aws";
import { exited, SimulatedTasks, type SimulatedTasksOptions } from "./tasks";

/** A small service's first build on Fargate, start of the task included. */
export const buildSeconds = 90;
/** Characters of RunTask's `overrides` (ECS API reference, RunTask; its words are those of public reports). */
const longestOverrides = 8192;
const repositoryType = "aws:ecr/repository:Repository";
const manifestType = "application/vnd.oci.image.manifest.v1+json";
/** Bytes of a small image's manifest. */
const manifestSize = 1024;

export interface SimulatedBuildTasksOptions extends SimulatedTasksOptions {
  /** How builds fail in a rehearsal, by compose service. @default none does */
  readonly faults?: Readonly<Record<string, BuildFault>>;
}

export class SimulatedBuildTasks extends SimulatedTasks implements BuildTasks {
  readonly #faults: Readonly<Record<string, BuildFault>>;

  constructor({ faults = {}, ...options }: SimulatedBuildTasksOptions) {
    super(options, "build");
    this.#faults = faults;
  }

  manifest(repositoryUrl: string, reference: string): Promise<Manifest | undefined> {
    const found = this.options
      .clouds()
      .flatMap((cloud) => cloud.images(nameOf(repositoryUrl)))
      .find(({ tag, digest }) => tag === reference || digest === reference);
    if (found === undefined) return Promise.resolve(undefined);
    return Promise.resolve({ digest: found.digest, mediaType: manifestType, size: manifestSize });
  }

  async putManifest(repositoryUrl: string, tag: string, manifest: string): Promise<void> {
    const repository = nameOf(repositoryUrl);
    const cloud = this.cloudOf(repositoryType, repository);
    if (cloud.images(repository).some((image) => image.tag === tag)) return;
    await cloud.pushImage({ repository, tag, digest: digestOf(manifest) });
  }

  /** Nothing reads a context here, so none is packed. */
  putContext(bucket: string, key: string): Promise<string> {
    return Promise.resolve(`s3://${bucket}/${key}`);
  }

  run(request: ImageBuildRequest, executorArguments: readonly string[]): Promise<StartedTask> {
    const cloud = this.cloudOf(repositoryType, nameOf(request.repositoryUrl));
    const log = [`executor ${executorArguments.join(" ")}`];
    const overrides = { containerOverrides: [{ command: executorArguments, name: "kaniko" }] };
    if (JSON.stringify(overrides).length > longestOverrides) {
      const path = `services.${request.service}.build`;
      const message = "InvalidParameterException: Container Overrides length must be at most 8192";
      return Promise.reject(new BerthError("build", { path, message }));
    }
    const publishes = !executorArguments.includes("--no-push");
    const fails = this.#faults[request.service] === (publishes ? "build" : "test");
    const started = this.start(request.service, cloud, request, log, buildSeconds, (lines) => {
      if (fails) return failed(lines);
      return publishes ? push(request, cloud, lines) : exited(0);
    });
    return Promise.resolve(started);
  }

  async logPage(placement: TaskPlacement, taskArn: string, from: string | undefined): Promise<LogPage> {
    const lines = await this.logTail(placement, taskArn, Number.MAX_SAFE_INTEGER);
    return { lines: lines.slice(Number(from ?? 0)), next: String(lines.length) };
  }
}

/** A RUN step that ended with 1, in the executor's words. */
function failed(log: string[]): TaskState {
  log.push(
    "error building image: error building stage: failed to execute command: waiting for process to exit: exit status 1",
  );
  return exited(1);
}

async function push(request: ImageBuildRequest, cloud: SimulatedAws, log: string[]): Promise<TaskState> {
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
    return exited(1);
  }
  const digest = digestOf(`${repository}:${tag}`);
  await cloud.pushImage({ repository, tag, digest });
  log.push(`Pushed ${request.repositoryUrl}:${tag}@${digest}`);
  return exited(0);
}

function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** `project/kaniko-build` of `123456789012.dkr.ecr.us-east-1.amazonaws.com/project/kaniko-build`. */
function nameOf(repositoryUrl: string): string {
  return repositoryUrl.slice(repositoryUrl.indexOf("/") + 1);
}
