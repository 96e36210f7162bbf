/** CloudWatch Logs, alarms, EventBridge rules and schedules. */
import type { Properties, Refusal } from "../cloud/cloud";
import { ref, type NameRule, type ResourceType } from "../cloud/resource-type";
import { observeRules as rules } from "../rules/observe";
import { listOf, numberOf, recordOf, textOf } from "../cloud/values";
import { checkTarget, messageTargets } from "./messages";
import { arnOf, keyReference, roleReference, tokens } from "./common";

const eventRule = "aws:cloudwatch/eventRule:EventRule";
const eventTarget = "aws:cloudwatch/eventTarget:EventTarget";
const scheduleGroup = "aws:scheduler/scheduleGroup:ScheduleGroup";

/** CloudWatch Logs: "resource policies per region". */
const resourcePolicies = 10;
const logResourcePolicy = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy";

const plainName = (maximum: number, source: string): NameRule => ({
  property: "name",
  maximum,
  pattern: /^[.\-_A-Za-z0-9]+$/,
  says: "letters, digits and .-_",
  source,
});

const expressions =
  /^(rate\(\d+ (minute|hour|day)s?\)|cron\(\S+( \S+){5}\)|at\(\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?\))$/;

/** Exactly one of day-of-month and day-of-week is left open by `?` ("Schedule types", EventBridge Scheduler user guide). */
function oneDayOpen(expression: string): boolean {
  const [, days, weekdays] = /^cron\(\S+ \S+ (\S+) \S+ (\S+) \S+\)$/.exec(expression) ?? [];
  return days === undefined || (days === "?") !== (weekdays === "?");
}

function checkExpression({ scheduleExpression }: Properties): readonly Refusal[] {
  const holds =
    typeof scheduleExpression !== "string" ||
    (expressions.test(scheduleExpression) && oneDayOpen(scheduleExpression));
  return rules.expression.unless(holds, "scheduleExpression", () => {
    return `'${String(scheduleExpression)}' is neither rate(…), cron(…) nor at(…) (ValidationException)`;
  });
}

