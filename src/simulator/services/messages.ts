/** What brings messages to people: SNS topics, API destinations, and queues for what could not be delivered. */
import type { Properties, Refusal } from "../cloud/cloud";
import { unsetParameter } from "../cloud/functions";
import { ref, type ResourceType } from "../cloud/resource-type";
import { recordOf, textOf } from "../cloud/values";
import { messageRules as rules } from "../rules/messages";
import { arnOf, tokens } from "./common";

const subscription = "aws:sns/topicSubscription:TopicSubscription";
const mail = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;
const endpoint = /^https:\/\/((%[0-9A-Fa-f]{2}|[-()_.!~*';/?:@&=+$,A-Za-z0-9])+)$/;
const endpointLength = 2048;

function checkSubscription(inputs: Properties): readonly Refusal[] {
  const { protocol, endpoint: address } = inputs;
  const isMail = protocol === "email" || protocol === "email-json";
  return [
    ...rules.protocol.check(inputs, "protocol"),
    ...rules.subscription.unless(
      !isMail || typeof address !== "string" || mail.test(address),
      "endpoint",
      () => `'${String(address)}' (InvalidParameter: Email address)`,
    ),
  ];
}

function checkConnection(inputs: Properties): readonly Refusal[] {
  const { authorizationType: type, authParameters } = inputs;
  const key = recordOf(recordOf(authParameters)["apiKey"]);
  const has = textOf(key["key"]) !== "" && textOf(key["value"]) !== "";
  return [
    ...rules.authorization.check(inputs, "authorizationType"),
    ...rules.parameters.unless(
      type !== "API_KEY" || authParameters === undefined || has,
      "authParameters",
      () => {
        return "there is no key, or no value of it (ValidationException)";
      },
    ),
  ];
}

/** The URL is a secret: what is wrong with it is reported without it. */
function checkDestination(inputs: Properties): readonly Refusal[] {
  const { invocationEndpoint: url } = inputs;
  const holds =
    typeof url !== "string" || url === unsetParameter || (url.length <= endpointLength && endpoint.test(url));
  return [
    ...rules.endpoint.unless(holds, "invocationEndpoint", () => "it is no https URL (ValidationException)"),
    ...rules.method.check(inputs, "httpMethod"),
    ...rules.rate.check(inputs, "invocationRateLimitPerSecond"),
  ];
}

/** A variable of EventBridge's own: `aws.events.event.json`. */
const ownVariable = /^aws\.events\./;
const templateLength = 8192;

/** What of a rule's target is checked besides what it points to. */
export function checkTarget(inputs: Properties): readonly Refusal[] {
  const transformer = recordOf(inputs["inputTransformer"]);
  const { inputTemplate: template, inputPaths: paths } = transformer;
  const named = [...textOf(template).matchAll(/<([\w.-]+)>/g)].map(([, name = ""]) => name);
  const unnamed = named.filter((name) => !ownVariable.test(name) && !(name in recordOf(paths)));
  const isDestination = /:api-destination\//.test(textOf(inputs["arn"]));
  const known = typeof template === "string";
  return [
    ...rules.targetRole.unless(!isDestination || "roleArn" in inputs, "roleArn", () => {
      return "there is none (ValidationException: RoleArn is required)";
    }),
    ...rules.template.unless(
      !known || (unnamed.length === 0 && template.length <= templateLength),
      "inputTransformer.inputTemplate",
      () => `${unnamed.join(", ")} of ${textOf(template).length} characters (ValidationException)`,
    ),
    ...rules.age.check(
      recordOf(inputs["retryPolicy"]),
      "maximumEventAgeInSeconds",
      "retryPolicy.maximumEventAgeInSeconds",
    ),
    ...rules.attempts.check(
      recordOf(inputs["retryPolicy"]),
      "maximumRetryAttempts",
      "retryPolicy.maximumRetryAttempts",
    ),
  ];
}

const plain = { pattern: /^[A-Za-z0-9_-]+$/, says: "letters, digits and _-" };
const dotted = { pattern: /^[A-Za-z0-9._-]+$/, says: "letters, digits and ._-" };

export const messages: readonly ResourceType[] = [
  {
    token: tokens.topic,
    name: { property: "name", maximum: 256, ...plain, source: "SNS API: CreateTopic" },
    replaces: ["fifoTopic"],
    id: (making) => arnOf(making, "sns", making.text("name")),
    check: (inputs) => [
      ...rules.topicPolicy.check(inputs, "policy"),
      ...rules.topicName.unless(textOf(inputs["displayName"]).length <= 100, "displayName", () => {
        return `${textOf(inputs["displayName"]).length} characters (InvalidParameter)`;
      }),
    ],
    outputs: (making, id) => ({ arn: id, owner: making.world.accountId }),
    // SNS API: DeleteTopic.
    deletes: ({ id }, world) => world.all(subscription).filter(({ outputs }) => outputs["topic"] === id),
  },
  {
    token: subscription,
    replaces: ["endpoint", "protocol", "topic"],
    references: [ref("topic", tokens.topic)],
    id: (making) => `${making.text("topic")}:${making.hex(8)}-${making.hex(4, "a")}-4${making.hex(3, "b")}`,
    check: checkSubscription,
    // A topic has one for each protocol and endpoint, and answers Subscribe with it (seen on AWS: getmoto/moto#1418).
    existing: (world, inputs) =>
      world
        .all(subscription)
        .find(({ outputs }) =>
          ["topic", "protocol", "endpoint"].every((property) => outputs[property] === inputs[property]),
        ),
    // Somebody has yet to follow the link in the mail.
    outputs: (making, id) => ({
      arn: id,
      ownerId: making.world.accountId,
      pendingConfirmation: making.text("protocol").startsWith("email"),
      confirmationWasAuthenticated: false,
      filterPolicyScope: "",
    }),
  },
  {
    token: tokens.queue,
    name: { property: "name", maximum: 80, ...plain, source: "SQS API: CreateQueue" },
    replaces: ["fifoQueue"],
    id: (making) =>
      `https://sqs.${making.world.region}.amazonaws.com/${making.world.accountId}/${making.text("name")}`,
    check: (inputs) => [
      ...rules.queuePolicy.check(inputs, "policy"),
      ...rules.retention.check(inputs, "messageRetentionSeconds"),
    ],
    outputs: (making, id) => ({ arn: arnOf(making, "sqs", making.text("name")), url: id }),
  },
  {
    token: tokens.connection,
    name: { property: "name", maximum: 64, ...dotted, source: "EventBridge API: CreateConnection" },
    replaces: [],
    id: (making) => making.text("name"),
    check: checkConnection,
    outputs: (making, id) => ({
      arn: arnOf(making, "events", `connection/${id}/${making.hex(8)}`),
      // EventBridge keeps what a connection is let in by in a secret of its own.
      secretArn: arnOf(making, "secretsmanager", `secret:events!connection/${id}/${making.hex(8)}`),
    }),
  },
  {
    token: tokens.apiDestination,
    name: { property: "name", maximum: 64, ...dotted, source: "EventBridge API: CreateApiDestination" },
    replaces: [],
    references: [ref("connectionArn", tokens.connection)],
    id: (making) => making.text("name"),
    check: checkDestination,
    outputs: (making, id) => ({ arn: arnOf(making, "events", `api-destination/${id}/${making.hex(8)}`) }),
  },
];

/** What a rule's target may point to that brings messages. */
export const messageTargets: readonly string[] = [tokens.topic, tokens.queue, tokens.apiDestination];
