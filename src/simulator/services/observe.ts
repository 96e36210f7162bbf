/** CloudWatch Logs, alarms, EventBridge rules and schedules. */
import { ref, refusal, type NameRule, type ResourceType } from "../resource-type";
import { recordOf, textOf } from "../values";
import { arnOf, jsonText, keyReference, oneOf, roleReference, tokens } from "./common";

const eventRule = "aws:cloudwatch/eventRule:EventRule";
const scheduleGroup = "aws:scheduler/scheduleGroup:ScheduleGroup";

/** PutRetentionPolicy's `retentionInDays`; 0 keeps for ever in the aws provider. */
const retentions = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
/** CloudWatch Logs: "resource policies per region". */
const resourcePolicies = 10;
const logResourcePolicy = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy";

const plainName = (maximum: number): NameRule => ({
  property: "name",
  maximum,
  pattern: /^[.\-_A-Za-z0-9]+$/,
  says: "letters, digits and .-_",
});

const expressions =
  /^(rate\(\d+ (minute|hour|day)s?\)|cron\(\S+( \S+){5}\)|at\(\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?\))$/;

function checkExpression(inputs: Readonly<Record<string, unknown>>) {
  const expression = inputs["scheduleExpression"];
  return typeof expression !== "string" || expressions.test(expression)
    ? []
    : [
        refusal(
          "scheduleExpression",
          `'${expression}' is neither rate(…), cron(…) nor at(…) (ValidationException)`,
        ),
      ];
}

export const observe: readonly ResourceType[] = [
  {
    token: tokens.logGroup,
    name: {
      property: "name",
      maximum: 512,
      pattern: /^[.\-_/#A-Za-z0-9]+$/,
      says: "letters, digits and .-_/#",
    },
    replaces: ["logGroupClass"],
    references: [keyReference("kmsKeyId")],
    id: (making) => making.text("name"),
    check: (inputs) => oneOf(inputs, "retentionInDays", retentions),
    outputs: (making, id) => ({
      arn: arnOf(making, "logs", `log-group:${id}`),
      logGroupClass: making.inputs["logGroupClass"] ?? "STANDARD",
    }),
  },
  {
    token: logResourcePolicy,
    name: {
      property: "policyName",
      maximum: 255,
      pattern: /^[^:*]+$/,
      says: "no colons and asterisks",
      auto: false,
    },
    // Of the account under a name, or of one log group; only the first kind is counted (PutResourcePolicy).
    replaces: ["resourceArn"],
    id: (making) => making.text("resourceArn") || making.text("policyName"),
    check: (inputs) => jsonText(inputs, "policyDocument", 5120),
    conflicts: (inputs, world, self) =>
      self === undefined &&
      inputs["resourceArn"] === undefined &&
      world.all(logResourcePolicy).filter(({ outputs }) => outputs["resourceArn"] === undefined).length >=
        resourcePolicies
        ? [
            refusal(
              "policyName",
              `a region takes ${resourcePolicies} resource policies (LimitExceededException)`,
            ),
          ]
        : [],
  },
  {
    token: "aws:cloudwatch/metricAlarm:MetricAlarm",
    name: { ...plainName(255), pattern: /^.+$/, says: "not empty" },
    replaces: [],
    id: (making) => making.text("name"),
    outputs: (making, id) => ({ arn: arnOf(making, "cloudwatch", `alarm:${id}`) }),
  },
  {
    token: eventRule,
    name: plainName(64),
    replaces: ["eventBusName"],
    references: [roleReference("roleArn")],
    id: (making) => making.text("name"),
    check: (inputs) => [...jsonText(inputs, "eventPattern", 4096), ...checkExpression(inputs)],
    heldBy: ["aws:cloudwatch/eventTarget:EventTarget"],
    outputs: (making, id) => ({ arn: arnOf(making, "events", `rule/${id}`) }),
  },
  {
    token: "aws:cloudwatch/eventTarget:EventTarget",
    replaces: ["rule", "targetId", "eventBusName"],
    references: [
      ref("rule", eventRule),
      ref("arn", [tokens.logGroup, tokens.cluster], /^arn:aws:(?!logs:|ecs:)/),
      roleReference("roleArn"),
    ],
    id: (making) => `${making.text("rule")}-${making.text("targetId") || `terraform-${making.hex(26)}`}`,
    outputs: (making) => ({ targetId: making.text("targetId") || `terraform-${making.hex(26)}` }),
  },
  {
    token: scheduleGroup,
    name: plainName(64),
    replaces: [],
    id: (making) => making.text("name"),
    heldBy: ["aws:scheduler/schedule:Schedule"],
    outputs: (making, id) => ({ arn: arnOf(making, "scheduler", `schedule-group/${id}`), state: "ACTIVE" }),
  },
  {
    token: "aws:scheduler/schedule:Schedule",
    name: { ...plainName(64), unique: (inputs) => textOf(inputs["groupName"]) || "default" },
    replaces: ["groupName"],
    references: [
      ref("groupName", scheduleGroup, /^default$/),
      roleReference("target.roleArn"),
      keyReference("kmsKeyArn"),
    ],
    id: (making) => `${making.text("groupName") || "default"}/${making.text("name")}`,
    check: (inputs) => [
      ...checkExpression(inputs),
      ...oneOf(
        recordOf(inputs["flexibleTimeWindow"]),
        "mode",
        ["OFF", "FLEXIBLE"],
        "flexibleTimeWindow.mode",
      ),
    ],
    outputs: (making, id) => ({
      arn: arnOf(making, "scheduler", `schedule/${id}`),
      groupName: making.text("groupName") || "default",
      actionAfterCompletion: making.inputs["actionAfterCompletion"] ?? "NONE",
    }),
  },
];
