/** Tasks that carry a tunnel: ECS Exec's agent forwards a port of this machine to a host of the stack's network. */
import type { Task } from "@aws-sdk/client-ecs";
import type {
  Clock,
  ExecSession,
  StackIdentity,
  TaskPlacement,
  TunnelEnds,
  TunnelTask,
  TunnelTasks,
} from "../../ports";
import { definedOnly } from "../../defined";
import { partitionOf } from "../../partitions";
import type { AwsClients } from "../clients";
import { awsError, faultOf } from "../faults";
import { named, stateOf } from "./states";
import { FargateTasks } from "./tasks";

/** A document of AWS's own (Systems Manager User Guide, Start a session, Port forwarding to a remote host). */
const documentName = "AWS-StartPortForwardingSessionToRemoteHost";

/** By it the deploy policy distinguishes the task of a tunnel from a project's own tasks (`stacks/bootstrap.yaml`). */
const tunnelTag = "berth:tunnel";

/** On demand, with the tags of their project. Every method rejects with a BerthError (deployment). */
export class FargateTunnelTasks extends FargateTasks implements TunnelTasks {
  readonly #endpointUrl: string | undefined;

  /** @param endpointUrl - another AWS endpoint, which is Systems Manager's too */
  constructor(clients: AwsClients, clock: Pick<Clock, "sleep">, endpointUrl?: string) {
    super(clients, { kind: "deployment", noun: "the task of the tunnel" }, { clock });
    this.#endpointUrl = endpointUrl;
  }

  begin(placement: TaskPlacement, { project, stack }: StackIdentity, service: string): Promise<string> {
    const tags = { "berth:project": project, "berth:stack": stack, [tunnelTag]: service };
    return this.start(`services.${service}`, placement, { exec: true, tags });
  }

  /** A task that ECS does not show yet is PENDING: DescribeTasks follows RunTask with a delay. */
  async look({ clusterArn, containerName }: TaskPlacement, taskArn: string): Promise<TunnelTask> {
    return this.ask(taskArn, async () => {
      const ecs = await this.clients.ecs();
      const { tasks: [task] = [] } = await ecs.describeTasks({ cluster: clusterArn, tasks: [taskArn] });
      return task === undefined ? { status: "PENDING" } : tunnelOf(task, containerName);
    });
  }

  async open(
    { clusterArn, containerName = "" }: TaskPlacement,
    { arn, runtimeId }: { readonly arn: string; readonly runtimeId: string },
    { host, port, localPort }: TunnelEnds,
  ): Promise<ExecSession | undefined> {
    const cluster = clusterArn.slice(clusterArn.lastIndexOf("/") + 1);
    // ECS Developer Guide, ECS Exec; the target in place of an instance's id.
    const target = `ecs:${cluster}_${arn.slice(arn.lastIndexOf("/") + 1)}_${runtimeId}`;
    const parameters = { host: [host], portNumber: [String(port)], localPortNumber: [String(localPort)] };
    const ssm = await this.clients.ssm();
    const region = await ssm.config.region();
    try {
      const {
        SessionId = "",
        StreamUrl = "",
        TokenValue = "",
      } = await ssm.startSession({
        Target: target,
        DocumentName: documentName,
        Parameters: parameters,
      });
      return {
        session: { sessionId: SessionId, streamUrl: StreamUrl, tokenValue: TokenValue },
        region,
        target,
        endpoint: this.#endpointUrl ?? `https://ssm.${region}.${partitionOf(region).dnsSuffix}`,
        document: { name: documentName, parameters },
      };
    } catch (error) {
      // Of an agent that has not reached Systems Manager yet (SSM API reference, StartSession).
      if (/^TargetNotConnected(Exception)?$/.test(faultOf(error).code)) return undefined;
      throw awsError("deployment", containerName, error);
    }
  }
}

function tunnelOf(task: Task, containerName: string | undefined): TunnelTask {
  const container = named(task.containers ?? [], containerName);
  const agent = container?.managedAgents?.find(({ name }) => name === "ExecuteCommandAgent");
  const { status, stoppedReason } = stateOf(task, containerName);
  return {
    status,
    ...definedOnly({
      stoppedReason,
      agent: agent?.lastStatus,
      agentReason: agent?.reason,
      runtimeId: container?.runtimeId,
    }),
  };
}