function checkTimezone({ scheduleExpressionTimezone: zone }: Properties): readonly Refusal[] {
  const holds = typeof zone !== "string" || isTimezone(zone);
  return rules.timezone.unless(holds, "scheduleExpressionTimezone", () => {
    return `'${String(zone)}' is no time zone (ValidationException: Invalid Schedule Expression Timezone)`;
  });
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

const day = 86_400;

function checkAlarm(inputs: Properties): readonly Refusal[] {
  const [period = 60, evaluations = 1, points = 1] = ["period", "evaluationPeriods", "datapointsToAlarm"].map(
    (name) => numberOf(inputs[name]),
  );
  const most = period < 3600 ? day : 7 * day;
  return [
    ...rules.alarmPeriod.unless(
      [10, 20, 30].includes(period) || (period > 0 && period % 60 === 0),
      "period",
      () => {
        return `${period} is neither 10, 20, 30 nor a multiple of 60 (ValidationError)`;
      },
    ),
    ...rules.alarmSpan.unless(period * evaluations <= most, "evaluationPeriods", () => {
      return `${evaluations} periods of ${period} s are more than ${most} s (ValidationError)`;
    }),
    ...rules.alarmPoints.unless(points <= evaluations, "datapointsToAlarm", () => {
      return `${points} of ${evaluations} evaluations (ValidationError)`;
    }),
    ...["alarmActions", "okActions", "insufficientDataActions"].flatMap((actions) => {
      const count = listOf(inputs[actions]).length;
      return rules.alarmActions.unless(
        count <= rules.alarmActions.maximum,
        actions,
        () => `${count} actions`,
      );
    }),
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
      source: "CloudWatch Logs API: CreateLogGroup",
    },
    replaces: ["logGroupClass"],
    references: [keyReference("kmsKeyId")],
    id: (making) => making.text("name"),
    check: (inputs) => rules.retention.check(inputs, "retentionInDays"),
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
      source: "CloudWatch Logs API: PutResourcePolicy",
      auto: false,
    },
    // Of the account under a name, or of one log group; only the first kind is counted (PutResourcePolicy).
    replaces: ["resourceArn"],
    id: (making) => making.text("resourceArn") || making.text("policyName"),
    check: (inputs) => rules.logPolicy.check(inputs, "policyDocument"),
    conflicts: (inputs, world, self) => {
      const counted = self === undefined && inputs["resourceArn"] === undefined;
      const others = world
        .all(logResourcePolicy)
        .filter(({ outputs }) => outputs["resourceArn"] === undefined);
      return rules.logPolicies.unless(!counted || others.length < resourcePolicies, "policyName", () => {
        return `a region accepts ${resourcePolicies} resource policies (LimitExceededException)`;
      });
    },
  },
  {
    token: "aws:cloudwatch/metricAlarm:MetricAlarm",
    name: { ...plainName(255, "CloudWatch API: PutMetricAlarm"), pattern: /^.+$/, says: "not empty" },
    replaces: [],
    check: checkAlarm,
    id: (making) => making.text("name"),
    outputs: (making, id) => ({ arn: arnOf(making, "cloudwatch", `alarm:${id}`) }),
  },
  {
    token: eventRule,
    name: plainName(64, "EventBridge API: PutRule"),
    replaces: ["eventBusName"],
    references: [roleReference("roleArn")],
    id: (making) => making.text("name"),
    check: (inputs) => [...rules.eventPattern.check(inputs, "eventPattern"), ...checkExpression(inputs)],
    usedBy: [eventTarget],
    outputs: (making, id) => ({ arn: arnOf(making, "events", `rule/${id}`) }),
  },
  {
    token: eventTarget,
    replaces: ["rule", "targetId", "eventBusName"],
    references: [
      ref("rule", eventRule),
      ref(
        "arn",
        [tokens.logGroup, tokens.cluster, ...messageTargets],
        /^arn:aws[a-z-]*:(?!logs:|ecs:|sns:|sqs:|events:(?![^:]*:[^:]*:event-bus\/default$))/,
      ),
      ref("deadLetterConfig.arn", tokens.queue),
      roleReference("roleArn"),
    ],
    check: checkTarget,
    conflicts: (inputs, world, self) => {
      const others = world
        .all(eventTarget)
        .filter(({ id, outputs }) => id !== self && outputs["rule"] === inputs["rule"]).length;
      return rules.targets.unless(others < rules.targets.maximum, "rule", () => {
        return `target ${others + 1} of a rule that accepts ${rules.targets.maximum} (LimitExceededException)`;
      });
    },
    id: (making) => `${making.text("rule")}-${making.text("targetId") || `terraform-${making.hex(26)}`}`,
    outputs: (making) => ({ targetId: making.text("targetId") || `terraform-${making.hex(26)}` }),
  },
  {
    token: scheduleGroup,
    name: plainName(64, "EventBridge Scheduler API: CreateScheduleGroup"),
    replaces: [],
    id: (making) => making.text("name"),
    usedBy: ["aws:scheduler/schedule:Schedule"],
    outputs: (making, id) => ({ arn: arnOf(making, "scheduler", `schedule-group/${id}`), state: "ACTIVE" }),
  },
  {
    token: "aws:scheduler/schedule:Schedule",
    name: {
      ...plainName(64, "EventBridge Scheduler API: CreateSchedule"),
      unique: (inputs) => textOf(inputs["groupName"]) || "default",
    },
    replaces: ["groupName"],
    references: [
      ref("groupName", scheduleGroup, /^default$/),
      ref("target.arn", [tokens.stateMachine, tokens.cluster], /^arn:aws[a-z-]*:(?!states:)/),
      roleReference("target.roleArn"),
      keyReference("kmsKeyArn"),
    ],
    id: (making) => `${making.text("groupName") || "default"}/${making.text("name")}`,
    check: (inputs) => [
      ...checkExpression(inputs),
      ...checkTimezone(inputs),
      ...rules.window.check(recordOf(inputs["flexibleTimeWindow"]), "mode", "flexibleTimeWindow.mode"),
    ],
    outputs: (making, id) => ({
      arn: arnOf(making, "scheduler", `schedule/${id}`),
      groupName: making.text("groupName") || "default",
      actionAfterCompletion: making.inputs["actionAfterCompletion"] ?? "NONE",
    }),
  },
];
