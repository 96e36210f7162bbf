/** Image builds: the registry, and the tasks that fill it from inside the program (DESIGN section 7). */
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { LifecyclePolicy } from "@pulumi/aws/ecr/lifecyclePolicy";
import { Repository } from "@pulumi/aws/ecr/repository";
import { TaskDefinition } from "@pulumi/aws/ecs/taskDefinition";
import * as pulumi from "@pulumi/pulumi";
import type { ImageBuilder } from "../ports";
import type { Architecture, Build, ContainerService } from "../project/model";
import { closedBucket } from "./bucket";
import type { Cluster } from "./cluster";
import { serviceRole, type Statement } from "./iam";
import type { Network } from "./network";
import type { Scope } from "./scope";
import { allowOut, anywhere, securityGroup } from "./security-group";

export interface ImageBuildArgs {
  readonly scope: Scope;
  readonly network: Network;
  readonly cluster: Cluster;
  readonly builds: ImageBuilder;
  /** The bucket that holds the archives: a build reads its context there. Without one it reads none. */
  readonly archiveBucket: string | undefined;
}

/** The maintained fork's executor (github.com/osscontainertools/kaniko, releases). */
const executorImage = "ghcr.io/osscontainertools/kaniko:v1.28.5";
/** CPU units, MiB and GiB of disk of a build task: 2 vCPU, 8 GiB, room for unpacked layers. */
const taskSize = { cpu: 2048, memory: 8192, disk: 50 };
/** Images of the project that the registry keeps. */
const imagesKept = 50;
/** Days that a cached layer stays. */
const cacheExpiry = 14;
/** Days that build scratch stays. */
const scratchExpiry = 7;

const taskDefinitionNames = {
  ARM64: "kanikoTaskDefArm64",
  X86_64: "kanikoTaskDefAmd64",
} as const satisfies Record<Architecture, string>;

/** An image as a task definition takes it. */
export interface TaskImage {
  readonly reference: pulumi.Input<string>;
  /** What makes it: a preview knows the image's name without them, and its plan shows them all the same. */
  readonly needs: readonly pulumi.Resource[];
}

/** Repositories, scratch bucket, log group, role and task definitions; {@link image} makes an image with them. */
export class ImageBuild extends pulumi.ComponentResource {
  readonly #args: ImageBuildArgs;
  readonly #repository: Repository;
  readonly #cache: Repository;
  readonly #securityGroupId: pulumi.Output<string>;
  readonly #taskDefinitions: Readonly<Record<Architecture, TaskDefinition>>;
  readonly #ready: readonly pulumi.Resource[];

