/** What a build runs as: the executor's task definitions, and the role that they have. */
import { TaskDefinition } from "@pulumi/aws/ecs/taskDefinition";
import * as pulumi from "@pulumi/pulumi";
import { secretVariable } from "../../model/build-secrets";
import { executorImage } from "../../model/executor-image";
import type { Architecture, Build, Size } from "../../model/project";
import { ecrRepositoryArn } from "../../model/registry-login";
import type { Cluster } from "../stack/cluster";
import type { Statement } from "../stack/iam";
import type { Scope } from "../stack/scope";
import type { Secrets } from "../stack/secrets";
import { closedEntryPoint, droppedCapabilities, shellFolder } from "./closed-executor";
import { executorVariables } from "./executor-switches";
import { registryLogins } from "./registry-logins";

/** A build task's 2 vCPU and 8 GiB; one that runs out of memory is started again with more. */
export const buildSize: Size = { cpu: 2048, memory: 8192 };
/** GiB of disk: room for unpacked layers. */
const buildDisk = 50;

const names = {
  ARM64: "kanikoTaskDefArm64",
  X86_64: "kanikoTaskDefAmd64",
} as const satisfies Record<Architecture, string>;

export interface BuildTaskArgs {
  readonly scope: Scope;
  readonly cluster: Cluster;
  readonly secrets: Secrets;
  readonly taskRoleArn: pulumi.Input<string>;
  /** The executor's image. @default {@link executorImage} */
  readonly executor?: string;
}

/** The definition that every build without secrets runs with. */
export function buildTaskDefinition(
  architecture: Architecture,
  args: BuildTaskArgs,
  parent: pulumi.Resource,
): TaskDefinition {
  return define(names[architecture], ["kaniko", suffix(architecture)], architecture, args, [], parent);
}

/** A secret of a build as ECS takes it: the variable, and the parameter that it is filled from. */
export interface BuildVariable {
  readonly name: string;
  readonly valueFrom: pulumi.Input<string>;
}

/** The secrets of one service's build, each with its parameter: one for all platforms. */
export function buildVariables(
  service: string,
  { secrets = [], registries = [] }: Build,
  args: BuildTaskArgs,
  parent: pulumi.Resource,
): readonly BuildVariable[] {
  const mounted = secrets.map((secret) => ({
    name: secretVariable(secret.id),
    valueFrom: args.secrets.buildSecret(service, secret, parent),
  }));
  if (registries.length === 0) return mounted;
  const logins = registryLogins(service, registries, args, parent);
  return [...mounted, { name: "DOCKER_AUTH_CONFIG", valueFrom: logins }];
}

/**
 * The definition of one service's builds, with their secrets: ECS reads them from Parameter Store as the task starts,
 * so that no call, no log and no plan has them.
 */
export function secretTaskDefinition(
  service: string,
  variables: readonly BuildVariable[],
  architecture: Architecture,
  args: BuildTaskArgs,
  parent: pulumi.Resource,
): TaskDefinition {
  const name = `${service}-${names[architecture]}`;
  return define(name, ["kaniko", service, suffix(architecture)], architecture, args, variables, parent);
}

function suffix(architecture: Architecture): string {
  return architecture === "ARM64" ? "arm64" : "amd64";
}

/** A volume, so that the executor takes its shell for no file of an image. */
const shellVolume = "shell";

function define(
  name: string,
  family: readonly string[],
  architecture: Architecture,
  { scope, cluster, taskRoleArn, executor = executorImage }: BuildTaskArgs,
  secrets: readonly BuildVariable[],
  parent: pulumi.Resource,
): TaskDefinition {
  const container = {
    name: "kaniko",
    image: executor,
    essential: true,
    entryPoint: closedEntryPoint(architecture),
    linuxParameters: { capabilities: { drop: droppedCapabilities } },
    // What the image has there comes along into a volume of the same path (ECS Developer Guide, "Use bind mounts").
    mountPoints: [{ sourceVolume: shellVolume, containerPath: shellFolder }],
    environment: Object.entries(executorVariables(scope.region)).map(([name, value]) => ({ name, value })),
    ...(secrets.length === 0 ? {} : { secrets }),
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
      family: scope.name("taskFamily", ...family),
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: String(buildSize.cpu),
      memory: String(buildSize.memory),
      ephemeralStorage: { sizeInGib: buildDisk },
      volumes: [{ name: shellVolume }],
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: architecture },
      executionRoleArn: cluster.executionRoleArn,
      taskRoleArn,
      containerDefinitions:
        secrets.length === 0 ? JSON.stringify([container]) : pulumi.jsonStringify([container]),
      tags: scope.tags(),
    },
    { parent },
  );
}

/** Layers are looked for, taken and laid down (Service Authorization Reference, Amazon ECR). */
const pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const push = [
  ...pull,
  "ecr:CompleteLayerUpload",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
];

/**
 * The contexts and the repositories of its own project, and the caches of base images: a RUN step of a Dockerfile
 * can use whatever the role may do.
 *
 * @param architectures - that are built for, each with a cache of layers
 * @param caches - prefixes of pull-through cache repositories
 * @param images - that its builds read by name
 */
export function buildStatements(
  scope: Scope,
  contextBucket: string,
  architectures: readonly Architecture[],
  caches: readonly string[],
  images: readonly string[],
): Statement[] {
  const repositories = [
    scope.repositoryName,
    ...architectures.map((architecture) => scope.cacheRepositoryName(architecture)),
  ];
  const repositoryArns = (of: readonly string[]): readonly string[] =>
    of.map((repository) => scope.arn("ecr", `repository/${repository}`));
  const bases = [...new Set(images.flatMap((each) => ecrRepositoryArn(each) ?? []))].sort();
  return [
    { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    { Effect: "Allow", Action: push, Resource: repositoryArns(repositories) },
    ...(caches.length === 0
      ? []
      : [
          {
            Effect: "Allow" as const,
            // The first pull of an image makes its repository (ECR user guide, "IAM permissions required to sync an
            // upstream registry").
            Action: [...pull, "ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
            Resource: repositoryArns(caches.map((prefix) => `${prefix}/*`)),
          },
        ]),
    // One of another account needs that repository's own policy, too (ECR User Guide, "Repository policies").
    ...(bases.length === 0 ? [] : [{ Effect: "Allow" as const, Action: pull, Resource: bases }]),
    {
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: `arn:${scope.partition}:s3:::${contextBucket}/contexts/*`,
    },
  ];
}
