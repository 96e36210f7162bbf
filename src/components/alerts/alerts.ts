/**
 * Tells people of what goes wrong between runs: rules of EventBridge, and what they send to. Mail is brought by a topic of
 * SNS, webhooks by API destinations; what could not be delivered stays in a queue.
 */
import { EventRule } from "@pulumi/aws/cloudwatch/eventRule";
import { EventTarget, type EventTargetArgs } from "@pulumi/aws/cloudwatch/eventTarget";
import { Topic } from "@pulumi/aws/sns/topic";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription";
import { Queue } from "@pulumi/aws/sqs/queue";
import * as pulumi from "@pulumi/pulumi";
import type { Alert } from "../../model/alerts";
import { alertQueueName, alertTopicName } from "../../model/naming";
import type { Service } from "../../model/project";
import { createAlarms } from "./alarms";
import type { WatchedCertificates } from "../public/entry";
import type { Cluster } from "../stack/cluster";
import { policyDocument, serviceRole } from "../stack/iam";
import type { Scope } from "../stack/scope";
import type { Secrets } from "../stack/secrets";
import { bodyOf, mailOf, type Transformer } from "./bodies";
import { forwardCertificates } from "./forward";
import { webhookOf } from "./webhook";
import * as kinds from "./kinds";
import type { AlertEvents, AlertWords } from "./kinds";

export interface AlertsArgs {
  readonly scope: Scope;
  readonly secrets: Secrets;
  readonly cluster: Cluster;
  readonly alerts: readonly Alert[];
  readonly services: readonly Service[];
  /** Alarms for other reasons: on requests that fail. Names. */
  readonly alarms: readonly string[];
  /** By service: numbers of tasks that hold in the place of the file's. */
  readonly scaled?: Readonly<Record<string, number>>;
  readonly certificates: WatchedCertificates;
}

/** Seconds in which a delivery is tried again: an alert of yesterday helps nobody. */
const retries = { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 60 };

/** Seconds that an alert which could not be delivered stays: the most that SQS has (SetQueueAttributes, MessageRetentionPeriod). */
const kept = 14 * 86_400;

/**
 * Characters of the values of one pattern. A pattern has 2,048 in all (EventBridge User Guide, "Amazon EventBridge quotas").
 */
const patternRoom = 1_400;

/** One of those who are notified: what a rule's target needs, and the template of a message. */
interface Destination {
  readonly name: string;
  readonly target: Pick<EventTargetArgs, "roleArn"> & { readonly arn: pulumi.Input<string> };
  readonly template: (words: AlertWords, events: AlertEvents) => pulumi.Input<Transformer>;
}

export class Alerts extends pulumi.ComponentResource {
  readonly #scope: Scope;

