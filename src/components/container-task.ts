/** The task definition of a compose service's container, with its role: what ECS starts, once or for good. */
import { TaskDefinition } from "@pulumi/aws/ecs/taskDefinition";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerService } from "../project/model";
import type { Cluster } from "./cluster";
import { containerDefinition } from "./container-definition";
import { serviceRole } from "./iam";
import type { TaskImage } from "./image-build";
import type { Scope } from "./scope";
import type { Secrets } from "./secrets";

export interface ContainerTaskArgs {
  readonly scope: Scope;
  readonly service: ContainerService;
  /** Only the task definition waits for it. */
  readonly image: TaskImage;
  readonly cluster: Cluster;
  readonly secrets: Secrets;
}

export function containerTask(args: ContainerTaskArgs, parent: pulumi.Resource): TaskDefinition {
  const { scope, service, cluster } = args;
  const { role } = serviceRole(
    `${service.name}-task-role`,
    {
      scope,
      principal: "ecs-tasks.amazonaws.com",
      physicalName: scope.name("role", service.name, "task"),
      service: service.name,
    },
    parent,
  );
  const container = containerDefinition({
    service,
    image: args.image.reference,
    environment: args.secrets.environment(service, parent),
    logGroupName: cluster.logGroupName,
    region: scope.region,
  });
  return new TaskDefinition(
    service.name,
    {
      family: scope.name("taskFamily", service.name),
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: String(service.size.cpu),
      memory: String(service.size.memory),
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: service.architecture },
      executionRoleArn: cluster.executionRoleArn,
      taskRoleArn: role.arn,
      containerDefinitions: pulumi.jsonStringify([container]),
      tags: scope.tags(service.name),
    },
    { parent, dependsOn: [...args.image.needs] },
  );
}
