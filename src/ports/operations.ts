/** The ports of whoever runs a stack: its secrets, its services and tasks, its logs. */
import type { StackIdentity } from "./stack";
import type { StoreView } from "./stores";
import type { TaskControl, TaskPlacement, TaskState } from "./tasks";

// ---------------------------------------------------------------------------------------------- secrets

/** A secret that is set; never its value. */
export interface StoredSecret {
  readonly name: string;
  /** Counts from 1; Parameter Store keeps the last hundred. */
  readonly version: number;
  /** ISO 8601. */
  readonly modified: string;
  /** `Advanced` holds 8 KB and costs money (Parameter Store, Parameter tiers). */
  readonly tier: "Standard" | "Advanced";
}

/**
 * Secrets of a stack in Parameter Store, `/berth/<project>/<stack>/<NAME>`, encrypted with the account's own key.
 * Every method rejects with a BerthError (deployment) where AWS refuses or can't be reached.
 */
export interface SecretKeeper {
  /** By name. What the program composes of secrets is a level deeper and is none of them. */
  list(stack: StackIdentity): Promise<readonly StoredSecret[]>;
  /** Sets a secret, or gives it a new version. @returns the version */
  set(stack: StackIdentity, name: string, value: string, tier: StoredSecret["tier"]): Promise<number>;
  /** The values of those that are set. */
  get(stack: StackIdentity, names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** @returns the names that were there, and are gone */
  remove(stack: StackIdentity, names: readonly string[]): Promise<readonly string[]>;
}

// ---------------------------------------------------------------------------------------------- logs

/** One line that a container wrote. */
export interface LogEvent {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** `<prefix>/<container>/<task>`, as the awslogs driver names it. */
  readonly stream: string;
  /** Without the newline at its end. */
  readonly message: string;
}

/** Which events of a log group. */
export interface LogQuery {
  readonly logGroupName: string;
  /** Only streams whose name begins so. @default all */
  readonly streamPrefix?: string;
  /** Milliseconds since the epoch, itself included. @default the oldest that are kept */
  readonly since?: number;
  /** Milliseconds since the epoch, not included. @default no end */
  readonly until?: number;
  /** CloudWatch's filter pattern syntax. @default every event */
  readonly filter?: string;
}

/**
 * CloudWatch Logs, read. A group or stream that isn't there is empty: it is made with the first line.
 * Every method rejects with a BerthError (deployment) where AWS refuses or can't be reached.
 */
export interface LogReader {
  /** Pages of events in the order of their time. */
  pages(query: LogQuery): AsyncIterable<readonly LogEvent[]>;
  /**
   * The last events of each service, which is the first part of a stream's name; oldest first.
   *
   * @param services - @default all that wrote of late
   */
  tail(
    query: Omit<LogQuery, "filter" | "streamPrefix">,
    lines: number,
    services?: readonly string[],
  ): Promise<readonly LogEvent[]>;
}

// ---------------------------------------------------------------------------------------------- services and tasks

/** One rollout of a service (ECS API reference, Deployment). */
export interface DeploymentView {
  readonly status: string;
  /** `COMPLETED`, `FAILED` or `IN_PROGRESS`. */
  readonly rolloutState?: string;
  readonly rolloutStateReason?: string;
  readonly taskDefinitionArn: string;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  readonly failed: number;
  /** ISO 8601. */
  readonly created?: string;
}

/** A service of ECS. */
export interface ServiceView {
  /** The compose service (tag `berth:service`). */
  readonly service: string;
  readonly name: string;
  readonly arn: string;
  readonly status: string;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  readonly taskDefinitionArn: string;
  readonly deployments: readonly DeploymentView[];
  /** What ECS last said of it, the newest first; `time` in ISO 8601. */
  readonly events: readonly { readonly time: string; readonly message: string }[];
  readonly execEnabled: boolean;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** A container of a task. */
export interface ContainerView {
  readonly name: string;
  readonly image?: string;
  /** `sha256:…`, as it was pulled. */
  readonly imageDigest?: string;
  readonly status?: string;
  readonly exitCode?: number;
  /** ECS's own words on why it did not start, or why it ended. */
  readonly reason?: string;
  readonly runtimeId?: string;
  /** Whether the agent of ECS Exec runs in it. */
  readonly execReady: boolean;
}

/** A task, also one that has stopped; ECS forgets it an hour after that. */
export interface TaskView {
  readonly arn: string;
  /** The last part of the ARN. */
  readonly id: string;
  readonly family: string;
  readonly taskDefinitionArn: string;
  /** `service:<name>` or `family:<name>`. */
  readonly group: string;
  readonly status: string;
  /** `HEALTHY`, `UNHEALTHY` or `UNKNOWN`: of the container's own check. */
  readonly health: string;
  readonly containers: readonly ContainerView[];
  /** ISO 8601. */
  readonly created?: string;
  readonly started?: string;
  readonly stopped?: string;
  readonly stopCode?: string;
  readonly stoppedReason?: string;
}

/** What a task definition says of its containers. */
export interface DefinitionView {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly containers: readonly {
    readonly name: string;
    readonly image: string;
    readonly command: readonly string[];
    readonly ports: readonly { readonly port: number; readonly protocol: string }[];
    readonly readOnly: boolean;
  }[];
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The services and tasks of one cluster.
 * Every method rejects with a BerthError (deployment) where AWS refuses or can't be reached.
 */
export interface ClusterReader {
  /** By compose service; `undefined` where there is no such cluster. */
  services(cluster: string): Promise<readonly ServiceView[] | undefined>;
  /** Those that run, and those that stopped within the last hour. */
  tasks(cluster: string): Promise<readonly TaskView[]>;
  /** @param taskDefinition - an ARN, or a family for its latest revision. @returns `undefined` where there is none */
  definition(taskDefinition: string): Promise<DefinitionView | undefined>;
}

/** What the session-manager-plugin needs to attach to a command in a container. */
export interface ExecSession {
  /** ExecuteCommand's answer: it holds a token, and is never shown. */
  readonly session: Readonly<Record<string, string>>;
  readonly region: string;
  /** `ecs:<cluster>_<task>_<runtime id>` */
  readonly target: string;
  /** The address of Systems Manager. */
  readonly endpoint: string;
  /** The document of the session, and its parameters. @default the shell of ECS Exec */
  readonly document?: {
    readonly name: string;
    readonly parameters: Readonly<Record<string, readonly string[]>>;
  };
}

export interface ExecRequest {
  readonly cluster: string;
  readonly task: TaskView;
  readonly container: string;
  /** One line, as a shell reads it. */
  readonly command: string;
}

/** ECS Exec. */
export interface ExecStarter {
  /** @throws BerthError (deployment) where AWS refuses or can't be reached */
  start(request: ExecRequest): Promise<ExecSession>;
}

/** What a task that somebody starts by hand has other than its definition. */
export interface RunOverride {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Tasks that somebody starts by hand with a service's definition. */
export interface ManualTasks extends TaskControl {
  /** @returns the task's ARN */
  run(service: string, placement: TaskPlacement, override: RunOverride): Promise<string>;
}

/** A task that carries a tunnel, as ECS has it. */
export interface TunnelTask {
  readonly status: TaskState["status"];
  /** Of the agent of ECS Exec: `PENDING`, `RUNNING`, `STOPPED`; absent until ECS reports it. */
  readonly agent?: string;
  /** ECS's words on an agent that does not run. */
  readonly agentReason?: string;
  readonly runtimeId?: string;
  readonly stoppedReason?: string;
}

/** What a tunnel leads to, and where it begins on this machine. */
export interface TunnelEnds {
  readonly host: string;
  readonly port: number;
  readonly localPort: number;
}

/** Tasks that carry a tunnel into a stack's network. Every method rejects with a BerthError (deployment) where AWS refuses. */
export interface TunnelTasks {
  /**
   * Starts one, with the tags of the service that it leads to.
   *
   * @returns its ARN
   */
  begin(placement: TaskPlacement, stack: StackIdentity, service: string): Promise<string>;
  look(placement: TaskPlacement, taskArn: string): Promise<TunnelTask>;
  /** Opens a session of port forwarding; `undefined` where the agent is not connected yet. */
  open(
    placement: TaskPlacement,
    task: { readonly arn: string; readonly runtimeId: string },
    ends: TunnelEnds,
  ): Promise<ExecSession | undefined>;
  stop(placement: TaskPlacement, taskArn: string, reason: string): Promise<void>;
}

/** How a client gets to a managed store, without its password. */
export interface StoreReach {
  /** Of a database. */
  readonly user?: string;
  /** Of a database, where it was made with one. */
  readonly database?: string;
  /** Whether connections without TLS are refused, as far as AWS says: of a cache alone. */
  readonly tls: boolean;
  /** Whether a cache asks for a token. */
  readonly token: boolean;
  /** The subnets of a database. */
  readonly subnetIds: readonly string[];
}

/** Where a client of a stack's stores runs. Every method rejects with a BerthError (deployment) where AWS refuses. */
export interface NetworkReader {
  reach(store: StoreView): Promise<StoreReach>;
  /** Ids of the stack's security groups that have these names, by name. */
  groups(stack: StackIdentity, names: readonly string[]): Promise<ReadonlyMap<string, string>>;
}
