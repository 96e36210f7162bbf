/** What only a first run on AWS shows (docs/first-day.md), as far as a program can look at it. */
import type { FirstDay, StackIdentity } from "../../ports";
import { eventsLogGroupName, logGroupName } from "../../model/naming";
import type { Project } from "../../model/project";
import { isStore, stores } from "../../stores";
import { dataTypes, type StoreType } from "../../stores/data-types";
import { look, type Finding } from "./findings";

/** The roles that AWS makes for its services with their first use, by what a project has ("Service-linked roles", IAM user guide). */
const linkedRoles = {
  always: { AWSServiceRoleForECS: "ecs", AWSServiceRoleForAutoScaling: "autoscaling" },
  published: { AWSServiceRoleForElasticLoadBalancing: "elasticloadbalancing" },
} as const;

/** Those of the managed stores. */
const storeRoles: Readonly<Record<StoreType, Readonly<Record<string, string>>>> = {
  [dataTypes.database]: { AWSServiceRoleForRDS: "rds" },
  [dataTypes.cache]: { AWSServiceRoleForElastiCache: "elasticache" },
};

export interface FirstDayLook {
  readonly firstDay: FirstDay;
  readonly project: Project;
  readonly stack: StackIdentity;
  /** Whether the stack was deployed. */
  readonly stands: boolean;
}

export async function firstDayFindings(given: FirstDayLook): Promise<readonly Finding[]> {
  const found = await Promise.all([
    look("first day", () => roleFindings(given)),
    ...(given.stands ? [look("first day", () => logFindings(given))] : []),
  ]);
  return found.flat();
}

async function roleFindings({ firstDay, project }: FirstDayLook): Promise<readonly Finding[]> {
  const { services } = project;
  const published = services.some(
    (service) => service.kind === "container" && service.ports.some(({ mode }) => mode === "ingress"),
  );
  const wanted: Readonly<Record<string, string>> = {
    ...linkedRoles.always,
    ...(published ? linkedRoles.published : {}),
    ...Object.fromEntries(
      services.filter(isStore).flatMap(({ kind }) => Object.entries(storeRoles[stores[kind].type])),
    ),
  };
  const missing = await firstDay.missingRoles(Object.keys(wanted));
  if (missing.length === 0)
    return [{ check: "first day", status: "ok", message: "every service-linked role is there" }];
  return missing.map((name) => ({
    check: "first day",
    status: "warn",
    message: `${name} is not there yet: AWS makes it with the service's first use, and refuses that use at times ("Unable to assume the service linked role")`,
    fix: `aws iam create-service-linked-role --aws-service-name ${wanted[name] ?? ""}.amazonaws.com`,
  }));
}

async function logFindings({ firstDay, stack }: FirstDayLook): Promise<readonly Finding[]> {
  const { project, stack: name } = stack;
  const groups: readonly (readonly [group: string, what: string, why: string])[] = [
    [
      eventsLogGroupName(project, name),
      "ECS's events",
      "EventBridge writes by a policy on the log group: aws logs describe-resource-policies --resource-arn shows it",
    ],
    [
      logGroupName(project, name, "logs"),
      "the services' output",
      "a service that writes nothing leaves nothing; else the execution role's policy lacks logs:PutLogEvents",
    ],
  ];
  return Promise.all(
    groups.map(async ([group, what, fix]): Promise<Finding> => {
      const last = await firstDay.lastEvent(group);
      return last === undefined
        ? { check: "first day", status: "warn", message: `nothing of ${what} has reached ${group}`, fix }
        : {
            check: "first day",
            status: "ok",
            message: `${what} reach ${group}, last at ${new Date(last).toISOString()}`,
          };
    }),
  );
}
