/** Build tasks on Fargate, and the registry that they fill. */
import { BerthError } from "../errors";
import type { BuildTasks, ImageBuildRequest } from "../ports";
import type { AwsClients } from "./clients";
import { FargateTasks, type FargateTasksOptions } from "./tasks";

/** Every kind of manifest that a builder pushes; ECR leaves out of its answer what a caller does not say it takes. */
const manifestTypes = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

/** Every method rejects with a BerthError (build) where AWS refuses or can't be reached. */
export class FargateBuildTasks extends FargateTasks implements BuildTasks {
  constructor(clients: AwsClients, options: FargateTasksOptions = {}) {
    super(clients, { kind: "build", noun: "the build task" }, options);
  }

  async hasImage(repositoryUrl: string, tag: string): Promise<boolean> {
    const { registryId, repositoryName } = parseRepositoryUrl(repositoryUrl);
    return this.ask(`${repositoryUrl}:${tag}`, async () => {
      const ecr = await this.clients.ecr();
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

  run(request: ImageBuildRequest, executorArguments: readonly string[]): Promise<string> {
    return this.start(`services.${request.service}.build`, request, { command: [...executorArguments] });
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