  constructor(name: string, args: ImageBuildArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:ImageBuild", name, {}, opts);
    const { scope } = args;
    this.#args = args;
    this.#repository = createRepository(`${scope.project}/kaniko-build`, scope, "images", this);
    this.#cache = createRepository(`${scope.project}/kaniko-build/cache`, scope, "cache", this);
    const logs = new LogGroup(
      "builds",
      { name: scope.logGroupName("builds"), retentionInDays: scope.mode.logRetention, tags: scope.tags() },
      { parent: this },
    );
    const scratch = closedBucket(
      `${scope.project}-build`,
      { scope, suffix: "build", expiry: scratchExpiry, disposable: true },
      this,
    );
    const task = serviceRole(
      "kaniko-task-role",
      {
        scope,
        principal: "ecs-tasks.amazonaws.com",
        physicalName: scope.name("role", "kaniko-task-role"),
        statements: buildStatements(args, scratch.name),
      },
      this,
    );
    this.#taskDefinitions = {
      ARM64: createTaskDefinition("ARM64", args, task.role.arn, this),
      X86_64: createTaskDefinition("X86_64", args, task.role.arn, this),
    };
    this.#securityGroupId = createBuildGroup(args, this);
    this.#ready = [logs, scratch.policy, ...(task.policy === undefined ? [] : [task.policy])];
    this.registerOutputs({ repositoryUrl: this.#repository.repositoryUrl });
  }

  /**
   * The image of a service, `repository:tag`. In a preview the name alone, which needs no registry to be known; in a
   * run the image itself, built where the registry does not hold it yet. Nothing but this output waits for a build.
   */
  image(service: ContainerService, build: Build, digest: string): TaskImage {
    const needs = [
      this.#repository,
      this.#cache,
      this.#taskDefinitions[service.architecture],
      ...this.#ready,
    ];
    return { reference: this.#reference(service, build, digest), needs };
  }

  #reference(service: ContainerService, build: Build, digest: string): pulumi.Output<string> {
    const { builds, scope, cluster, network } = this.#args;
    const { architecture } = service;
    if (pulumi.runtime.isDryRun()) {
      const repositoryUrl = scope.repositoryUrl(scope.repositoryName);
      return pulumi.output(builds.imageName({ repositoryUrl, digest, architecture }));
    }
    return pulumi
      .output({
        repositoryUrl: this.#repository.repositoryUrl,
        cacheRepositoryUrl: this.#cache.repositoryUrl,
        clusterArn: cluster.arn,
        taskDefinitionArn: this.#taskDefinitions[architecture].arn,
        subnetIds: network.workloadSubnetIds,
        securityGroupId: this.#securityGroupId,
        ready: [...this.#ready, ...cluster.ready].map((resource) => resource.urn),
      })
      .apply(({ securityGroupId, ready: _ready, ...known }) =>
        builds.ensure({
          ...known,
          service: service.name,
          architecture,
          digest,
          context: build.context,
          dockerfile: build.dockerfile,
          ...(build.target === undefined ? {} : { target: build.target }),
          args: build.args,
          securityGroupIds: [securityGroupId],
          logGroupName: scope.logGroupName("builds"),
        }),
      );
  }
}

/** `images`: tags never move, the last ones are kept. `cache`: layers that go by age. */
function createRepository(
  name: string,
  scope: Scope,
  kind: "images" | "cache",
  parent: pulumi.Resource,
): Repository {
  const repository = new Repository(
    name,
    {
      name: kind === "images" ? scope.repositoryName : scope.cacheRepositoryName,
      imageTagMutability: kind === "images" ? "IMMUTABLE" : "MUTABLE",
      imageScanningConfiguration: { scanOnPush: kind === "images" },
      // What stands in it can be built again: a destroy takes it along.
      forceDelete: true,
      tags: scope.tags(),
    },
    { parent },
  );
  const selection =
    kind === "images"
      ? { tagStatus: "any", countType: "imageCountMoreThan", countNumber: imagesKept }
      : { tagStatus: "any", countType: "sinceImagePushed", countUnit: "days", countNumber: cacheExpiry };
  const rule = { rulePriority: 1, selection, action: { type: "expire" } };
  new LifecyclePolicy(
    name,
    { repository: repository.name, policy: JSON.stringify({ rules: [rule] }) },
    { parent },
  );
  return repository;
}

/** Its context and its two repositories: a RUN step of a Dockerfile can use whatever the role may do. */
function buildStatements({ scope, archiveBucket }: ImageBuildArgs, scratchBucket: string): Statement[] {
  const repositories = [scope.repositoryName, scope.cacheRepositoryName];
  const s3 = (path: string): string => `arn:${scope.partition}:s3:::${path}`;
  const contexts = [
    s3(`${scratchBucket}/*`),
    ...(archiveBucket === undefined ? [] : [s3(`${archiveBucket}/uploads/*`)]),
  ];
  const statements: Statement[] = [
    { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    {
      Effect: "Allow",
      Action: [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:CompleteLayerUpload",
        "ecr:GetDownloadUrlForLayer",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
      ],
      Resource: repositories.map((repository) => scope.arn("ecr", `repository/${repository}`)),
    },
    { Effect: "Allow", Action: "s3:GetObject", Resource: contexts },
  ];
  if (scope.secretsKeyArn === undefined) return statements;
  const viaS3 = { StringEquals: { "kms:ViaService": `s3.${scope.region}.amazonaws.com` } };
  return [
    ...statements,
    { Effect: "Allow", Action: "kms:Decrypt", Resource: scope.secretsKeyArn, Condition: viaS3 },
  ];
}

function createTaskDefinition(
  architecture: Architecture,
  { scope, cluster }: ImageBuildArgs,
  taskRoleArn: pulumi.Input<string>,
  parent: pulumi.Resource,
): TaskDefinition {
  const name = taskDefinitionNames[architecture];
  const container = {
    name: "kaniko",
    image: executorImage,
    essential: true,
    // The executor's ECR helper has no other way to learn it.
    environment: [{ name: "AWS_REGION", value: scope.region }],
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": scope.logGroupName("builds"),
        "awslogs-region": scope.region,
        "awslogs-stream-prefix": "build",
      },
    },
  };
  return new TaskDefinition(
    name,
    {
      family: scope.name("taskFamily", "kaniko", architecture === "ARM64" ? "arm64" : "amd64"),
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: String(taskSize.cpu),
      memory: String(taskSize.memory),
      ephemeralStorage: { sizeInGib: taskSize.disk },
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: architecture },
      executionRoleArn: cluster.executionRoleArn,
      taskRoleArn,
      containerDefinitions: JSON.stringify([container]),
      tags: scope.tags(),
    },
    { parent },
  );
}

/** No way in; out to the registry, the base images and what a RUN step downloads. */
function createBuildGroup(
  { scope, network }: ImageBuildArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const group = securityGroup(
    "bootstrap",
    { scope, vpcId: network.vpcId, suffix: "build", description: "Build tasks of the project" },
    parent,
  );
  allowOut("bootstrap-out", { scope, group: group.id, peer: anywhere }, parent);
  return group.id;
}
