/** ECS and ECR. */
import { ref, type ResourceType } from "../cloud/resource-type";
import { serviceRules } from "../rules/containers";
import { numberOf, textOf } from "../cloud/values";
import { arnOf, groupReference, keyReference, roleReference, subnetReference, tokens } from "./common";
import { checkService, rebalancingOf, serviceConflicts } from "./ecs-checks";
import { checkShift, shiftConflicts } from "./shift-checks";
import { checkTaskDefinition, executionRoleProblem } from "./fargate";
import { partitionOf } from "../../partitions";

const service = "aws:ecs/service:Service";
const taskDefinition = "aws:ecs/taskDefinition:TaskDefinition";
const clusterProviders = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders";
const capacityProvider = "aws:ecs/capacityProvider:CapacityProvider";
const repository = "aws:ecr/repository:Repository";

const ecsName = { pattern: /^[A-Za-z0-9_-]+$/, says: "letters, digits, hyphens and underscores" };
const clusterReference = ref("cluster", tokens.cluster);

export const ecs: readonly ResourceType[] = [
  {
    token: tokens.cluster,
    name: { property: "name", maximum: 255, ...ecsName, source: "Amazon ECS API: CreateCluster" },
    replaces: [],
    id: (making) => arnOf(making, "ecs", `cluster/${making.text("name")}`),
    usedBy: [service],
    outputs: (_, id) => ({ arn: id }),
  },
  {
    token: clusterProviders,
    replaces: ["clusterName"],
    references: [
      ref("clusterName", tokens.cluster),
      ref("capacityProviders[]", capacityProvider, /^FARGATE(_SPOT)?$/),
    ],
    id: (making) => making.text("clusterName"),
  },
  {
    token: capacityProvider,
    name: {
      property: "name",
      maximum: 255,
      pattern: /^(?!aws|ecs|fargate)[A-Za-z0-9_-]+$/i,
      says: "letters, digits, hyphens and underscores, not beginning with aws, ecs or fargate",
      source: "Amazon ECS API: CreateCapacityProvider",
    },
    replaces: ["autoScalingGroupProvider.autoScalingGroupArn"],
    references: [ref("autoScalingGroupProvider.autoScalingGroupArn", "aws:autoscaling/group:Group")],
    id: (making) => arnOf(making, "ecs", `capacity-provider/${making.text("name")}`),
    usedBy: [clusterProviders],
    outputs: (_, id) => ({ arn: id }),
  },
  {
    token: taskDefinition,
    name: {
      property: "family",
      maximum: 255,
      ...ecsName,
      source: "Amazon ECS API: RegisterTaskDefinition",
      auto: false,
      unique: false,
    },
    replaces: [
      "containerDefinitions",
      "cpu",
      "memory",
      "executionRoleArn",
      "taskRoleArn",
      "networkMode",
      "requiresCompatibilities",
      "runtimePlatform",
      "volumes",
      "ephemeralStorage",
      "ipcMode",
      "pidMode",
      "placementConstraints",
      "proxyConfiguration",
      "enableFaultInjection",
    ],
    references: [
      roleReference("executionRoleArn"),
      roleReference("taskRoleArn"),
      ref("volumes[].efsVolumeConfiguration.fileSystemId", "aws:efs/fileSystem:FileSystem"),
      ref(
        "volumes[].efsVolumeConfiguration.authorizationConfig.accessPointId",
        "aws:efs/accessPoint:AccessPoint",
      ),
    ],
    id: (making) => {
      const family = making.text("family");
      const revisions = making.world
        .all(taskDefinition)
        .filter(({ outputs }) => outputs["family"] === family);
      const last = Math.max(0, ...revisions.map(({ outputs }) => numberOf(outputs["revision"]) ?? 0));
      return arnOf(making, "ecs", `task-definition/${family}:${last + 1}`);
    },
    check: checkTaskDefinition,
    conflicts: executionRoleProblem,
    outputs: (_, id) => ({
      arn: id,
      arnWithoutRevision: id.replace(/:\d+$/, ""),
      revision: Number(id.split(":").pop()),
    }),
  },
  {
    token: service,
    name: {
      property: "name",
      maximum: 255,
      ...ecsName,
      source: "Amazon ECS API: CreateService",
      unique: (inputs) => textOf(inputs["cluster"]),
    },
    replaces: ["cluster", "launchType", "schedulingStrategy", "iamRole", "deploymentController.type"],
    references: [
      clusterReference,
      ref("taskDefinition", taskDefinition),
      // Those of the file are made by somebody else.
      ref("alarms.alarmNames[]", "aws:cloudwatch/metricAlarm:MetricAlarm", /./),
      subnetReference("networkConfiguration.subnets[]"),
      groupReference("networkConfiguration.securityGroups[]"),
      ref("loadBalancers[].targetGroupArn", tokens.targetGroup),
      ref("loadBalancers[].advancedConfiguration.alternateTargetGroupArn", tokens.targetGroup),
      ref("loadBalancers[].advancedConfiguration.productionListenerRule", "aws:lb/listenerRule:ListenerRule"),
      roleReference("loadBalancers[].advancedConfiguration.roleArn"),
      ref("serviceRegistries.registryArn", "aws:servicediscovery/service:Service"),
    ],
    id: (making) => {
      const cluster = making.text("cluster").split("/").pop() ?? "default";
      return arnOf(making, "ecs", `service/${cluster}/${making.text("name")}`);
    },
    check: (inputs) => [...checkService(inputs), ...checkShift(inputs)],
    keeps: ["availabilityZoneRebalancing"],
    // terraform-provider-aws, internal/service/ecs/service.go, resourceServiceUpdate: if d.HasChange("load_balancer").
    sendsChanges: ["loadBalancers"],
    conflicts: (inputs, world, self) => [
      ...serviceConflicts(inputs, world, self),
      ...shiftConflicts(inputs, world, self),
    ],
    latency: { create: 3, update: 3, delete: 60 },
    outputs: (making, id) => ({
      arn: id,
      launchType: making.inputs["launchType"] ?? "",
      platformVersion: making.inputs["platformVersion"] ?? "LATEST",
      iamRole: `arn:${partitionOf(making.world.region).id}:iam::${making.world.accountId}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
      availabilityZoneRebalancing: rebalancingOf(making.inputs),
    }),
  },
  {
    token: repository,
    name: {
      property: "name",
      maximum: 256,
      minimum: 2,
      pattern: /^[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*)*$/,
      says: "lower-case letters and digits, divided by . _ - or /",
      source: "Amazon ECR API: CreateRepository",
      lower: true,
    },
    replaces: ["encryptionConfigurations"],
    references: [keyReference("encryptionConfigurations[].kmsKey")],
    id: (making) => making.text("name"),
    check: (inputs) => serviceRules.mutability.check(inputs, "imageTagMutability"),
    refusesDelete: ({ id, outputs }, world) =>
      outputs["forceDelete"] !== true && world.images(id).length > 0
        ? "RepositoryNotEmptyException: it holds images; forceDelete would delete them"
        : undefined,
    outputs: (making, id) => ({
      arn: arnOf(making, "ecr", `repository/${id}`),
      registryId: making.world.accountId,
      repositoryUrl: `${making.world.accountId}.dkr.ecr.${making.world.region}.${partitionOf(making.world.region).dnsSuffix}/${id}`,
    }),
  },
  ...["aws:ecr/lifecyclePolicy:LifecyclePolicy", "aws:ecr/repositoryPolicy:RepositoryPolicy"].map(
    (token): ResourceType => ({
      token,
      replaces: ["repository", ...(token.includes("lifecycle") ? ["policy"] : [])],
      references: [ref("repository", repository)],
      id: (making) => making.text("repository"),
      check: (inputs) => serviceRules.repositoryPolicy.check(inputs, "policy"),
      outputs: (making) => ({ registryId: making.world.accountId }),
    }),
  ),
  {
    token: "aws:ecr/pullThroughCacheRule:PullThroughCacheRule",
    replaces: ["ecrRepositoryPrefix", "upstreamRegistryUrl"],
    id: (making) => making.text("ecrRepositoryPrefix"),
    outputs: (making) => ({ registryId: making.world.accountId }),
  },
];
