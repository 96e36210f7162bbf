/** The account: who calls and may what, whether it was bootstrapped, and how much room is left in it. */
import type { AccountInspector, CallerIdentity, CloudStack, QuotaName } from "../../ports";
import { accountQuotas } from "../../model/quotas";
import type { Finding } from "./findings";

/** What a laptop or a CI job does with `berth`: start and follow the CD task, keep secrets, look at what runs. */
export const launcherActions = [
  "application-autoscaling:DescribeScalableTargets",
  "application-autoscaling:RegisterScalableTarget",
  "cloudformation:DescribeStacks",
  "ecs:DescribeClusters",
  "ecs:DescribeServices",
  "ecs:DescribeTaskDefinition",
  "ecs:DescribeTasks",
  "ecs:ExecuteCommand",
  "ecs:ListServices",
  "ecs:ListTaskDefinitions",
  "ecs:ListTasks",
  "ecs:RunTask",
  "ecs:StopTask",
  "ecs:UpdateService",
  "elasticache:DescribeCacheClusters",
  "elasticache:DescribeReplicationGroups",
  "iam:PassRole",
  "kms:Decrypt",
  "kms:GenerateDataKey",
  "logs:DescribeLogStreams",
  "logs:FilterLogEvents",
  "logs:GetLogEvents",
  "rds:DescribeDBInstances",
  "rds:StartDBInstance",
  "rds:StopDBInstance",
  "s3:DeleteObject",
  "s3:GetObject",
  "s3:PutObject",
  "ssm:DeleteParameters",
  "ssm:DescribeParameters",
  "ssm:GetParameters",
  "ssm:PutParameter",
  "tag:GetResources",
] as const;

export function identityFinding({ account, arn }: CallerIdentity): Finding {
  const message = `${arn} of account ${account}`;
  if (!arn.endsWith(":root")) return { check: "credentials", status: "ok", message };
  return {
    check: "credentials",
    status: "warn",
    message: `${message}: the root user, which no policy limits`,
    fix: "use a role or a user of IAM Identity Center (aws configure sso), and delete the root user's keys",
  };
}

/** The caller's policies, simulated; the root user may do everything. */
export async function permissionFindings(
  inspector: AccountInspector,
  { arn }: CallerIdentity,
): Promise<readonly Finding[]> {
  if (arn.endsWith(":root"))
    return [{ check: "permissions", status: "ok", message: "the root user may do everything" }];
  const denied = await inspector.denied(principalOf(arn), launcherActions);
  if (denied.length === 0)
    return [{ check: "permissions", status: "ok", message: `all ${launcherActions.length} that berth uses` }];
  return [
    {
      check: "permissions",
      status: "fail",
      message: `not allowed: ${[...denied].sort().join(", ")}`,
      fix: "attach a policy with these actions to the caller; where they are allowed on resources of berth-cd and /berth/* alone, this line is shown all the same",
    },
  ];
}

/** IAM simulates roles, not their sessions: `arn:…:assumed-role/NAME/SESSION` is the role NAME. */
export function principalOf(arn: string): string {
  const [, partition, account, role] = /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  return role === undefined ? arn : `arn:${partition ?? "aws"}:iam::${account ?? ""}:role/${role}`;
}

/** @param own - the version of this program @param stack - absent where the account has none */
export function bootstrapFinding(stack: CloudStack | undefined, own: string, region: string): Finding {
  const check = "bootstrap";
  if (stack === undefined) {
    return {
      check,
      status: "fail",
      message: `the account has no stack berth-cd in ${region}`,
      fix: "run berth bootstrap once, or set AWS_PROFILE and AWS_REGION to where it was run",
    };
  }
  if (!/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(stack.status)) {
    const failed = stack.status.includes("IN_PROGRESS") ? "warn" : "fail";
    return {
      check,
      status: failed,
      message: `the stack berth-cd is ${stack.status}`,
      fix: failed === "warn" ? "wait until it has ended" : "run berth bootstrap again: it says what fails",
    };
  }
  const version = stack.outputs["Version"] ?? "";
  if (version !== own) {
    return {
      check,
      status: "warn",
      message: `the stack berth-cd is of version ${version === "" ? "unknown" : version}, this program of ${own}`,
      fix: "berth bootstrap brings it up to date, and shows what changes before",
    };
  }
  return { check, status: "ok", message: `berth-cd of version ${version} in ${region}` };
}

/** Builds that a quota doesn't hold at once wait for one another (`StartFault`): slow, and no failure. */
export async function buildFindings(
  inspector: AccountInspector,
  name: "fargate" | "fargateSpot",
  vcpu: number,
): Promise<readonly Finding[]> {
  const { limit } = await inspector.quota(name);
  if (vcpu <= limit) return [];
  return [
    {
      check: "quotas",
      status: "warn",
      message: `builds of ${vcpu} vCPU at once, and the account has ${limit} ${accountQuotas[name].words}: they wait for one another`,
      fix: `ask for more in the Service Quotas console (${accountQuotas[name].words}); it may take a day`,
    },
  ];
}

export async function quotaFinding(
  inspector: AccountInspector,
  name: QuotaName,
  need: number,
): Promise<readonly Finding[]> {
  const { limit, used } = await inspector.quota(name);
  const words = accountQuotas[name].words;
  const total = (used ?? 0) + need;
  const of = used === undefined ? `${need} of ${limit}` : `${used} of ${limit}`;
  const more = used === undefined || need === 0 ? "" : `, and this stack needs ${need} more`;
  const message = `${of} ${words}${more}`;
  if (total <= limit) return [{ check: "quotas", status: "ok", message }];
  const fix = `ask for more in the Service Quotas console (${words}); it may take a day`;
  return [{ check: "quotas", status: "fail", message, fix }];
}
