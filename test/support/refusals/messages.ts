/** What the simulated SNS, SQS and EventBridge's API destinations refuse. */
import { messageRules as rules } from "../../../src/simulator/rules/messages";
import { breaking } from "./cases";

const endless = JSON.stringify({ Statement: "x".repeat(40_000) });
const topic = "arn:aws:sns:us-east-1:123456789012:told";
const targetType = "aws:cloudwatch/eventTarget:EventTarget";

export const messageCases = [
  ...breaking("aws:sns/topic:Topic", () => ({ name: "t", displayName: "T", policy: "{}" }), [
    [rules.topicPolicy, { policy: endless }, "policy"],
    [rules.topicName, { displayName: "x".repeat(101) }, "displayName"],
  ]),
  ...breaking(
    "aws:sns/topicSubscription:TopicSubscription",
    () => ({ topic, protocol: "email", endpoint: "ops@example.com" }),
    [
      [rules.subscription, { endpoint: "ops" }, "endpoint"],
      [rules.protocol, { protocol: "mail" }, "protocol"],
    ],
  ),
  ...breaking("aws:sqs/queue:Queue", () => ({ name: "q", messageRetentionSeconds: 60, policy: "{}" }), [
    [rules.queuePolicy, { policy: endless }, "policy"],
    [rules.retention, { messageRetentionSeconds: 1_209_601 }, "messageRetentionSeconds"],
  ]),
  ...breaking(
    "aws:cloudwatch/eventConnection:EventConnection",
    () => ({ name: "c", authorizationType: "API_KEY", authParameters: { apiKey: { key: "K", value: "v" } } }),
    [
      [rules.authorization, { authorizationType: "NONE" }, "authorizationType"],
      [rules.parameters, { authParameters: { basic: {} } }, "authParameters"],
    ],
  ),
  ...breaking(
    "aws:cloudwatch/eventApiDestination:EventApiDestination",
    () => ({
      ...{ name: "d", connectionArn: "hook" },
      ...{
        httpMethod: "POST",
        invocationEndpoint: "https://example.com/a?b=%20",
        invocationRateLimitPerSecond: 1,
      },
    }),
    [
      [rules.endpoint, { invocationEndpoint: "http://example.com" }, "invocationEndpoint"],
      [rules.endpoint, { invocationEndpoint: "https://example.com/ä" }, "invocationEndpoint"],
      [
        rules.endpoint,
        { invocationEndpoint: `https://example.com/${"a".repeat(2048)}` },
        "invocationEndpoint",
      ],
      [rules.method, { httpMethod: "SEND" }, "httpMethod"],
      [rules.rate, { invocationRateLimitPerSecond: 0 }, "invocationRateLimitPerSecond"],
    ],
  ),
  ...breaking(
    targetType,
    ({ destination }) => ({
      ...{ rule: "happened", arn: destination, roleArn: "runner" },
      inputTransformer: { inputPaths: { a: "$.a" }, inputTemplate: '{"a":<a>,"e":<aws.events.event.json>}' },
      retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 0 },
    }),
    [
      [rules.targetRole, { roleArn: undefined }, "roleArn"],
      [
        rules.template,
        { inputTransformer: { inputPaths: { a: "$.a" }, inputTemplate: '"<b>"' } },
        "inputTransformer.inputTemplate",
      ],
      [
        rules.template,
        { inputTransformer: { inputPaths: {}, inputTemplate: `"${"x".repeat(8192)}"` } },
        "inputTransformer.inputTemplate",
      ],
      [rules.age, { retryPolicy: { maximumEventAgeInSeconds: 59 } }, "retryPolicy.maximumEventAgeInSeconds"],
      [rules.attempts, { retryPolicy: { maximumRetryAttempts: 186 } }, "retryPolicy.maximumRetryAttempts"],
    ],
  ),
];
