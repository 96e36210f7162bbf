/** What all services of a stack share: the cluster, its capacity, their log group, group and execution role. */
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import type { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { Cluster as EcsCluster } from "@pulumi/aws/ecs/cluster";
import { ClusterCapacityProviders } from "@pulumi/aws/ecs/clusterCapacityProviders";
import * as pulumi from "@pulumi/pulumi";
import { gpuPlace, type GpuPool } from "../../modes/gpu";
import type { ContainerService } from "../../model/project";
import type { ModeSettings } from "../../modes/modes";
import { GpuCapacity } from "./gpu-capacity";
import { serviceRole, type Statement } from "./iam";
import { ecrRepositoryArn } from "../../model/registry-login";
import type { Network } from "../network/network";
import type { Scope } from "./scope";
import { allowIn, allowOut, anywhere, securityGroup } from "../network/security-group";

export interface ClusterArgs {
  readonly scope: Scope;
  readonly network: Network;
  /** The images that services name, not build: those in an account's own registry have to be allowed one by one. */
  readonly imageReferences: readonly string[];
  /** Prefix of the repositories that the account's pull-through cache fills. @default the account has none */
  readonly cachePrefix?: string;
  /** Whether services reach each other by their networks' groups alone. @default false: all do, on any port */
  readonly separated?: boolean;
  /** The instances that services with a GPU need. @default none */
  readonly gpuPools?: readonly GpuPool[];
}

/** A share of a service's tasks on one kind of capacity (ECS API reference, CapacityProviderStrategyItem). */
export interface CapacityShare {
  readonly capacityProvider: pulumi.Input<string>;
  readonly weight: number;
  readonly base?: number;
}

/**
 * The capacity of each mode. ECS moves no task from Spot to on-demand by itself: with `spot` every fifth task runs on
 * demand, so that a service of several tasks outlives a shortage, and a single task is placed on Spot. A run that finds
 * Spot without room moves the service to on-demand capacity (`ServiceFollower`); afterwards ECS waits.
 */
export const capacityShares: Readonly<Record<ModeSettings["capacity"], readonly CapacityShare[]>> = {
  spot: [
    { capacityProvider: "FARGATE_SPOT", weight: 4 },
    { capacityProvider: "FARGATE", weight: 1 },
  ],
  mixed: [
    { capacityProvider: "FARGATE", base: 1, weight: 0 },
    { capacityProvider: "FARGATE_SPOT", weight: 1 },
  ],
  "on-demand": [{ capacityProvider: "FARGATE", weight: 1 }],
};

export class Cluster extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly name: string;
  /** Every service belongs to it: members reach the internet outwards, and each other where networks keep none apart. */
  readonly securityGroupId: pulumi.Output<string>;
  readonly executionRoleArn: pulumi.Output<string>;
  readonly executionRoleName: pulumi.Output<string>;
  readonly logGroupName: string;
  /** What a service waits for besides what it names. */
  readonly ready: readonly pulumi.Resource[];
  readonly #mode: ModeSettings;
  readonly #gpus: GpuCapacity | undefined;

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:Cluster", name, {}, opts);
    const { scope, network, gpuPools: pools = [] } = args;
    this.name = scope.name("cluster", "cluster");
    this.#mode = scope.mode;
    const gpuArgs = { scope, network, clusterName: this.name, pools };
    if (pools.length > 0) this.#gpus = new GpuCapacity("gpu-capacity", gpuArgs, { parent: this });
    this.logGroupName = scope.logGroupName("logs");
    const cluster = new EcsCluster("cluster", { name: this.name, tags: scope.tags() }, { parent: this });
    const capacity = new ClusterCapacityProviders(
      "cluster-capacity-providers",
      {
        clusterName: cluster.name,
        capacityProviders: ["FARGATE", "FARGATE_SPOT", ...(this.#gpus?.providers.values() ?? [])],
        defaultCapacityProviderStrategies: capacityShares[scope.mode.capacity].map((share) => ({ ...share })),
      },
      { parent: this },
    );
    const logs = new LogGroup(
      "logs",
      { name: this.logGroupName, retentionInDays: scope.mode.logRetention, tags: scope.tags() },
      { parent: this },
    );
    const execution = serviceRole(
      "ecs-task-execution-role",
      {
        scope,
        principal: "ecs-tasks.amazonaws.com",
        physicalName: scope.identityName("ecs-task-execution-role"),
        statements: executionStatements(args),
      },
      this,
    );
    this.arn = cluster.arn;
    this.executionRoleArn = execution.role.arn;
    this.executionRoleName = execution.role.name;
    const services = createServiceGroup(args, this);
    this.securityGroupId = services.group.id;
    this.ready = [
      capacity,
      logs,
      ...services.rules,
      ...(execution.policy === undefined ? [] : [execution.policy]),
    ];
    this.registerOutputs({ arn: this.arn });
  }

  /** Where the tasks of a service are placed: on instances with GPUs, or on Fargate by the mode. */
  capacityOf(service: ContainerService): readonly CapacityShare[] {
    if (service.gpus === undefined) return capacityShares[this.#mode.capacity];
    const { instance } = gpuPlace(service, this.#mode.gpuInstanceFamily);
    const capacityProvider = this.#gpus?.providers.get(instance.type);
    if (capacityProvider === undefined)
      throw new Error(`The cluster has no ${instance.type} for ${service.name}.`);
    return [{ capacityProvider, weight: 1 }];
  }

  /** Whether tasks of a service are placed on Spot, all of them or some. */
  hasSpot(service: ContainerService): boolean {
    return this.capacityOf(service).some(({ capacityProvider }) => capacityProvider === "FARGATE_SPOT");
  }
}

/** The group of all services, and the rules by which they reach each other. */
function createServiceGroup(
  { scope, network, separated = false }: ClusterArgs,
  parent: pulumi.Resource,
): { readonly group: SecurityGroup; readonly rules: readonly pulumi.Resource[] } {
  const name = `${scope.project}_app-sg`;
  const group = securityGroup(
    name,
    { scope, vpcId: network.vpcId, suffix: "app", description: "Services of the project" },
    parent,
  );
  const self = { scope, group: group.id, peer: { group: group.id } };
  const rules = separated ? [] : [allowIn(`${name}-self`, self, parent)];
  allowOut(`${name}-out`, { scope, group: group.id, peer: anywhere }, parent);
  return { group, rules };
}

/** What ECS itself needs to start the stack's tasks: their images, their logs, their secrets, and no others. */
function executionStatements({ scope, imageReferences, cachePrefix }: ClusterArgs): Statement[] {
  const named = [...new Set(imageReferences.flatMap((each) => ecrRepositoryArn(each) ?? []))];
  const cache = scope.arn("ecr", `repository/${cachePrefix ?? ""}/`);
  const cached = named.filter((each) => each.startsWith(cache));
  const repositories = [
    ...[scope.arn("ecr", `repository/${scope.repositoryName}`), ...named],
    // A rollback's revision may have another image than the file now, or one of the cache where the file now goes
    // without it: it is in the cache already, which holds public images alone.
    ...(cachePrefix === undefined ? [] : [`${cache}*`]),
  ];
  const logGroups = ["logs", "builds"].map(
    (name) => `${scope.arn("logs", `log-group:${scope.logGroupName(name)}`)}:*`,
  );
  const statements: Statement[] = [
    // The token is the registry's; the action takes no resource (Service Authorization Reference, Amazon ECR).
    { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    {
      Effect: "Allow",
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      Resource: repositories,
    },
    // The first pull of an image makes its repository (ECR User Guide, "IAM permissions required to sync an upstream registry").
    ...(cached.length === 0
      ? []
      : [
          {
            Effect: "Allow" as const,
            Action: ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
            Resource: cached,
          },
        ]),
    { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: logGroups },
    {
      Effect: "Allow",
      Action: "ssm:GetParameters",
      Resource: scope.arn("ssm", `parameter${scope.parameterName("*")}`),
    },
  ];
  if (scope.secretsKeyArn === undefined) return statements;
  return [...statements, { Effect: "Allow", Action: "kms:Decrypt", Resource: scope.secretsKeyArn }];
}
