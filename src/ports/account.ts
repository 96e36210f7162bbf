/** The ports of what an account has once: the CloudFormation stack of `stacks/bootstrap.yaml`, and its CD task. */
import type { TaskControl, TaskPlacement } from "./tasks";

/** A stack of CloudFormation. */
export interface CloudStack {
  readonly id: string;
  /** CloudFormation's word: `CREATE_COMPLETE`, `UPDATE_ROLLBACK_COMPLETE` … */
  readonly status: string;
  readonly reason?: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Values of a `NoEcho` parameter are stars. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** One row of a change set. */
export interface StackChange {
  /** CloudFormation's word: `Add`, `Modify`, `Remove` … */
  readonly action: string;
  readonly logicalId: string;
  /** `AWS::S3::Bucket` */
  readonly type: string;
  /** Whether the resource is made again: `True`, `False`, `Conditional`. */
  readonly replacement?: string;
}

export interface StackEvent {
  readonly id: string;
  readonly logicalId: string;
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

/** What is to happen to a stack. */
export interface StackRequest {
  readonly name: string;
  readonly template: string;
  /** What is left out keeps its value, or has the template's default where the stack never had it. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A change set that was computed and not executed. */
export interface ProposedChange {
  readonly id: string;
  /** Of the stack, which a first change set makes. */
  readonly stackId: string;
  readonly changes: readonly StackChange[];
}

/** CloudFormation. Every method rejects with a BerthError (deployment) where AWS refuses or can't be reached. */
export interface CloudStacks {
  /** `undefined` where there is none. @param name - or the id, by which a deleted one is found too */
  describe(name: string): Promise<CloudStack | undefined>;
  /** A change set; `undefined` where nothing would change. */
  propose(request: StackRequest): Promise<ProposedChange | undefined>;
  execute(change: ProposedChange): Promise<void>;
  discard(change: ProposedChange): Promise<void>;
  /** What happened to it, oldest first. */
  events(name: string): Promise<readonly StackEvent[]>;
  delete(name: string): Promise<void>;
}

/** `berth-cd` as a task of ECS. */
export interface CdTasks extends TaskControl {
  /** The variables that the task definition gives it. */
  environment(taskDefinitionArn: string): Promise<Readonly<Record<string, string>>>;
  /**
   * Starts it.
   *
   * @param command - `berth-cd`'s command line
   * @param variables - over those of the task definition; readable for whoever may look at tasks
   * @returns the task's ARN
   */
  run(
    placement: TaskPlacement,
    command: readonly string[],
    variables: Readonly<Record<string, string>>,
  ): Promise<string>;
  /** The tasks of the cluster that run or are about to, the newest first, with the variables that they were started with. */
  running(
    clusterArn: string,
  ): Promise<readonly { readonly taskArn: string; readonly variables: Readonly<Record<string, string>> }[]>;
}
