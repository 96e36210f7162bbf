import { accessRules as rules } from "../../../src/simulator/rules/access";
import { observeRules as observe } from "../../../src/simulator/rules/observe";
import { workflowRules as workflow } from "../../../src/simulator/rules/workflows";
import { make, trust } from "../simulated-world";
import { breaking, upTo } from "./cases";

const logPolicyType = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy";
const targetType = "aws:cloudwatch/eventTarget:EventTarget";
const attachmentType = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";

/** A document of more characters than any service takes. */
const endless = JSON.stringify({ Statement: "x".repeat(40_000) });
const managed = (name: string): string => `arn:aws:iam::aws:policy/${name}`;
const logsArn = "arn:aws:lambda:us-east-1:123456789012:function:x";

export const observeCases = [
  ...breaking("aws:cloudwatch/logGroup:LogGroup", () => ({ name: "l", retentionInDays: 30 }), [
    [observe.retention, { retentionInDays: 31 }, "retentionInDays"],
  ]),
  ...breaking(logPolicyType, () => ({ policyName: "p", policyDocument: "{}" }), [
    [observe.logPolicy, { policyDocument: endless }, "policyDocument"],
    [
      observe.logPolicies,
      {},
      "policyName",
      async ({ aws }) => {
        for (const n of upTo(10))
          await make(aws, logPolicyType, `p${n}`, { policyName: `p${n}`, policyDocument: "{}" });
      },
    ],
  ]),
  ...breaking(
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    () => ({ name: "a", period: 60, evaluationPeriods: 2 }),
    [
      [observe.alarmPeriod, { period: 45 }, "period"],
      [observe.alarmSpan, { evaluationPeriods: 1441 }, "evaluationPeriods"],
      [observe.alarmPoints, { datapointsToAlarm: 3 }, "datapointsToAlarm"],
      [observe.alarmActions, { alarmActions: upTo(6).map((n) => `${logsArn}${n}`) }, "alarmActions"],
    ],
  ),
  ...breaking("aws:cloudwatch/eventRule:EventRule", () => ({ name: "r", eventPattern: "{}" }), [
    [observe.eventPattern, { eventPattern: "[" }, "eventPattern"],
    [observe.expression, { scheduleExpression: "rate(5 min)" }, "scheduleExpression"],
  ]),
  ...breaking(targetType, () => ({ rule: "happened", arn: logsArn }), [
    [
      observe.targets,
      {},
      "rule",
      async ({ aws }) => {
        for (const n of upTo(5))
          await make(aws, targetType, `t${n}`, { rule: "happened", arn: `${logsArn}${n}` });
      },
    ],
  ]),
  ...breaking(
    "aws:scheduler/schedule:Schedule",
    () => ({
      ...{ name: "s", scheduleExpression: "at(2026-01-01T00:00:00)", flexibleTimeWindow: { mode: "OFF" } },
    }),
    [
      [observe.expression, { scheduleExpression: "tomorrow" }, "scheduleExpression"],
      [observe.expression, { scheduleExpression: "cron(0 3 * * MON *)" }, "scheduleExpression"],
      [observe.timezone, { scheduleExpressionTimezone: "Berlin" }, "scheduleExpressionTimezone"],
      [observe.window, { flexibleTimeWindow: { mode: "ON" } }, "flexibleTimeWindow.mode"],
    ],
  ),
];

const machine = (change: object): string =>
  JSON.stringify({ StartAt: "A", States: { A: { Type: "Succeed" } }, ...change });

const workflowCases = breaking(
  "aws:sfn/stateMachine:StateMachine",
  () => ({ name: "m", roleArn: "runner", definition: machine({}) }),
  [
    [workflow.definition, { definition: "{" }, "definition"],
    [workflow.start, { definition: machine({ StartAt: "B" }) }, "definition"],
    [
      workflow.start,
      { definition: machine({ States: { A: { Type: "Task", Catch: [{ Next: "B" }], End: true } } }) },
      "definition",
    ],
    [workflow.types, { definition: machine({ States: { A: { Type: "Loop", End: true } } }) }, "definition"],
    [workflow.ends, { definition: machine({ States: { A: { Type: "Task" } } }) }, "definition"],
  ],
);

