import type { Properties } from "../../../src/simulator/cloud/cloud";
import { serviceRules as rules, taskRules as task } from "../../../src/simulator/rules/containers";
import { generalRules } from "../../../src/simulator/rules/general";
import { container, make } from "../simulated-world";
import { breaking, upTo, type Ids } from "./cases";

const targetType = "aws:appautoscaling/target:Target";

const definition = (): Properties => ({
  family: "web",
  requiresCompatibilities: ["FARGATE"],
  networkMode: "awsvpc",
  cpu: "256",
  memory: "512",
  containerDefinitions: JSON.stringify([container()]),
});
/** One container with something changed. */
const own = (more: Properties): Properties => several(container(more));
const several = (...containers: readonly Properties[]): Properties => ({
  containerDefinitions: JSON.stringify(containers),
});
/** The container with a folder in memory. */
const inMemory = (folder: Properties): Properties => own({ linuxParameters: { tmpfs: [folder] } });

const sysctl = (namespace: string, value: string): Properties =>
  own({ systemControls: [{ namespace, value }] });

const service = ({ cluster, definition: taskDefinition, subnetA, group }: Ids): Properties => ({
  name: "web",
  cluster,
  taskDefinition,
  networkConfiguration: { subnets: [subnetA], securityGroups: [group] },
});
const network = (subnets: readonly unknown[], securityGroups: readonly unknown[]): Properties => ({
  networkConfiguration: { subnets, securityGroups },
});
const balanced = (
  targetGroupArn: string | undefined,
  containerName = "web",
  containerPort = 80,
): Properties => ({
  loadBalancers: [{ targetGroupArn, containerName, containerPort }],
});
const share = (capacityProvider: string, weight: number, base = 0): Properties => ({
  capacityProvider,
  weight,
  base,
});
const shares = (...capacityProviderStrategies: readonly Properties[]): Properties => ({
  capacityProviderStrategies,
});

const scalable = { serviceNamespace: "custom", resourceId: "r", minCapacity: 1, maxCapacity: 2 };
const tracking = (predefinedMetricType: string, targetValue: number): Properties => ({
  targetTrackingScalingPolicyConfiguration: {
    targetValue,
    predefinedMetricSpecification: { predefinedMetricType },
  },
});

const policy = {
  ...{ name: "cpu", policyType: "TargetTrackingScaling", resourceId: "service/main/scaled" },
  ...tracking("ECSServiceAverageCPUUtilization", 60),
};

const mounted = (efsVolumeConfiguration: Properties): Properties => ({
  volumes: [{ name: "files", efsVolumeConfiguration }],
});
const through = (transitEncryption: string): Properties => ({
  transitEncryption,
  authorizationConfig: { accessPointId: "fsap-0" },
});

const first = "containerDefinitions[0]";

