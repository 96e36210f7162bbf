/** Image builds under simulation: a task runs for as long as AWS would take, pushes its tag, and ends with 0. */
import { createHash } from "node:crypto";
import type { BuildTasks, ImageBuildRequest, TaskState } from "../ports";
import type { SimulatedAws } from "./aws";
import { exited, SimulatedTasks, type SimulatedTasksOptions } from "./tasks";

/** A small service's first build on Fargate, start of the task included. */
const buildSeconds = 90;
const repositoryType = "aws:ecr/repository:Repository";

export class SimulatedBuildTasks extends SimulatedTasks implements BuildTasks {
  constructor(options: SimulatedTasksOptions) {
    super(options, "build");
  }

  hasImage(repositoryUrl: string, tag: string): Promise<boolean> {
    const name = nameOf(repositoryUrl);
    const held = this.options.clouds().some((cloud) => cloud.images(name).some((image) => image.tag === tag));
    return Promise.resolve(held);
  }

  run(request: ImageBuildRequest, executorArguments: readonly string[]): Promise<string> {
    const cloud = this.cloudOf(repositoryType, nameOf(request.repositoryUrl));
    const log = [`executor ${executorArguments.join(" ")}`];
    return Promise.resolve(
      this.start(request.service, cloud, request, log, buildSeconds, (lines) => push(request, cloud, lines)),
    );
  }
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
  const digest = `sha256:${createHash("sha256").update(`${repository}:${tag}`).digest("hex")}`;
  await cloud.pushImage({ repository, tag, digest });
  log.push(`Pushed ${request.repositoryUrl}:${tag}@${digest}`);
  return exited(0);
}

/** `project/kaniko-build` of `123456789012.dkr.ecr.us-east-1.amazonaws.com/project/kaniko-build`. */
function nameOf(repositoryUrl: string): string {
  return repositoryUrl.slice(repositoryUrl.indexOf("/") + 1);
}
