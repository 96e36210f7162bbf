/** ECS and ECR. */
import type { Properties, Refusal } from "../cloud";
import { ref, refusal, type ResourceType, type World } from "../resource-type";
import { listOf, numberOf, recordOf, textOf } from "../values";
import {
  arnOf,
  groupReference,
  inRange,
  jsonText,
  keyReference,
  oneOf,
  roleReference,
  subnetReference,
  tokens,
} from "./common";
import { checkTaskDefinition, parseContainers } from "./fargate";

const service = "aws:ecs/service:Service";
const taskDefinition = "aws:ecs/taskDefinition:TaskDefinition";
const clusterProviders = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders";
const capacityProvider = "aws:ecs/capacityProvider:CapacityProvider";
const repository = "aws:ecr/repository:Repository";

const ecsName = { pattern: /^[A-Za-z0-9_-]+$/, says: "letters, digits, hyphens and underscores" };
const clusterReference = ref("cluster", tokens.cluster);

function providersOf(world: World, cluster: unknown): readonly unknown[] {
  const found = world.find(tokens.cluster, cluster);
  const association = world
    .all(clusterProviders)
    .find(({ outputs }) => found !== undefined && outputs["clusterName"] === found.outputs["name"]);
  return listOf(association?.outputs["capacityProviders"]);
}

/** A target group must hang on a load balancer, and its container be in the task definition, before a service starts. */
function balancerProblems(inputs: Properties, world: World): readonly Refusal[] {
  const hung = ["aws:lb/listener:Listener", "aws:lb/listenerRule:ListenerRule"].flatMap((token) =>
    world.all(token),
  );
  const definition = world.find(taskDefinition, inputs["taskDefinition"]);
  const containers = parseContainers(textOf(definition?.outputs["containerDefinitions"]));
  return listOf(inputs["loadBalancers"]).flatMap((item, index) => {
    const { targetGroupArn, containerName, containerPort } = recordOf(item);
    const at = `loadBalancers[${index}]`;
    const problems: Refusal[] = [];
    if (
      typeof targetGroupArn === "string" &&
      !hung.some(({ outputs }) => JSON.stringify(outputs).includes(targetGroupArn))
    ) {
      problems.push(
        refusal(
          `${at}.targetGroupArn`,
          `the target group ${targetGroupArn} does not have an associated load balancer (InvalidParameterException)`,
        ),
      );
    }
    const container = containers?.find(({ name }) => name === containerName);
    if (containers !== undefined && container === undefined) {
      problems.push(
        refusal(
          `${at}.containerName`,
          `the container '${String(containerName)}' is not in the task definition`,
        ),
      );
    }
    const ports = listOf(container?.["portMappings"]).map((mapping) => recordOf(mapping)["containerPort"]);
    if (container !== undefined && !ports.includes(containerPort)) {
      problems.push(
        refusal(
          `${at}.containerPort`,
          `the container '${String(containerName)}' has no port ${String(containerPort)}`,
        ),
      );
    }
    return problems;
  });
}

function serviceConflicts(inputs: Properties, world: World): readonly Refusal[] {
  const offered = providersOf(world, inputs["cluster"]);
  const missing = listOf(inputs["capacityProviderStrategies"]).flatMap((item, index) => {
    const wanted = recordOf(item)["capacityProvider"];
    return typeof wanted !== "string" || offered.includes(wanted)
      ? []
      : [
          refusal(
            `capacityProviderStrategies[${index}].capacityProvider`,
            `'${wanted}' is not associated with the cluster (InvalidParameterException)`,
          ),
        ];
  });
  const grace =
    inputs["healthCheckGracePeriodSeconds"] !== undefined && listOf(inputs["loadBalancers"]).length === 0
      ? [
          refusal(
            "healthCheckGracePeriodSeconds",
            "it needs a service with load balancers (InvalidParameterException)",
          ),
        ]
      : [];
  return [...missing, ...grace, ...balancerProblems(inputs, world)];
}

function checkService(inputs: Properties): readonly Refusal[] {
  const problems = [
    ...inRange(inputs, "desiredCount", 0, 5000),
    ...inRange(inputs, "healthCheckGracePeriodSeconds", 0, 2_147_483_647),
    ...inRange(inputs, "deploymentMinimumHealthyPercent", 0, 100),
    ...oneOf(inputs, "launchType", ["EC2", "FARGATE", "EXTERNAL"]),
    ...oneOf(inputs, "schedulingStrategy", ["REPLICA", "DAEMON"]),
  ];
  const [minimum, maximum] = [
    inputs["deploymentMinimumHealthyPercent"],
    inputs["deploymentMaximumPercent"],
  ].map(numberOf);
  if (minimum !== undefined && maximum !== undefined && maximum <= minimum) {
    problems.push(
      refusal(
        "deploymentMaximumPercent",
        `${maximum} has to be more than the minimum healthy percent ${minimum}`,
      ),
    );
  }
  if (inputs["launchType"] !== undefined && listOf(inputs["capacityProviderStrategies"]).length > 0) {
    problems.push(
      refusal("launchType", "a launch type and a capacity provider strategy can't both be given"),
    );
  }
  return problems;
}