const taskCases = breaking("aws:ecs/taskDefinition:TaskDefinition", definition, [
  [task.cpu, { cpu: "300" }, "cpu"],
  [task.cpu, { cpu: undefined }, "cpu"],
  [task.memory, { memory: "1536" }, "memory"],
  [task.memory, { memory: "4096" }, "memory"],
  [task.memory, { memory: undefined }, "memory"],
  [task.networkMode, { networkMode: "bridge" }, "networkMode"],
  [task.containerName, own({ name: "a b" }), `${first}.name`],
  [task.sameName, several(container(), container()), "containerDefinitions"],
  [task.containers, several(...upTo(11).map((n) => container({ name: `c${n}` }))), "containerDefinitions"],
  [
    task.definitionSize,
    own({ environment: [{ name: "TEXT", value: "x".repeat(65_536) }] }),
    "containerDefinitions",
  ],
  [task.containerList, { containerDefinitions: "{" }, "containerDefinitions"],
  [task.image, own({ image: "" }), `${first}.image`],
  [task.essential, own({ essential: false }), "containerDefinitions"],
  [task.containerCpu, own({ cpu: 512 }), "cpu"],
  [
    task.containerPort,
    own({ portMappings: [{ containerPort: 65_536 }] }),
    `${first}.portMappings[0].containerPort`,
  ],
  [task.stopTimeout, own({ stopTimeout: 121 }), `${first}.stopTimeout`],
  [task.healthInterval, own({ healthCheck: { interval: 301 } }), `${first}.healthCheck.interval`],
  [task.healthTimeout, own({ healthCheck: { timeout: 61 } }), `${first}.healthCheck.timeout`],
  [task.healthRetries, own({ healthCheck: { retries: 11 } }), `${first}.healthCheck.retries`],
  [task.healthStart, own({ healthCheck: { startPeriod: 301 } }), `${first}.healthCheck.startPeriod`],
  [task.dependency, own({ dependsOn: [{ containerName: "init" }] }), `${first}.dependsOn`],
  [task.environment, own({ environment: [{ name: "PORT", value: 80 }] }), `${first}.environment`],
  [task.mount, own({ mountPoints: [{ sourceVolume: "files" }] }), `${first}.mountPoints`],
  [
    task.capability,
    own({ linuxParameters: { capabilities: { add: ["SYS_PTRACE", "NET_ADMIN"] } } }),
    `${first}.linuxParameters.capabilities.add`,
  ],
  [
    task.host,
    own({ linuxParameters: { sharedMemorySize: 64 } }),
    `${first}.linuxParameters.sharedMemorySize`,
  ],
  [task.host, own({ hostname: "web" }), `${first}.hostname`],
  [
    task.memoryFolder,
    inMemory({ containerPath: "tmp", size: 64 }),
    `${first}.linuxParameters.tmpfs[0].containerPath`,
  ],
  [task.memoryFolder, inMemory({ containerPath: "/tmp" }), `${first}.linuxParameters.tmpfs[0].size`],
  [
    task.memoryFolder,
    inMemory({ containerPath: "/tmp", size: 64, mountOptions: ["noexec", "mode=1777", "size=64m"] }),
    `${first}.linuxParameters.tmpfs[0].mountOptions`,
  ],
  [task.sysctl, sysctl("vm.max_map_count", "262144"), `${first}.systemControls[0].namespace`],
  [task.sysctl, sysctl("net.core.somaxconn", ""), `${first}.systemControls[0].value`],
  [
    task.volumeRoot,
    ({ files }) => mounted({ fileSystemId: files, rootDirectory: "/a", ...through("ENABLED") }),
    "volumes[0].efsVolumeConfiguration.rootDirectory",
  ],
  [
    task.volumeEncryption,
    ({ files }) => mounted({ fileSystemId: files, ...through("DISABLED") }),
    "volumes[0].efsVolumeConfiguration.transitEncryption",
  ],
  [task.ephemeralStorage, { ephemeralStorage: { sizeInGib: 201 } }, "ephemeralStorage.sizeInGib"],
  [task.executionRole, own({ logConfiguration: { logDriver: "awslogs" } }), "executionRoleArn"],
  [generalRules.reference, { taskRoleArn: "arn:aws:iam::123456789012:role/none" }, "taskRoleArn"],
]);

