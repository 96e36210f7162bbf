/** A compose service that runs to its end, once in every run of the engine: a migration, a seed. */
import * as pulumi from "@pulumi/pulumi";
import type { TaskRunner } from "../../ports";
import { definedOnly } from "../../defined";
import { placementTag } from "../../model/naming";
import { containerTask, type ContainerTaskArgs } from "./container-task";
import { asAnyKind, containerKinds } from "./kinds";
import type { Network } from "../network/network";
import type { PrivateDns } from "../network/private-dns";

export interface OneOffTaskArgs extends ContainerTaskArgs {
  readonly network: Network;
  readonly dns: PrivateDns;
  readonly tasks: TaskRunner;
  /** The groups by which it is let in, besides the project's own: of its networks, its databases and its volumes. */
  readonly groupIds: readonly pulumi.Input<string>[];
  /** What has to exist, or to have ended, before it starts: what `depends_on` names, the rules of networks. */
  readonly after: readonly pulumi.Input<pulumi.Resource>[];
  /** Whether its failure fails the run. */
  readonly required: boolean;
  /** URNs that the run is restricted to: without its task definition among them nothing runs. @default all */
  readonly targets?: readonly string[];
}

/**
 * Task definition and role; no service, and no name, for nobody calls it. Its task runs inside the program, in a run
 * and never in a preview, each time that the engine runs, as `docker compose up` would: what it does has to be
 * idempotent. A project that is unchanged starts no engine, and so no task.
 */
export class OneOffTask extends pulumi.ComponentResource {
  readonly taskDefinitionArn: pulumi.Output<string>;
  /** Whether its image's own words count: its size, the content of its volumes. */
  readonly imageDefaults: boolean;
  /** The task definition, once ECS has taken the task: for `condition: service_started`. */
  readonly started: pulumi.Input<pulumi.Resource>;
  /** The task definition, once the task has ended with exit code 0: for `service_completed_successfully`. */
  readonly completed: pulumi.Input<pulumi.Resource>;

  constructor(name: string, args: OneOffTaskArgs, opts?: pulumi.ComponentResourceOptions) {
    // Its parts wait for their parent, and so does the task: nothing else would show what it needs in a plan.
    const kind = containerKinds.task;
    super(kind, name, {}, { ...asAnyKind(kind, opts), dependsOn: [...args.after] });
    const definition = containerTask({ ...args, definitionTags: placementTags(args) }, this);
    this.taskDefinitionArn = definition.arn;
    this.imageDefaults = args.service.older !== true;
    if (pulumi.runtime.isDryRun()) {
      this.started = this.completed = definition;
      this.registerOutputs({ taskDefinitionArn: definition.arn });
      return;
    }
    const taskArn = start(args, definition);
    const ended = taskArn.apply((arn) => args.tasks.completed(arn));
    this.started = taskArn.apply(() => definition);
    this.completed = ended.apply(() => definition);
    // The run waits for the outputs, and with them for a task that nothing else waits for.
    this.registerOutputs({ taskDefinitionArn: pulumi.all([definition.arn, ended]).apply(([arn]) => arn) });
  }
}

/** Where its task runs, for whoever starts one by hand (`berth run`): no service of ECS says it. */
export function placementTags(
  args: Pick<OneOffTaskArgs, "network" | "cluster" | "groupIds">,
): Record<string, pulumi.Input<string>> {
  const joined = (ids: pulumi.Input<readonly pulumi.Input<string>[]>): pulumi.Output<string> =>
    pulumi.output(ids).apply((list) => list.join(" "));
  return {
    [placementTag.subnets]: joined(args.network.workloadSubnetIds),
    [placementTag.securityGroups]: joined(securityGroupIds(args)),
  };
}

function securityGroupIds({
  cluster,
  groupIds,
}: Pick<OneOffTaskArgs, "cluster" | "groupIds">): readonly pulumi.Input<string>[] {
  return [cluster.securityGroupId, ...groupIds];
}

/** The ARN of the task, once it is started. */
function start(
  args: OneOffTaskArgs,
  definition: ReturnType<typeof containerTask>,
): pulumi.Output<string | undefined> {
  const { service, cluster, network, dns, tasks, targets, required } = args;
  return pulumi
    .output({
      clusterArn: cluster.arn,
      taskDefinitionArn: definition.arn,
      urn: definition.urn,
      subnetIds: network.workloadSubnetIds,
      securityGroupIds: securityGroupIds(args),
      ready: [...cluster.ready, dns.ready].map((resource) => resource.urn),
    })
    .apply(async ({ urn, ready: _ready, ...placement }) => {
      if (targets !== undefined && !targets.includes(urn)) return undefined;
      return tasks.start({
        ...placement,
        service: service.name,
        required,
        ...definedOnly({ retries: service.retries }),
        containerName: service.name,
        logGroupName: cluster.logGroupName,
      });
    });
}