  constructor(name: string, args: AlertsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("berth:aws:Alerts", name, {}, opts);
    this.#scope = args.scope;
    const undelivered = this.#queue();
    const destinations = [...this.#mail(args.alerts), ...this.#webhooks(args)];
    const services = [args.scope.arn("ecs", `service/${args.cluster.name}/`)];
    const alarms = [...createAlarms(args, this), ...args.alarms].sort();
    const told: readonly (readonly [AlertEvents, readonly pulumi.Input<string>[]])[] = [
      [kinds.deployments, services],
      [kinds.placements, services],
      [kinds.starts, services],
      [kinds.schedules, machines(args)],
      [kinds.alarms, alarms],
      [kinds.certificates, args.certificates.all],
    ];
    for (const [events, values] of told)
      inParts(values).forEach((part, index) => {
        this.#rule(events, part, index, destinations, undelivered);
      });
    forwardCertificates(inParts(args.certificates.elsewhere), args.scope, this);
    this.registerOutputs({});
  }

  #queue(): Queue {
    const name = alertQueueName(this.#scope);
    return new Queue(
      "alerts-undelivered",
      {
        name,
        messageRetentionSeconds: kept,
        sqsManagedSseEnabled: true,
        // EventBridge User Guide, "Using dead-letter queues": by this policy alone, whose condition it honours.
        policy: policyDocument([
          {
            Effect: "Allow",
            Principal: { Service: "events.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: this.#scope.arn("sqs", name),
            Condition: { ArnLike: { "aws:SourceArn": this.#scope.arn("events", "rule/*") } },
          },
        ]),
        tags: this.#scope.tags(undefined, "alerts-undelivered"),
      },
      { parent: this },
    );
  }

  #mail(alerts: readonly Alert[]): readonly Destination[] {
    const addresses = alerts.flatMap((alert) => (alert.kind === "mail" ? [alert.address] : []));
    if (addresses.length === 0) return [];
    const name = alertTopicName(this.#scope);
    const topic = new Topic(
      "alerts",
      {
        name,
        displayName: `${this.#scope.project} ${this.#scope.stack}`.slice(0, 100),
        // Without a condition: EventBridge has long honoured none here, and its page on this policy has none still
        // (EventBridge User Guide, "Amazon SNS permissions"). Whoever knew the topic's ARN could have mails sent.
        policy: policyDocument([
          {
            Effect: "Allow",
            Principal: { Service: "events.amazonaws.com" },
            Action: "sns:Publish",
            Resource: this.#scope.arn("sns", name),
          },
        ]),
        tags: this.#scope.tags(undefined, "alerts"),
      },
      { parent: this },
    );
    for (const address of addresses)
      new TopicSubscription(
        `mail-${address}`,
        { topic: topic.arn, protocol: "email", endpoint: address },
        { parent: this },
      );
    return [
      {
        name: "mail",
        target: { arn: topic.arn },
        template: (words, { kind }) => mailOf(words, { ...this.#origin, kind }),
      },
    ];
  }

  get #origin(): { readonly project: string; readonly stack: string } {
    return { project: this.#scope.project, stack: this.#scope.stack };
  }

  #webhooks({ alerts, secrets }: AlertsArgs): readonly Destination[] {
    const webhooks = alerts.filter((alert) => alert.kind === "webhook");
    if (webhooks.length === 0) return [];
    const made = webhooks.map((webhook) => webhookOf(webhook, { scope: this.#scope, secrets }, this));
    const { role, policy } = serviceRole(
      "alerts-role",
      {
        scope: this.#scope,
        principal: "events.amazonaws.com",
        physicalName: this.#scope.identityName("alerts"),
        statements: [
          {
            Effect: "Allow",
            Action: "events:InvokeApiDestination",
            Resource: made.map(({ arn }) => arn),
          },
        ],
      },
      this,
    );
    const roleArn = pulumi.all([role.arn, policy?.id]).apply(([arn]) => arn);
    return made.map(({ name, arn, form }) => ({
      name,
      target: { arn, roleArn },
      template: (words, { kind }) => form.apply((known) => bodyOf(words, { ...this.#origin, kind }, known)),
    }));
  }

  #rule(
    events: AlertEvents,
    values: readonly pulumi.Input<string>[],
    index: number,
    destinations: readonly Destination[],
    undelivered: Queue,
  ): void {
    const id = ["alert", events.kind, ...(index === 0 ? [] : [String(index + 1)])].join("-");
    const rule = new EventRule(
      id,
      {
        name: this.#scope.name("eventRule", ...id.split("-")),
        description: `Tells people: ${events.kind}`,
        eventPattern: pulumi.all([...values]).apply((known) => JSON.stringify(events.pattern(known))),
        tags: this.#scope.tags(undefined, id),
      },
      { parent: this },
    );
    for (const { name, target, template } of destinations)
      new EventTarget(
        `${id}-${name}`,
        {
          rule: rule.name,
          targetId: name,
          ...target,
          inputTransformer: pulumi
            .output(template(events.words, events))
            .apply(({ inputPaths, inputTemplate }) => ({ inputPaths: { ...inputPaths }, inputTemplate })),
          retryPolicy: retries,
          deadLetterConfig: { arn: undelivered.arn },
        },
        { parent: this },
      );
  }
}

/** The state machines that run services on a schedule. */
function machines({ services, scope }: AlertsArgs): readonly string[] {
  return services
    .filter((service) => service.kind === "container" && service.schedule !== undefined)
    .map(({ name }) => scope.arn("states", `stateMachine:${scope.name("stateMachine", name, "runs")}`));
}

/** The values in parts of which a pattern has room for each. */
function inParts(values: readonly pulumi.Input<string>[]): readonly (readonly pulumi.Input<string>[])[] {
  const parts: pulumi.Input<string>[][] = [];
  let room = 0;
  for (const value of values) {
    // A certificate's ARN, where it is not known yet, has 90 characters or so.
    const length = typeof value === "string" ? value.length + 20 : 120;
    if (room < length) {
      parts.push([]);
      room = patternRoom;
    }
    room -= length;
    parts.at(-1)?.push(value);
  }
  return parts;
}
