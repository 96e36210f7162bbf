import type { Properties } from "../../../src/simulator/cloud";
import { but, describeRefusals, type Ids } from "../../support/refusals";
import { container, trust } from "../../support/simulated-world";

const types = {
  task: "aws:ecs/taskDefinition:TaskDefinition",
  service: "aws:ecs/service:Service",
  repository: "aws:ecr/repository:Repository",
  role: "aws:iam/role:Role",
  scaling: "aws:appautoscaling/target:Target",
} as const;

const task =
  (containers: readonly Properties[] = [container()], more: Properties = {}) =>
  (): Properties => ({
    family: "web",
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: "256",
    memory: "512",
    containerDefinitions: JSON.stringify(containers),
    ...more,
  });
const service = ({ cluster, definition, subnetA, group }: Ids): Properties => ({
  name: "web",
  cluster,
  taskDefinition: definition,
  networkConfiguration: { subnets: [subnetA], securityGroups: [group] },
});

describeRefusals([
  ["a Fargate size of CPU", types.task, task(), task(undefined, { cpu: "300" }), "cpu"],
  ["a Fargate size of memory", types.task, task(), task(undefined, { memory: "1536" }), "memory"],
  ["a Fargate size that needs more CPU", types.task, task(), task(undefined, { memory: "4096" }), "memory"],
  ["a task without a size", types.task, task(), task(undefined, { cpu: undefined }), "cpu"],
  [
    "a container's name",
    types.task,
    task(),
    task([container({ name: "a b" })]),
    "containerDefinitions[0].name",
  ],
  [
    "a container's image",
    types.task,
    task(),
    task([container({ image: "" })]),
    "containerDefinitions[0].image",
  ],
  ["two containers of a name", types.task, task(), task([container(), container()]), "containerDefinitions"],
  [
    "no essential container",
    types.task,
    task(),
    task([container({ essential: false })]),
    "containerDefinitions",
  ],
  [
    "a dependency on no container",
    types.task,
    task(),
    task([container({ dependsOn: [{ containerName: "init" }] })]),
    "containerDefinitions[0].dependsOn",
  ],
  [
    "a container's health check",
    types.task,
    task(),
    task([container({ healthCheck: { interval: 301 } })]),
    "containerDefinitions[0].healthCheck.interval",
  ],
  [
    "a volume that the task has not",
    types.task,
    task([container({ mountPoints: [{ sourceVolume: "files" }] })], { volumes: [{ name: "files" }] }),
    task([container({ mountPoints: [{ sourceVolume: "files" }] })]),
    "containerDefinitions[0].mountPoints",
  ],
  [
    "a capability that Fargate adds to none",
    types.task,
    task([container({ linuxParameters: { capabilities: { add: ["SYS_PTRACE"], drop: ["ALL"] } } })]),
    task([container({ linuxParameters: { capabilities: { add: ["NET_ADMIN"] } } })]),
    "containerDefinitions[0].linuxParameters.capabilities.add",
  ],
  [
    "shared memory of a size",
    types.task,
    task([container({ linuxParameters: { initProcessEnabled: true } })]),
    task([container({ linuxParameters: { sharedMemorySize: 64 } })]),
    "containerDefinitions[0].linuxParameters.sharedMemorySize",
  ],
  [
    "a host's name",
    types.task,
    task(),
    task([container({ hostname: "web" })]),
    "containerDefinitions[0].hostname",
  ],
  [
    "a stop timeout",
    types.task,
    task(),
    task([container({ stopTimeout: 121 })]),
    "containerDefinitions[0].stopTimeout",
  ],
  [
    "logs without an execution role",
    types.task,
    task(),
    task([container({ logConfiguration: { logDriver: "awslogs" } })]),
    "executionRoleArn",
  ],
  [
    "a role that is not there",
    types.task,
    task(),
    task(undefined, { taskRoleArn: "arn:aws:iam::123456789012:role/none" }),
    "taskRoleArn",
  ],
  [
    "a capacity provider that the cluster has not",
    types.service,
    but(service, { capacityProviderStrategies: [{ capacityProvider: "FARGATE" }] }),
    but(service, { capacityProviderStrategies: [{ capacityProvider: "FARGATE_SPOT" }] }),
    "capacityProviderStrategies[0].capacityProvider",
  ],
  [
    "a target group without a load balancer",
    types.service,
    but(service, ({ targets: group }) => ({
      loadBalancers: [{ targetGroupArn: group, containerName: "web", containerPort: 80 }],
    })),
    but(service, ({ loose }) => ({
      loadBalancers: [{ targetGroupArn: loose, containerName: "web", containerPort: 80 }],
    })),
    "loadBalancers[0].targetGroupArn",
  ],
  [
    "a container that the task has not",
    types.service,
    service,
    but(service, ({ targets: group }) => ({
      loadBalancers: [{ targetGroupArn: group, containerName: "api", containerPort: 80 }],
    })),
    "loadBalancers[0].containerName",
  ],
  [
    "a port that the container has not",
    types.service,
    service,
    but(service, ({ targets: group }) => ({
      loadBalancers: [{ targetGroupArn: group, containerName: "web", containerPort: 81 }],
    })),
    "loadBalancers[0].containerPort",
  ],
  [
    "a grace period without a load balancer",
    types.service,
    service,
    but(service, { healthCheckGracePeriodSeconds: 30 }),
    "healthCheckGracePeriodSeconds",
  ],
  [
    "percentages that leave no room",
    types.service,
    service,
    but(service, { deploymentMinimumHealthyPercent: 100, deploymentMaximumPercent: 100 }),
    "deploymentMaximumPercent",
  ],
  [
    "a security group that is not there",
    types.service,
    service,
    but(service, ({ subnetA }) => ({
      networkConfiguration: { subnets: [subnetA], securityGroups: ["sg-0"] },
    })),
    "networkConfiguration.securityGroups[0]",
  ],
  [
    "a repository's name",
    types.repository,
    () => ({ name: "shop/web" }),
    () => ({ name: "Shop/Web" }),
    "name",
  ],
  [
    "a repository's name in use",
    types.repository,
    () => ({ name: "shop/web" }),
    () => ({ name: "shop/images" }),
    "name",
  ],
  [
    "a role's name's length",
    types.role,
    () => ({ name: "r", assumeRolePolicy: trust }),
    () => ({ name: "r".repeat(65), assumeRolePolicy: trust }),
    "name",
  ],
  [
    "a policy that isn't JSON",
    types.role,
    () => ({ name: "r", assumeRolePolicy: trust }),
    () => ({ name: "r", assumeRolePolicy: "{" }),
    "assumeRolePolicy",
  ],
  [
    "the capacity of what isn't there",
    types.scaling,
    () => ({ serviceNamespace: "custom", resourceId: "r", minCapacity: 1, maxCapacity: 2 }),
    () => ({ serviceNamespace: "ecs", resourceId: "service/main/none", minCapacity: 1, maxCapacity: 2 }),
    "resourceId",
  ],
]);
