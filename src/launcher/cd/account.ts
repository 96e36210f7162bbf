/** The account's CD task, as a command of `berth` uses it. */
import { lastOfArn } from "../../model/naming";
import type { CdTasks, TaskPlacement } from "../../ports";
import { settingsOf, type Settings } from "../../settings/settings";
import { readBootstrap, type Bootstrap } from "../account/bootstrap-stack";
import type { Launcher } from "../core/launcher";

export interface CdAccount {
  readonly bootstrap: Bootstrap;
  readonly tasks: CdTasks;
  readonly placement: TaskPlacement;
  /** The variables of the task definition. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The container of the task definition, and its log streams' prefix (`stacks/bootstrap.yaml`). */
const container = { name: "berth-cd", streamPrefix: "cd" };

/** The log stream of a task ("Using the awslogs log driver": prefix-name/container-name/ecs-task-id). */
export function logStreamOf(taskArn: string): string {
  return `${container.streamPrefix}/${container.name}/${lastOfArn(taskArn)}`;
}

/** @throws BerthError (usage) where the account was never bootstrapped */
export async function cdAccount(launcher: Launcher): Promise<CdAccount> {
  const bootstrap = await readBootstrap(launcher);
  const tasks = await launcher.aws.use((sdk, clients) => new sdk.FargateCdTasks(clients, launcher.clock));
  const { clusterArn, taskDefinitionArn, subnetIds, securityGroupIds, logGroupName } = bootstrap;
  return {
    bootstrap,
    tasks,
    placement: {
      clusterArn,
      taskDefinitionArn,
      subnetIds,
      securityGroupIds,
      logGroupName,
      containerName: container.name,
    },
    environment: await tasks.environment(taskDefinitionArn),
  };
}

/** The variables of a run in that account, where this machine's own do not count. */
export function accountVariables(
  { environment }: CdAccount,
  { region }: Settings,
): Readonly<Record<string, string>> {
  // The task's region is the stack's: a person who names none has it from the profile, and so has the stack.
  return region === undefined ? environment : { ...environment, AWS_REGION: region };
}

/** The settings that `berth-cd` will have in the account: their fingerprint is the one that its runs leave. */
export function settingsIn(account: CdAccount, settings: Settings): Settings {
  const environment = { ...settings.environment, ...accountVariables(account, settings) };
  return settingsOf(() => settings, environment, settings.cwd);
}
