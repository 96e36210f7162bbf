/** The services and tasks of a cluster, as ECS reports them. */
import type {
  Container,
  ContainerDefinition,
  Deployment,
  DesiredStatus,
  Service,
  Task,
} from "@aws-sdk/client-ecs";
import type {
  ClusterReader,
  ContainerView,
  DefinitionView,
  DeploymentView,
  ServiceView,
  TaskView,
} from "../../ports";
import { definedOnly } from "../../defined";
import type { AwsClients } from "../clients";
import { askIfThere } from "../ask";
import { allPages } from "../pages";
import { awsError, faultOf } from "../faults";

/** Services in one call (DescribeServices), and tasks (DescribeTasks). */
const batchSizes = { services: 10, tasks: 100 };

/** ECS\'s word for a cluster that isn\'t there. */
const noCluster = ["ClusterNotFoundException"];

export class EcsClusterReader implements ClusterReader {
  constructor(private readonly clients: AwsClients) {}

  async services(cluster: string): Promise<readonly ServiceView[] | undefined> {
    return askIfThere("deployment", cluster, noCluster, async () => {
      const ecs = await this.clients.ecs();
      const { clusters = [] } = await ecs.describeClusters({ clusters: [cluster] });
      // One that was deleted goes on being known for a while, as INACTIVE.
      if (!clusters.some(({ status }) => status === "ACTIVE")) return undefined;
      const arns = await allPages(async (nextToken) => {
        const answer = await ecs.listServices({ cluster, maxResults: 100, nextToken });
        return [answer.serviceArns, answer.nextToken];
      });
      const found: ServiceView[] = [];
      for (const services of inBatches(arns, batchSizes.services)) {
        const answer = await ecs.describeServices({ cluster, services, include: ["TAGS"] });
        found.push(...(answer.services ?? []).map(serviceOf));
      }
      return found.sort((a, b) => (a.service < b.service ? -1 : 1));
    });
  }

  async tasks(cluster: string): Promise<readonly TaskView[]> {
    const found = await askIfThere("deployment", cluster, noCluster, async () => {
      const ecs = await this.clients.ecs();
      const listed = async (desiredStatus: DesiredStatus): Promise<readonly string[]> =>
        allPages(async (nextToken) => {
          const answer = await ecs.listTasks({ cluster, desiredStatus, nextToken });
          return [answer.taskArns, answer.nextToken];
        });
      const arns = [...(await listed("RUNNING")), ...(await listed("STOPPED"))];
      const tasks: TaskView[] = [];
      for (const batch of inBatches([...new Set(arns)], batchSizes.tasks)) {
        const answer = await ecs.describeTasks({ cluster, tasks: batch });
        tasks.push(...(answer.tasks ?? []).map(taskOf));
      }
      return tasks;
    });
    return found ?? [];
  }

  async definition(taskDefinition: string): Promise<DefinitionView | undefined> {
    try {
      const ecs = await this.clients.ecs();
      const { taskDefinition: found, tags = [] } = await ecs.describeTaskDefinition({
        taskDefinition,
        include: ["TAGS"],
      });
      if (found === undefined) return undefined;
      return {
        arn: found.taskDefinitionArn ?? taskDefinition,
        family: found.family ?? "",
        revision: found.revision ?? 0,
        containers: (found.containerDefinitions ?? []).map(containerDefinitionOf),
        tags: Object.fromEntries(tags.map(({ key = "", value = "" }) => [key, value])),
      };
    } catch (error) {
      // ECS has no code of its own for it: "Unable to describe task definition."
      const { code, message } = faultOf(error);
      if (code === "ClientException" && /unable to describe/i.test(message)) return undefined;
      throw awsError("deployment", taskDefinition, error);
    }
  }
}

function inBatches(items: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

function serviceOf(service: Service): ServiceView {
  const { serviceName = "", serviceArn = "", networkConfiguration, tags = [] } = service;
  const network = networkConfiguration?.awsvpcConfiguration;
  return {
    service: tags.find(({ key }) => key === "berth:service")?.value ?? serviceName,
    name: serviceName,
    arn: serviceArn,
    status: service.status ?? "",
    desired: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    pending: service.pendingCount ?? 0,
    taskDefinitionArn: service.taskDefinition ?? "",
    deployments: (service.deployments ?? []).map(deploymentOf),
    events: (service.events ?? []).map(({ createdAt, message = "" }) => ({
      time: createdAt?.toISOString() ?? "",
      message,
    })),
    execEnabled: service.enableExecuteCommand === true,
    subnetIds: network?.subnets ?? [],
    securityGroupIds: network?.securityGroups ?? [],
  };
}

function deploymentOf(deployment: Deployment): DeploymentView {
  return {
    status: deployment.status ?? "",
    taskDefinitionArn: deployment.taskDefinition ?? "",
    desired: deployment.desiredCount ?? 0,
    running: deployment.runningCount ?? 0,
    pending: deployment.pendingCount ?? 0,
    failed: deployment.failedTasks ?? 0,
    ...definedOnly({
      rolloutState: deployment.rolloutState,
      rolloutStateReason: deployment.rolloutStateReason,
      created: deployment.createdAt?.toISOString(),
    }),
  };
}

function taskOf(task: Task): TaskView {
  const { taskArn = "", taskDefinitionArn = "" } = task;
  return {
    arn: taskArn,
    id: taskArn.slice(taskArn.lastIndexOf("/") + 1),
    family: familyOf(taskDefinitionArn),
    taskDefinitionArn,
    group: task.group ?? "",
    status: task.lastStatus ?? "",
    health: task.healthStatus ?? "UNKNOWN",
    containers: (task.containers ?? []).map(containerOf),
    ...definedOnly({
      created: task.createdAt?.toISOString(),
      started: task.startedAt?.toISOString(),
      stopped: task.stoppedAt?.toISOString(),
      stopCode: task.stopCode,
      stoppedReason: task.stoppedReason,
    }),
  };
}

function containerOf(container: Container): ContainerView {
  const agent = container.managedAgents?.find(({ name }) => name === "ExecuteCommandAgent");
  return {
    name: container.name ?? "",
    execReady: agent?.lastStatus === "RUNNING",
    ...definedOnly({
      image: container.image,
      imageDigest: container.imageDigest,
      status: container.lastStatus,
      exitCode: container.exitCode,
      reason: container.reason,
      runtimeId: container.runtimeId,
    }),
  };
}

function containerDefinitionOf(container: ContainerDefinition): DefinitionView["containers"][number] {
  return {
    name: container.name ?? "",
    image: container.image ?? "",
    command: container.command ?? [],
    ports: (container.portMappings ?? []).map(({ containerPort = 0, protocol = "tcp" }) => ({
      port: containerPort,
      protocol,
    })),
    readOnly: container.readonlyRootFilesystem === true,
  };
}

/** `arn:…:task-definition/<family>:<revision>` */
function familyOf(taskDefinitionArn: string): string {
  return taskDefinitionArn.slice(taskDefinitionArn.lastIndexOf("/") + 1).replace(/:\d+$/, "");
}
