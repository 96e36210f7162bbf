/** The task definition of a compose service's container, with its role: what ECS starts, once or for good. */
import { TaskDefinition } from "@pulumi/aws/ecs/taskDefinition";
import type { Role } from "@pulumi/aws/iam/role";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment";
import * as pulumi from "@pulumi/pulumi";
import { definedOnly } from "../../defined";
import { gpuPlace, type GpuFamily } from "../../modes/gpu";
import type { ContainerService, Size } from "../../model/project";
import type { Cluster } from "../stack/cluster";
import { containerDefinition, logConfiguration } from "./container-definition";
import { execStatements } from "./exec-access";
import { serviceRole } from "../stack/iam";
import type { TaskImage } from "../images/image-build";
import { mountedFiles, type MountedFiles } from "./mounted-files";
import { RegistryCredentials } from "./registry-credentials";
import type { Scope } from "../stack/scope";
import type { Secrets } from "../stack/secrets";
import { volumeFiller } from "./volume-filler";
import type { MountedVolumes, Volumes } from "./volumes";

export interface ContainerTaskArgs {
  readonly scope: Scope;
  readonly service: ContainerService;
  /** Only the task definition waits for it. */
  readonly image: TaskImage;
  readonly cluster: Cluster;
  readonly secrets: Secrets;
  /** @default no service of the project mounts a volume */
  readonly volumes?: Volumes;
  /** Whether a revision stays active when another one takes its place, for `berth rollback`. @default it goes */
  readonly keepsRevisions?: boolean;
  /** Of the task definition, besides those that everything has. */
  readonly definitionTags?: Readonly<Record<string, pulumi.Input<string>>>;
}

export function containerTask(args: ContainerTaskArgs, parent: pulumi.Resource): TaskDefinition {
  const { scope, service, cluster } = args;
  const mounted = mountedVolumes(args);
  const { role, policy } = serviceRole(
    `${service.name}-task-role`,
    {
      scope,
      principal: "ecs-tasks.amazonaws.com",
      physicalName: scope.identityName(service.name, "task"),
      statements: [...mounted.statements, ...execStatements(service, scope)],
      service: service.name,
    },
    parent,
  );
  const policies = (service.policies ?? []).map((policy) => attachPolicy(policy, args, role, parent));
  const { containers, volumes, ready } = containersOf(args, mounted, parent);
  return new TaskDefinition(
    service.name,
    {
      family: scope.name("taskFamily", service.name),
      networkMode: "awsvpc",
      ...place(args),
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: service.architecture },
      executionRoleArn: cluster.executionRoleArn,
      taskRoleArn: role.arn,
      containerDefinitions: pulumi.jsonStringify(containers),
      ...(volumes.length === 0 ? {} : { volumes }),
      ...(service.disk === undefined ? {} : { ephemeralStorage: { sizeInGib: service.disk } }),
      tags: { ...scope.tags(service.name), ...args.definitionTags },
    },
    {
      parent,
      ...(args.keepsRevisions === true ? { retainOnDelete: true } : {}),
      dependsOn: [
        ...args.image.needs,
        ...policies,
        ...(policy === undefined ? [] : [policy]),
        ...ready,
        ...(mounted.volumes.length === 0 ? [] : (args.volumes?.ready ?? [])),
      ],
    },
  );
}

/** The service's container, those that run before it, what they mount, and what the definition waits for because of them. */
function containersOf(args: ContainerTaskArgs, mounted: MountedVolumes, parent: pulumi.Resource) {
  const { scope, service, cluster, secrets } = args;
  const logs = logConfiguration({ service, logGroupName: cluster.logGroupName, region: scope.region });
  const files = mountedFiles({ service, secrets, logConfiguration: logs }, parent);
  const credentials = registryCredentials(args, parent);
  const shared = {
    service,
    image: args.image.reference,
    logConfiguration: logs,
    ...definedOnly({ credentialsArn: credentials?.secretId }),
  };
  const container = containerDefinition({ ...shared, environment: secrets.environment(service, parent) });
  const filler = volumeFiller({ ...shared, nameOf: mounted.nameOf });
  const folders = emptyFolders(service);
  const own = {
    ...container,
    ...gpuRequirements(service),
    ...waitsFor(files.dependsOn, filler.dependsOn),
    ...mountPoints(files, folders, mounted),
  };
  return {
    containers: [own, ...files.containers, ...filler.containers],
    volumes: [...[...files.volumes, ...folders.volumes].map((name) => ({ name })), ...mounted.volumes],
    ready: credentials?.ready ?? [],
  };
}