export const ecs: readonly ResourceType[] = [
  {
    token: tokens.cluster,
    name: { property: "name", maximum: 255, ...ecsName },
    replaces: [],
    id: (making) => arnOf(making, "ecs", `cluster/${making.text("name")}`),
    heldBy: [service],
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
    },
    replaces: ["autoScalingGroupProvider.autoScalingGroupArn"],
    references: [ref("autoScalingGroupProvider.autoScalingGroupArn", "aws:autoscaling/group:Group")],
    id: (making) => arnOf(making, "ecs", `capacity-provider/${making.text("name")}`),
    heldBy: [clusterProviders],
    outputs: (_, id) => ({ arn: id }),
  },
  {
    token: taskDefinition,
    name: { property: "family", maximum: 255, ...ecsName, auto: false, unique: false },
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
    conflicts: (inputs) =>
      inputs["executionRoleArn"] === undefined &&
      listOf(inputs["requiresCompatibilities"]).includes("FARGATE") &&
      /"awslogs"|"secrets":\s*\[\s*\{/.test(textOf(inputs["containerDefinitions"]))
        ? [
            refusal(
              "executionRoleArn",
              "Fargate needs an execution role to send logs and to read secrets (ClientException)",
            ),
          ]
        : [],
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
      unique: (inputs) => textOf(inputs["cluster"]),
    },
    replaces: ["cluster", "launchType", "schedulingStrategy", "iamRole", "deploymentController.type"],
    references: [
      clusterReference,
      ref("taskDefinition", taskDefinition),
      subnetReference("networkConfiguration.subnets[]"),
      groupReference("networkConfiguration.securityGroups[]"),
      ref("loadBalancers[].targetGroupArn", tokens.targetGroup),
      ref("serviceRegistries.registryArn", "aws:servicediscovery/service:Service"),
    ],
    id: (making) => {
      const cluster = making.text("cluster").split("/").pop() ?? "default";
      return arnOf(making, "ecs", `service/${cluster}/${making.text("name")}`);
    },
    check: checkService,
    conflicts: serviceConflicts,
    latency: { create: 90, update: 90, delete: 60 },
    outputs: (making, id) => ({
      arn: id,
      launchType: making.inputs["launchType"] ?? "",
      platformVersion: making.inputs["platformVersion"] ?? "LATEST",
      iamRole: `arn:aws:iam::${making.world.accountId}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
      availabilityZoneRebalancing: making.inputs["availabilityZoneRebalancing"] ?? "DISABLED",
    }),
  },
  {
    token: repository,
    name: {
      property: "name",
      maximum: 256,
      minimum: 2,
      pattern: /^[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/,
      says: "lower-case letters and digits, divided by single . _ - or /",
      lower: true,
    },
    replaces: ["encryptionConfigurations"],
    references: [keyReference("encryptionConfigurations[].kmsKey")],
    id: (making) => making.text("name"),
    check: (inputs) =>
      oneOf(inputs, "imageTagMutability", [
        "MUTABLE",
        "IMMUTABLE",
        "MUTABLE_WITH_EXCLUSION",
        "IMMUTABLE_WITH_EXCLUSION",
      ]),
    refusesDelete: ({ id, outputs }, world) =>
      outputs["forceDelete"] !== true && world.images(id).length > 0
        ? "RepositoryNotEmptyException: it holds images; forceDelete would delete them"
        : undefined,
    outputs: (making, id) => ({
      arn: arnOf(making, "ecr", `repository/${id}`),
      registryId: making.world.accountId,
      repositoryUrl: `${making.world.accountId}.dkr.ecr.${making.world.region}.amazonaws.com/${id}`,
    }),
  },
  ...["aws:ecr/lifecyclePolicy:LifecyclePolicy", "aws:ecr/repositoryPolicy:RepositoryPolicy"].map(
    (token): ResourceType => ({
      token,
      replaces: ["repository", ...(token.includes("lifecycle") ? ["policy"] : [])],
      references: [ref("repository", repository)],
      id: (making) => making.text("repository"),
      check: (inputs) => jsonText(inputs, "policy", 30_720),
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