const serviceCases = breaking("aws:ecs/service:Service", service, [
  [rules.desired, { desiredCount: 5001 }, "desiredCount"],
  [
    rules.grace,
    ({ targets }) => ({ ...balanced(targets), healthCheckGracePeriodSeconds: -1 }),
    "healthCheckGracePeriodSeconds",
  ],
  [rules.graceBalancer, { healthCheckGracePeriodSeconds: 30 }, "healthCheckGracePeriodSeconds"],
  [rules.healthy, { deploymentMinimumHealthyPercent: 101 }, "deploymentMinimumHealthyPercent"],
  [
    rules.room,
    { deploymentMinimumHealthyPercent: 100, deploymentMaximumPercent: 100 },
    "deploymentMaximumPercent",
  ],
  [rules.rebalancing, { availabilityZoneRebalancing: "ON" }, "availabilityZoneRebalancing"],
  [
    rules.rebalancingRoom,
    {
      availabilityZoneRebalancing: "ENABLED",
      deploymentMinimumHealthyPercent: 0,
      deploymentMaximumPercent: 100,
    },
    "deploymentMaximumPercent",
  ],
  [rules.launchType, { launchType: "fargate" }, "launchType"],
  [rules.scheduling, { schedulingStrategy: "ONCE" }, "schedulingStrategy"],
  [rules.capacity, { launchType: "FARGATE", ...shares(share("FARGATE", 1)) }, "launchType"],
  [rules.provider, shares(share("FARGATE_SPOT", 1)), "capacityProviderStrategies[0].capacityProvider"],
  [
    rules.compatible,
    {
      taskDefinition: "arn:aws:ecs:us-east-1:123456789012:task-definition/gpu:1",
      ...shares(share("FARGATE", 1)),
    },
    "capacityProviderStrategies[0].capacityProvider",
    async ({ aws }) => {
      await make(aws, "aws:ecs/taskDefinition:TaskDefinition", "gpu", {
        family: "gpu",
        requiresCompatibilities: ["EC2"],
        containerDefinitions: JSON.stringify([container()]),
      });
    },
  ],
  [rules.base, shares(share("FARGATE", 1, 1), share("FARGATE", 1, 2)), "capacityProviderStrategies"],
  [rules.weight, shares(share("FARGATE", 0), share("FARGATE", 0)), "capacityProviderStrategies"],
  [
    rules.groups,
    ({ subnetA, group }) =>
      network(
        [subnetA],
        upTo(6).map(() => group),
      ),
    "networkConfiguration.securityGroups",
  ],
  [
    rules.subnets,
    ({ subnetA, group }) =>
      network(
        upTo(17).map(() => subnetA),
        [group],
      ),
    "networkConfiguration.subnets",
  ],
  [
    rules.targets,
    ({ targets }) => ({ loadBalancers: upTo(6).flatMap(() => balanced(targets)["loadBalancers"]) }),
    "loadBalancers",
  ],
  [rules.hung, ({ loose }) => balanced(loose), "loadBalancers[0].targetGroupArn"],
  [rules.targetContainer, ({ targets }) => balanced(targets, "api"), "loadBalancers[0].containerName"],
  [rules.targetContainer, ({ targets }) => balanced(targets, "web", 81), "loadBalancers[0].containerPort"],
  [
    generalRules.reference,
    ({ subnetA }) => network([subnetA], ["sg-0"]),
    "networkConfiguration.securityGroups[0]",
  ],
]);

export const containerCases = [
  ...taskCases,
  ...serviceCases,
  ...breaking("aws:ecr/repository:Repository", () => ({ name: "shop/web" }), [
    [rules.mutability, { imageTagMutability: "FIXED" }, "imageTagMutability"],
    [generalRules.nameTaken, { name: "shop/images" }, "name"],
  ]),
  ...breaking(
    "aws:ecr/lifecyclePolicy:LifecyclePolicy",
    () => ({ repository: "shop/images", policy: "{}" }),
    [
      [rules.repositoryPolicy, { policy: "[" }, "policy"],
      [rules.repositoryPolicy, { policy: JSON.stringify({ rules: "x".repeat(30_720) }) }, "policy"],
    ],
  ),
  ...breaking(targetType, () => scalable, [
    [rules.capacities, { maxCapacity: 5001 }, "maxCapacity"],
    [rules.capacityOrder, { minCapacity: 3 }, "minCapacity"],
    [rules.scaled, { serviceNamespace: "ecs", resourceId: "service/main/none" }, "resourceId"],
  ]),
  ...breaking("aws:appautoscaling/policy:Policy", () => policy, [
    [rules.registered, { resourceId: "service/main/none" }, "resourceId"],
    [rules.policyType, { policyType: "Tracking" }, "policyType"],
    [
      rules.targetValue,
      tracking("ECSServiceAverageCPUUtilization", 101),
      "targetTrackingScalingPolicyConfiguration.targetValue",
    ],
  ]),
];
