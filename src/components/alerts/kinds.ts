/** The events of AWS that become alerts: patterns of EventBridge, and the text of each. */

/** Of an alert; a part of the names of its rules. */
export type AlertKind = "deployment" | "placement" | "start" | "schedule" | "alarm" | "certificate";

/** What an alert of a kind says. */
export interface AlertWords {
  /** Variables of the text, by JSON path: names, ARNs and numbers, which have no quotes in them. */
  readonly paths: Readonly<Record<string, string>>;
  /** With `<variables>`. */
  readonly text: string;
  /** The JSON path of a text by somebody else, which may hold quotes. @default there is none */
  readonly reason?: string;
}

/** Events, of which a pattern has those of one list of values. */
export interface AlertEvents {
  readonly kind: AlertKind;
  readonly words: AlertWords;
  /** An event pattern (EventBridge User Guide, "Event patterns"). */
  readonly pattern: (values: readonly string[]) => object;
}

const service = "$.resources[0]";

/** Amazon ECS Developer Guide, "Amazon ECS service deployment state change events": `SERVICE_DEPLOYMENT_FAILED` is its one error. */
export const deployments: AlertEvents = {
  kind: "deployment",
  words: { paths: { service }, text: "a deployment of <service> failed", reason: "$.detail.reason" },
  pattern: (values) => ({
    source: ["aws.ecs"],
    "detail-type": ["ECS Deployment State Change"],
    resources: values.map((prefix) => ({ prefix })),
    detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED"] },
  }),
};

/**
 * Amazon ECS Developer Guide, "Amazon ECS service action events". ECS says so again for as long as it is so; the reason is
 * a word such as `RESOURCE:FARGATE`.
 */
export const placements: AlertEvents = {
  kind: "placement",
  words: {
    paths: { service },
    text: "ECS finds no room for tasks of <service>",
    reason: "$.detail.reason",
  },
  pattern: (values) => ({
    source: ["aws.ecs"],
    "detail-type": ["ECS Service Action"],
    resources: values.map((prefix) => ({ prefix })),
    detail: { eventName: ["SERVICE_TASK_PLACEMENT_FAILURE"], reason: [{ exists: true }] },
  }),
};

/** The same page; these events have no reason. */
export const starts: AlertEvents = {
  kind: "start",
  words: {
    paths: { service, event: "$.detail.eventName" },
    text: "tasks of <service> don't start, or end again and again (<event>): berth ps says why",
  },
  pattern: (values) => ({
    source: ["aws.ecs"],
    "detail-type": ["ECS Service Action"],
    resources: values.map((prefix) => ({ prefix })),
    detail: { eventName: ["SERVICE_TASK_START_IMPAIRED", "SERVICE_TASK_CONFIGURATION_FAILURE"] },
  }),
};

/** Step Functions Developer Guide, "Automating Step Functions event delivery". A run that somebody stopped has not failed. */
export const schedules: AlertEvents = {
  kind: "schedule",
  words: {
    paths: { machine: "$.detail.stateMachineArn", status: "$.detail.status", run: "$.detail.name" },
    text: "a run of <machine> ended with <status> (<run>): berth ps has its exit code, berth logs what it wrote",
  },
  pattern: (stateMachineArn) => ({
    source: ["aws.states"],
    "detail-type": ["Step Functions Execution Status Change"],
    detail: { stateMachineArn, status: ["FAILED", "TIMED_OUT"] },
  }),
};

/** CloudWatch User Guide, "Alarm events and EventBridge"; its end is reported too. */
export const alarms: AlertEvents = {
  kind: "alarm",
  words: {
    paths: { alarm: "$.detail.alarmName", state: "$.detail.state.value" },
    text: "the alarm <alarm> is <state>",
    reason: "$.detail.configuration.description",
  },
  pattern: (alarmName) => ({
    source: ["aws.cloudwatch"],
    "detail-type": ["CloudWatch Alarm State Change"],
    detail: {
      alarmName,
      configuration: { description: [{ exists: true }] },
      $or: [
        { state: { value: ["ALARM"] } },
        { state: { value: ["OK"] }, previousState: { value: ["ALARM"] } },
      ],
    },
  }),
};

/**
 * ACM User Guide, "Amazon EventBridge support for ACM": from 30 days before a public certificate's end on, every day. ACM has
 * renewed before that what it can renew.
 */
export const certificates: AlertEvents = {
  kind: "certificate",
  words: {
    paths: { what: "$.detail-type", certificate: service },
    text: "<what>: <certificate>; berth doctor says which record is missing",
  },
  pattern: (resources) => ({
    source: ["aws.acm"],
    "detail-type": [
      "ACM Certificate Approaching Expiration",
      "ACM Certificate Expired",
      "ACM Certificate Renewal Action Required",
    ],
    resources,
  }),
};