/** On Fargate, or on an instance whose GPUs' share the task gets whole. */
function place({ scope, service }: ContainerTaskArgs) {
  const onInstances = service.gpus !== undefined;
  const size = onInstances ? instanceShare(service, scope.mode.gpuInstanceFamily) : service.size;
  return {
    requiresCompatibilities: [onInstances ? "EC2" : "FARGATE"],
    cpu: String(size.cpu),
    memory: String(size.memory),
  };
}

/**
 * What the task says that it takes of its instance: the whole share, but for what it has in memory, which ECS counts
 * besides (ECS agent, proposal "Support for ShmSize and Tmpfs").
 */
function instanceShare(service: ContainerService, family: GpuFamily): Size {
  const { size } = gpuPlace(service, family);
  const folders = (service.tmpfs ?? []).map((folder) => folder.size);
  const beside = [...folders, service.sharedMemory ?? 0].reduce((sum, part) => sum + part, 0);
  return { cpu: size.cpu, memory: Math.max(service.size.memory, size.memory - beside) };
}

/** ECS API reference, ResourceRequirement: the GPUs are the container's alone. */
function gpuRequirements({ gpus }: ContainerService): object {
  return gpus === undefined ? {} : { resourceRequirements: [{ type: "GPU", value: String(gpus) }] };
}

/** Nothing at all for a service without volumes. */
function mountedVolumes({ service, volumes }: ContainerTaskArgs): MountedVolumes {
  if (service.volumes === undefined)
    return { volumes: [], mountPoints: [], statements: [], nameOf: (volume) => volume };
  if (volumes === undefined) throw new Error(`The volumes of service ${service.name} are not there.`);
  return volumes.mounted(service.volumes);
}

/** Volumes of the task alone, which begin empty and go with it. */
function emptyFolders({ folders = [] }: ContainerService): Pick<MountedFiles, "volumes" | "mountPoints"> {
  const volumes = folders.map((_, index) => `folder-${index}`);
  return {
    volumes,
    mountPoints: folders.map((path, index) => ({
      sourceVolume: volumes[index],
      containerPath: path,
      readOnly: false,
    })),
  };
}

function waitsFor(...lists: readonly (readonly object[])[]): object {
  const dependsOn = lists.flat();
  return dependsOn.length === 0 ? {} : { dependsOn };
}

function mountPoints(...sources: readonly { readonly mountPoints: readonly object[] }[]): object {
  const all = sources.flatMap((source) => source.mountPoints);
  return all.length === 0 ? {} : { mountPoints: all };
}

/** A policy of the user's choice; the stack's boundary bounds it too. */
function attachPolicy(
  policy: string,
  { scope, service }: ContainerTaskArgs,
  role: Role,
  parent: pulumi.Resource,
): RolePolicyAttachment {
  const policyArn = policy.startsWith("arn:")
    ? policy
    : `arn:${scope.partition}:iam::${scope.accountId}:policy/${policy}`;
  return new RolePolicyAttachment(`${service.name}-${policy}`, { role: role.name, policyArn }, { parent });
}

/** Nothing for an image that anybody may pull. */
function registryCredentials(
  { scope, service, cluster, secrets }: ContainerTaskArgs,
  parent: pulumi.Resource,
): RegistryCredentials | undefined {
  const secret = service.registryCredentials;
  if (secret === undefined) return undefined;
  const args = { scope, cluster, secrets, service: service.name, secret };
  return new RegistryCredentials(`${service.name}-registry`, args, { parent });
}
