/** ECS Exec: a command started in a running container, for the session-manager-plugin to attach to. */
import { BerthError } from "../errors";
import type { ExecRequest, ExecSession, ExecStarter } from "../ports";
import type { AwsClients } from "./clients";
import { awsError } from "./faults";

export class EcsExecSessions implements ExecStarter {
  readonly #clients: AwsClients;
  readonly #endpointUrl: string | undefined;

  /** @param endpointUrl - another AWS endpoint, which is Systems Manager's too */
  constructor(clients: AwsClients, endpointUrl?: string) {
    this.#clients = clients;
    this.#endpointUrl = endpointUrl;
  }

  async start({ cluster, task, container, command }: ExecRequest): Promise<ExecSession> {
    const path = `${container} of task ${task.id}`;
    try {
      const ecs = await this.#clients.ecs();
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
      const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
      return {
        session: { sessionId, streamUrl, tokenValue },
        region,
        target: `ecs:${cluster}_${task.id}_${runtimeId}`,
        endpoint: this.#endpointUrl ?? `https://ssm.${region}.${suffix}`,
      };
    } catch (error) {
      throw awsError("deployment", path, error);
    }
  }
}
