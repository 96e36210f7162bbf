/** What must stay denied to the roles of services, and to whoever has the launcher's policy. */
import type { Call } from "./evaluate";
import type { Forbidden } from "./forbidden";
import { account } from "./template";

const of = (service: string, rest: string, region: string = account.region): string =>
  `arn:aws:${service}:${region}:${account.id}:${rest}`;
const role = (path: string): string => of("iam", `role/${path}`, "");
const bucket = `arn:aws:s3:::berth-cd-bucket-${account.id}-${account.region}`;

const each = (
  what: string,
  actions: readonly string[],
  resource: string,
  context?: Call["context"],
): readonly Forbidden[] =>
  actions.map((action) => ({ what, action, resource, ...(context === undefined ? {} : { context }) }));

const ofService = {
  "aws:PrincipalTag/berth:project": "shop",
  "aws:PrincipalTag/berth:stack": "dev",
  "aws:PrincipalTag/berth:service": "api",
};

const toTasks = (context: Call["context"] = {}): Call["context"] => ({
  ...context,
  "iam:PassedToService": "ecs-tasks.amazonaws.com",
});

/** To the roles that start the tasks of schedules, and to all others that no service has. */
export const forbiddenToSchedules: readonly Forbidden[] = [
  ...each("another role, passed on", ["iam:PassRole"], role("admin"), toTasks()),
  ...each("a role, passed to a machine", ["iam:PassRole"], role("berth/shop-dev-web-task"), {
    "iam:PassedToService": "ec2.amazonaws.com",
  }),
  ...each("a role of its own making", ["iam:CreateRole"], role("berth/evil")),
];

/** To the role of a service even where AdministratorAccess is attached to it, by Berth's boundary. */
export const forbiddenToServices: readonly Forbidden[] = [
  ...each("identities", ["iam:AttachRolePolicy", "iam:PassRole"], role("admin")),
  ...each(
    "a role of its project, passed on",
    ["iam:PassRole"],
    role("berth/shop-dev-web-task"),
    toTasks(ofService),
  ),
  ...each("users", ["iam:CreateUser"], of("iam", "user/eve", "")),
  ...each(
    "the organisation and the account",
    ["organizations:LeaveOrganization", "account:CloseAccount"],
    "*",
  ),
  ...each("another role", ["sts:AssumeRole"], role("admin")),
  ...each("a role of another account", ["sts:AssumeRole"], "arn:aws:iam::999999999999:role/admin"),
  ...each("the states of stacks", ["s3:GetObject"], `${bucket}/.pulumi/stacks/pay/dev.json`),
  ...each("the records of runs", ["s3:GetObject"], `${bucket}/.berth/records/pay/dev.json`),
  ...each("the archives of others", ["s3:PutObject", "s3:DeleteObject"], `${bucket}/uploads/x.tar.gz`),
  ...each(
    "other projects' parameters",
    ["ssm:GetParameter", "ssm:GetParametersByPath", "ssm:PutParameter"],
    of("ssm", "parameter/berth/pay/dev/KEY"),
    ofService,
  ),
  ...each(
    "other projects' secrets",
    ["secretsmanager:GetSecretValue"],
    of("secretsmanager", "secret:pay-dev-registry-AbCdEf"),
    { ...ofService, "aws:ResourceTag/berth:project": "pay" },
  ),
  ...each(
    "a foreign database",
    ["rds:DeleteDBInstance", "rds:ModifyDBInstance"],
    of("rds", "db:pay"),
    ofService,
  ),
  ...each(
    "a foreign function",
    ["lambda:InvokeFunction", "lambda:UpdateFunctionCode"],
    of("lambda", "function:pay"),
    ofService,
  ),
  ...each(
    "a foreign machine",
    ["ec2:TerminateInstances"],
    of("ec2", "instance/i-0123456789abcdef0"),
    ofService,
  ),
  ...each("a foreign shell", ["ecs:ExecuteCommand"], of("ecs", "task/pay/0123"), ofService),
  ...each("a foreign task", ["ecs:StopTask"], of("ecs", "task/pay/0123"), ofService),
  ...each("a task of its own", ["ecs:RunTask"], of("ecs", "task-definition/shop-dev-web:1"), ofService),
  ...each("a schedule's run", ["states:StartExecution"], of("states", "stateMachine:pay"), ofService),
  ...each(
    "the key's end",
    ["kms:ScheduleKeyDeletion", "kms:CreateGrant"],
    of("kms", "key/11111111-2222-3333-4444-555555555555"),
    ofService,
  ),
];

/** To whoever has the launcher's policy. */
export const forbiddenToLauncher: readonly Forbidden[] = [
  ...each("a task of its own making", ["ecs:RunTask"], of("ecs", "task-definition/evil:1")),
  ...each("a definition", ["ecs:RegisterTaskDefinition"], of("ecs", "task-definition/evil:1")),
  ...each("another role, passed on", ["iam:PassRole"], role("admin"), {
    "iam:PassedToService": "ecs-tasks.amazonaws.com",
  }),
  ...each("the CD task's role, passed to a machine", ["iam:PassRole"], role("berth-cd/berth-cd-TaskRole"), {
    "iam:PassedToService": "ec2.amazonaws.com",
  }),
  ...each(
    "the state, written",
    ["s3:PutObject", "s3:DeleteObject"],
    `${bucket}/.pulumi/stacks/shop/dev.json`,
  ),
  ...each("the records, written", ["s3:PutObject"], `${bucket}/.berth/records/shop/dev.json`),
  ...each("a foreign service", ["ecs:UpdateService"], of("ecs", "service/pay/web")),
  ...each("a service that opens shells", ["ecs:UpdateService"], of("ecs", "service/shop-dev-cluster/web"), {
    "aws:ResourceTag/berth:project": "shop",
    "ecs:enable-execute-command": "true",
  }),
  ...each("a foreign database", ["rds:StopDBInstance", "rds:StartDBInstance"], of("rds", "db:pay")),
  ...each(
    "foreign autoscaling",
    ["application-autoscaling:RegisterScalableTarget"],
    of("application-autoscaling", "scalable-target/1"),
  ),
  ...each("foreign parameters", ["ssm:GetParameter", "ssm:PutParameter"], of("ssm", "parameter/acme/key")),
  ...each("a foreign shell", ["ecs:ExecuteCommand"], of("ecs", "task/pay/0123")),
  ...each("a session through a service's own task", ["ssm:StartSession"], of("ecs", "task/shop/0123"), {
    "aws:ResourceTag/berth:project": "shop",
  }),
  ...each(
    "a session of another document",
    ["ssm:StartSession"],
    of("ssm", "document/SSM-SessionManagerRunShell"),
  ),
  ...each("a session to a machine", ["ssm:StartSession"], of("ec2", "instance/i-0123456789abcdef0")),
  ...each("somebody else's session", ["ssm:TerminateSession"], of("ssm", "session/AROA9999:eve-0fed"), {
    "aws:userid": "AROA0123:ci",
  }),
  ...each("foreign logs", ["logs:FilterLogEvents"], of("logs", "log-group:/acme/web")),
  ...each(
    "the account's stack",
    ["cloudformation:UpdateStack", "cloudformation:DeleteStack"],
    of("cloudformation", "stack/berth-cd/0123"),
  ),
];
