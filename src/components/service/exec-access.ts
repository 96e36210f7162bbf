/** ECS Exec: who may be let into a service's containers, and what that takes. */
import type { ContainerService } from "../../model/project";
import type { Statement } from "../stack/iam";
import type { Scope } from "../stack/scope";

/**
 * Whether `berth exec` opens a shell in the service's tasks: where the mode says so, and the root file system can be
 * written to, as the agent of ECS Exec needs it (ECS Developer Guide, Monitor Amazon ECS containers with ECS Exec).
 */
export function takesExec({ lifecycle, readOnly }: ContainerService, { mode }: Scope): boolean {
  return mode.execEnabled && lifecycle === "service" && readOnly !== true;
}

/** What the agent asks of Systems Manager; the actions take no resource (the same page, IAM permissions). */
export function execStatements(service: ContainerService, scope: Scope): readonly Statement[] {
  if (!takesExec(service, scope)) return [];
  const actions = ["CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"];
  return [{ Effect: "Allow", Action: actions.map((action) => `ssmmessages:${action}`), Resource: "*" }];
}
