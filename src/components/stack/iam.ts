/** Roles of AWS services, and the policy documents that they carry. */
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import type { Input, Resource } from "@pulumi/pulumi";
import { jsonStringify } from "@pulumi/pulumi";
import type { Scope } from "./scope";

/** One statement of a policy document. */
export interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource?: Input<string> | readonly Input<string>[];
  readonly Principal?: Readonly<Record<string, Input<string> | readonly string[]>> | "*";
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Input<string>>>>>;
}

/** A policy document as JSON text. */
export function policyDocument(statements: readonly Statement[]): Input<string> {
  return jsonStringify({ Version: "2012-10-17", Statement: statements });
}

/** Under this path alone may the CD task of `stacks/bootstrap.yaml` make roles and instance profiles, and pass them on. */
export const identityPath = "/berth/";

export interface ServiceRoleArgs {
  readonly scope: Scope;
  /** Who takes the role: `ecs-tasks.amazonaws.com`. */
  readonly principal: string;
  /** Of the role, once it is made: `Scope.identityName`. */
  readonly physicalName: string;
  /** What the role may do. @default nothing */
  readonly statements?: readonly Statement[];
  /** Whether the trust holds for callers on behalf of this account alone. @default true */
  readonly boundToAccount?: boolean;
  /** The compose service that the role is for alone. */
  readonly service?: string;
}

/**
 * A role that an AWS service takes on this account's behalf, with its permissions inline and the stack's boundary.
 * The trust is bound to the account: without that, the service could be made to use it for somebody else
 * (IAM User Guide, The confused deputy problem).
 *
 * @returns the role, and the policy to wait for before the role is used
 */
export function serviceRole(
  name: string,
  args: ServiceRoleArgs,
  parent: Resource,
): { readonly role: Role; readonly policy?: RolePolicy } {
  const trust: Statement = {
    Effect: "Allow",
    Principal: { Service: args.principal },
    Action: "sts:AssumeRole",
    ...(args.boundToAccount === false
      ? {}
      : { Condition: { StringEquals: { "aws:SourceAccount": args.scope.accountId } } }),
  };
  const role = new Role(
    name,
    {
      name: args.physicalName,
      path: identityPath,
      assumeRolePolicy: policyDocument([trust]),
      permissionsBoundary: args.scope.permissionsBoundaryArn,
      tags: args.scope.tags(args.service),
    },
    { parent, ignoreChanges: ["name"] },
  );
  if (args.statements === undefined || args.statements.length === 0) return { role };
  const policy = new RolePolicy(
    name,
    { name: args.physicalName, role: role.name, policy: policyDocument(args.statements) },
    { parent, ignoreChanges: ["name"] },
  );
  return { role, policy };
}
