/** What CloudWatch, EventBridge and EventBridge Scheduler refuse. */
import { ChoiceRule, DocumentRule, RangeRule, Rule } from "./rule";

const alarm = "CloudWatch API: PutMetricAlarm";

export const observeRules = {
  // 0 keeps for ever, in the aws provider's words.
  retention: new ChoiceRule(
    "days that a log group keeps its events",
    [0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731].concat([
      1096, 1827, 2192, 2557, 2922, 3288, 3653,
    ]),
    "CloudWatch Logs API: PutRetentionPolicy",
    { fix: "use one of these numbers of days (x-berth: { logRetention })" },
  ),
  logPolicies: new Rule({
    what: "resource policies of CloudWatch Logs in a region",
    limit: "10",
    source: "CloudWatch Logs User Guide: CloudWatch Logs quotas",
    fix: "attach the policy to its log group (resourceArn)",
  }),
  logPolicy: new DocumentRule(
    "resource policy of CloudWatch Logs",
    5120,
    "CloudWatch Logs API: PutResourcePolicy",
  ),
  eventPattern: new DocumentRule(
    "pattern of an event rule",
    2048,
    "EventBridge User Guide: Amazon EventBridge quotas",
  ),
  expression: new Rule({
    what: "expression of a schedule",
    limit: "rate(…), cron(…) of six fields with ? for one of the two days, or at(…)",
    source: "EventBridge Scheduler User Guide: Schedule types",
    fix: "write an expression such as rate(5 minutes)",
  }),
  timezone: new Rule({
    what: "time zone of a schedule",
    limit: "a name of the IANA database",
    source: "EventBridge Scheduler User Guide: Schedule types",
    fix: "write a name such as Europe/Berlin",
  }),
  targets: new RangeRule(
    "targets of an event rule",
    0,
    5,
    "EventBridge User Guide: Amazon EventBridge quotas",
  ),
  window: new ChoiceRule(
    "time window of a schedule",
    ["OFF", "FLEXIBLE"],
    "EventBridge Scheduler API: FlexibleTimeWindow",
  ),
  alarmPeriod: new Rule({
    what: "period of an alarm, in seconds",
    limit: "10, 20, 30, or a multiple of 60",
    source: alarm,
    fix: "use a multiple of 60",
  }),
  alarmSpan: new Rule({
    what: "time that an alarm looks back",
    limit: "periods × evaluations at most 7 days; 1 day with periods below an hour",
    source: alarm,
    fix: "use fewer evaluations, or a shorter period",
  }),
  alarmPoints: new Rule({
    what: "points that make an alarm go off",
    limit: "no more than the evaluations",
    source: alarm,
    fix: "use fewer points, or more evaluations",
  }),
  alarmActions: new RangeRule(
    "actions of an alarm for each state",
    0,
    5,
    "CloudWatch User Guide: CloudWatch service quotas",
  ),
} as const;
