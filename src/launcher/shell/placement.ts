/** Where a task of a service runs, whether ECS keeps the service or it is a one-off task. */
import { BerthError } from "../../errors";
import type { ClusterReader, DefinitionView, ServiceView, StackIdentity, TaskPlacement } from "../../ports";
import { logGroupName, placementTag, stackResourceName } from "../../model/naming";
import { clusterOf, noService, servicesOf } from "../core/services";

/**
 * The placement of a service's tasks, with the definition that runs now.
 *
 * @throws BerthError (usage) where there is no such stack or service
 */
export async function placementOf(
  stack: StackIdentity,
  name: string,
  cluster: ClusterReader,
): Promise<TaskPlacement> {
  const services = await servicesOf(stack, cluster);
  const service = services.find((one) => one.service === name);
  const common = {
    clusterArn: clusterOf(stack),
    logGroupName: logGroupName(stack.project, stack.stack, "logs"),
    containerName: name,
  };
  if (service !== undefined) return { ...common, ...ofService(service) };
  const definition = await cluster.definition(stackResourceName(stack, "taskFamily", name));
  if (definition === undefined)
    throw noService(
      name,
      services.map((one) => one.service),
    );
  return { ...common, ...ofDefinition(name, definition) };
}

type Where = Pick<TaskPlacement, "taskDefinitionArn" | "subnetIds" | "securityGroupIds">;

function ofService({ taskDefinitionArn, subnetIds, securityGroupIds }: ServiceView): Where {
  return { taskDefinitionArn, subnetIds, securityGroupIds };
}

function ofDefinition(name: string, { arn, tags }: DefinitionView): Where {
  const ids = (tag: string): readonly string[] => (tags[tag] ?? "").split(" ").filter((id) => id !== "");
  const subnetIds = ids(placementTag.subnets);
  if (subnetIds.length === 0) {
    throw new BerthError("usage", {
      path: name,
      message: "its task definition does not say where its tasks run",
      hint: "it was made by an earlier version of Berth: berth up makes it again",
    });
  }
  return { taskDefinitionArn: arn, subnetIds, securityGroupIds: ids(placementTag.securityGroups) };
}
