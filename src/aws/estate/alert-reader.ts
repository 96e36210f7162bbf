/** How a stack's alerts reach people: subscriptions of its topic, and the messages in its queue of undelivered ones. */
import { z } from "zod";
import { alertQueueName, alertTopicName } from "../../model/naming";
import { partitionOf } from "../../partitions";
import type { AlertReader, AlertsState, StackIdentity } from "../../ports";
import { accountId } from "../account/bucket";
import { askIfThere } from "../ask";
import type { AwsClients } from "../clients";
import { signedCall } from "../signed";

/** SNS API reference, ListSubscriptionsByTopic: what is in place of the ARN until somebody confirms. */
const pending = "PendingConfirmation";

const queueAnswer = z.object({ Attributes: z.object({ ApproximateNumberOfMessages: z.string() }) });

/** Rejects with a BerthError (deployment) where AWS refuses or can't be reached. */
export class AwsAlertReader implements AlertReader {
  constructor(private readonly clients: AwsClients) {}

  async state(stack: StackIdentity): Promise<AlertsState> {
    const account = await accountId(this.clients);
    const [unconfirmed = [], undelivered = 0] = await Promise.all([
      this.#unconfirmed(stack, account),
      this.#undelivered(stack, account),
    ]);
    return { unconfirmed, undelivered };
  }

  #unconfirmed(stack: StackIdentity, account: string): Promise<readonly string[] | undefined> {
    const name = alertTopicName(stack);
    return askIfThere("deployment", name, ["NotFound"], async () => {
      const region = await this.clients.region();
      const topic = `arn:${partitionOf(region).id}:sns:${region}:${account}:${name}`;
      const found: string[] = [];
      let next: string | undefined = "";
      while (next !== undefined) {
        const text: string = await this.#page(topic, next);
        for (const [, member = ""] of text.matchAll(/<member>([\s\S]*?)<\/member>/g))
          if (tagOf(member, "SubscriptionArn") === pending) found.push(tagOf(member, "Endpoint") ?? "");
        next = tagOf(text, "NextToken");
      }
      return found.sort();
    });
  }

  #page(topic: string, next: string): Promise<string> {
    const body = new URLSearchParams({
      Action: "ListSubscriptionsByTopic",
      Version: "2010-03-31",
      TopicArn: topic,
      ...(next === "" ? {} : { NextToken: next }),
    });
    return signedCall(this.clients, {
      service: "sns",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: body.toString(),
    });
  }

  #undelivered(stack: StackIdentity, account: string): Promise<number | undefined> {
    const name = alertQueueName(stack);
    const absent = ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"];
    return askIfThere("deployment", name, absent, async () => {
      const region = await this.clients.region();
      const host = `https://sqs.${region}.${partitionOf(region).dnsSuffix}`;
      const answer = await signedCall(this.clients, {
        service: "sqs",
        headers: {
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": "AmazonSQS.GetQueueAttributes",
        },
        body: JSON.stringify({
          QueueUrl: `${host}/${account}/${name}`,
          AttributeNames: ["ApproximateNumberOfMessages"],
        }),
      });
      return Number(queueAnswer.parse(JSON.parse(answer)).Attributes.ApproximateNumberOfMessages);
    });
  }
}

function tagOf(text: string, tag: string): string | undefined {
  const [, value] = new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(text) ?? [];
  return value === undefined || value === "" ? undefined : value.replaceAll("&amp;", "&");
}
