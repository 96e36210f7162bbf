/** What SNS, SQS and EventBridge's API destinations refuse, and its targets that bring messages to people. */
import { ChoiceRule, DocumentRule, RangeRule, Rule } from "./rule";

const destination = "EventBridge API: CreateApiDestination";
const connection = "EventBridge API: CreateConnection";
const target = "EventBridge API: PutTargets";

export const messageRules = {
  topicPolicy: new DocumentRule("policy of a topic", 30_720, "SNS API: SetTopicAttributes"),
  topicName: new Rule({
    what: "display name of a topic",
    limit: "at most 100 characters",
    source: "SNS API: CreateTopic",
    fix: "write a shorter name",
  }),
  subscription: new Rule({
    what: "address that a topic sends mail to",
    limit: "a mail address",
    source: "SNS API: Subscribe",
    fix: "write an address such as ops@example.com",
  }),
  protocol: new ChoiceRule(
    "protocol of a subscription",
    ["application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs"],
    "SNS API: Subscribe",
  ),
  queuePolicy: new DocumentRule("policy of a queue", 8192, "SQS Developer Guide: Quotas related to policies"),
  retention: new RangeRule(
    "seconds that a queue keeps messages",
    60,
    1_209_600,
    "SQS API: SetQueueAttributes",
  ),
  authorization: new ChoiceRule(
    "authorization of a connection",
    ["BASIC", "OAUTH_CLIENT_CREDENTIALS", "API_KEY"],
    connection,
  ),
  parameters: new Rule({
    what: "parameters of a connection",
    limit: "those of its kind of authorization",
    source: connection,
    fix: "write authParameters.apiKey, with a key and a value, for API_KEY",
  }),
  endpoint: new Rule({
    what: "endpoint of an API destination",
    limit: "an https URL of at most 2048 characters",
    source: destination,
    fix: "write a URL such as https://hooks.slack.com/services/…",
  }),
  method: new ChoiceRule(
    "method of an API destination",
    ["POST", "GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"],
    destination,
  ),
  rate: new RangeRule("calls a second to an API destination", 1, 300, destination),
  targetRole: new Rule({
    what: "role of a target that is an API destination",
    limit: "one that may invoke it",
    source: target,
    fix: "write roleArn",
  }),
  template: new Rule({
    what: "template of a target's input",
    limit: "at most 8192 characters, whose <variables> are among its paths",
    source: "EventBridge API: InputTransformer",
    fix: "write each variable into inputPaths, and less text",
  }),
  age: new RangeRule("seconds that a delivery is tried again", 60, 86_400, "EventBridge API: RetryPolicy"),
  attempts: new RangeRule("tries of a delivery", 0, 185, "EventBridge API: RetryPolicy"),
} as const;