export const accessCases = [
  ...workflowCases,
  ...breaking("aws:iam/role:Role", () => ({ name: "r", assumeRolePolicy: trust }), [
    [rules.trust, { assumeRolePolicy: "{" }, "assumeRolePolicy"],
    [rules.session, { maxSessionDuration: 60 }, "maxSessionDuration"],
    [rules.roleDescription, { description: "x".repeat(1001) }, "description"],
  ]),
  ...breaking("aws:iam/rolePolicy:RolePolicy", () => ({ name: "p", role: "runner", policy: "{}" }), [
    [rules.inlinePolicy, { policy: endless }, "policy"],
  ]),
  ...breaking("aws:iam/policy:Policy", () => ({ name: "p", policy: "{}" }), [
    [rules.managedPolicy, { policy: endless }, "policy"],
  ]),
  ...breaking(attachmentType, () => ({ role: "runner", policyArn: managed("Own") }), [
    [rules.partition, { policyArn: "arn:aws-cn:iam::aws:policy/AmazonS3ReadOnlyAccess" }, "policyArn"],
    [
      rules.attachments,
      {},
      "role",
      async ({ aws }) => {
        for (const n of upTo(10))
          await make(aws, attachmentType, `a${n}`, { role: "runner", policyArn: managed(`P${n}`) });
      },
    ],
  ]),
  ...breaking("aws:ssm/parameter:Parameter", () => ({ name: "/a/b", type: "String", value: "v" }), [
    [rules.parameterType, { type: "Secret" }, "type"],
    [rules.parameterTier, { tier: "Free" }, "tier"],
    [rules.parameterSize, { value: "v".repeat(4097) }, "value"],
    [rules.parameterSlash, { name: "a/b" }, "name"],
    [rules.parameterSlash, { name: "/a".repeat(16) }, "name"],
    [rules.parameterReserved, { name: "/aws/b" }, "name"],
  ]),
  ...breaking("aws:secretsmanager/secret:Secret", () => ({ name: "s" }), [
    [rules.secretRecovery, { recoveryWindowInDays: 31 }, "recoveryWindowInDays"],
  ]),
  ...breaking("aws:kms/key:Key", () => ({}), [
    [rules.keyPolicy, { policy: "no" }, "policy"],
    [rules.keyDeletion, { deletionWindowInDays: 1 }, "deletionWindowInDays"],
  ]),
  ...breaking("aws:s3/bucketPolicy:BucketPolicy", () => ({ bucket: "shop-files", policy: "{}" }), [
    [rules.bucketPolicy, { policy: endless }, "policy"],
  ]),
  ...breaking("aws:efs/fileSystem:FileSystem", () => ({}), [
    [rules.performance, { performanceMode: "fast" }, "performanceMode"],
    [rules.throughput, { throughputMode: "fast" }, "throughputMode"],
  ]),
  ...breaking(
    "aws:efs/fileSystemPolicy:FileSystemPolicy",
    ({ files }) => ({ fileSystemId: files, policy: "{}" }),
    [[rules.filePolicy, { policy: endless }, "policy"]],
  ),
  ...breaking(
    "aws:efs/mountTarget:MountTarget",
    ({ files, subnetB }) => ({ fileSystemId: files, subnetId: subnetB }),
    [[rules.mountZone, ({ subnetA2 }) => ({ subnetId: subnetA2 }), "subnetId"]],
  ),
  ...breaking(
    "aws:efs/accessPoint:AccessPoint",
    ({ files }) => ({
      fileSystemId: files,
      rootDirectory: {
        path: "/uploads",
        creationInfo: { ownerUid: 1000, ownerGid: 1000, permissions: "0755" },
      },
    }),
    [
      [rules.accessPath, { rootDirectory: { path: "/a/b/c/d/e" } }, "rootDirectory.path"],
      [rules.accessPath, { rootDirectory: { path: "/a*" } }, "rootDirectory.path"],
      [rules.accessPath, { rootDirectory: { path: `/${"a".repeat(100)}` } }, "rootDirectory.path"],
      [
        rules.accessMode,
        { rootDirectory: { path: "/a", creationInfo: { permissions: "rwx" } } },
        "rootDirectory.creationInfo.permissions",
      ],
      [rules.accessUser, { posixUser: { uid: -1, gid: 0 } }, "posixUser.uid"],
    ],
  ),
];
