/** ECS Exec: a command started in a running container, for the session-manager-plugin to attach to. */
import { BerthError } from "../../errors";
import type { ExecRequest, ExecSession, ExecStarter } from "../../ports";
import type { AwsClients } from "../clients";
import { awsError, faultOf } from "../faults";
import { partitionOf } from "../../partitions";

export class EcsExecSessions implements ExecStarter {
  readonly #endpointUrl: string | undefined;

  /** @param endpointUrl - another AWS endpoint, which is Systems Manager's too */
  constructor(
    private readonly clients: AwsClients,
    endpointUrl?: string,
  ) {
    this.#endpointUrl = endpointUrl;
  }

  async start({ cluster, task, container, command }: ExecRequest): Promise<ExecSession> {
    const path = `${container} of task ${task.id}`;
    try {
      const ecs = await this.clients.ecs();
      const { session } = await ecs.executeCommand({
        cluster,
        task: task.arn,
        container,
        command,
        // The only way there is (ECS API reference, ExecuteCommand).
        interactive: true,
      });
      if (session?.sessionId === undefined) {
        throw new BerthError("deployment", { path, message: "ECS opened no session" });
      }
      const region = await ecs.config.region();
      const { sessionId, streamUrl = "", tokenValue = "" } = session;
      const runtimeId = task.containers.find(({ name }) => name === container)?.runtimeId ?? "";
      const suffix = partitionOf(region).dnsSuffix;
      return {
        session: { sessionId, streamUrl, tokenValue },
        region,
        target: `ecs:${cluster}_${task.id}_${runtimeId}`,
        endpoint: this.#endpointUrl ?? `https://ssm.${region}.${suffix}`,
      };
    } catch (error) {
      throw notReady(path, error) ?? awsError("deployment", path, error);
    }
  }
}

/** The agent starts some seconds after its task; in a task that is older than the setting there is none (ECS API, Errors). */
function notReady(path: string, error: unknown): BerthError | undefined {
  const { code, message } = faultOf(error);
  const disabled = code === "InvalidParameterException" && /execute command/i.test(message);
  if (code !== "TargetNotConnectedException" && !disabled) return undefined;
  return new BerthError(
    "deployment",
    {
      path,
      message: `the agent of ECS Exec does not answer: ${message}`,
      hint: "try again in half a minute; a task that is older than execEnabled gets one with berth up --force",
    },
    { cause: error },
  );
}
