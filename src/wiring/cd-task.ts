/** The task that takes stacks down when their time has come: the CD task that bootstrap makes. */
import type { LazyAws } from "./lazy-aws";
import type { CdTask } from "../ports";
import { ownTask } from "./run-owners";
import type { Settings } from "../settings/settings";
import { partitionOf } from "../partitions";

/** As the settings describe it; `undefined` where they don't. */
export async function cdTaskOf(
  { cdTask, ecsMetadataUri, environment }: Settings,
  aws: LazyAws,
): Promise<CdTask | undefined> {
  if (cdTask === undefined) return undefined;
  const { cluster, taskDefinition, ...network } = cdTask;
  // Behind the real engine is a simulated AWS: no account knows the definition.
  if (environment["PULUMI_DEBUG_PROVIDERS"] !== undefined && /^arn:.*:\d+$/.test(taskDefinition)) {
    return { ...network, clusterArn: cluster, taskDefinitionArn: taskDefinition };
  }
  const { taskArn } = await ownTask(ecsMetadataUri);
  const arn = await aws.use((sdk, clients) => sdk.revisionOf(clients, taskDefinition, taskArn));
  const clusterArn = cluster.startsWith("arn:")
    ? cluster
    : `${arn.slice(0, arn.indexOf(":task-definition/"))}:cluster/${cluster}`;
  return { ...network, clusterArn, taskDefinitionArn: arn };
}

/** What bootstrap would have made in the simulated account. */
export function simulatedCdTask(region: string): CdTask {
  const account = "123456789012";
  const partition = partitionOf(region).id;
  return {
    clusterArn: `arn:${partition}:ecs:${region}:${account}:cluster/berth-cd`,
    taskDefinitionArn: `arn:${partition}:ecs:${region}:${account}:task-definition/berth-cd:1`,
    subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    securityGroupIds: ["sg-0123456789abcdef0"],
    schedulerRoleArn: `arn:${partition}:iam::${account}:role/berth-cd/berth-cd-SchedulerRole`,
  };
}
