/** A URL that alerts are posted to: an API destination of EventBridge, with the connection that it has to have. */
import { EventApiDestination } from "@pulumi/aws/cloudwatch/eventApiDestination";
import { EventConnection } from "@pulumi/aws/cloudwatch/eventConnection";
import * as pulumi from "@pulumi/pulumi";
import { formOf, webhookFault, type AlertForm, type WebhookAlert } from "../../model/alerts";
import { shortHash } from "../../model/naming";
import type { Scope } from "../stack/scope";
import type { Secrets } from "../stack/secrets";

export interface Webhook {
  /** Of its resources and of the targets that post to it. */
  readonly name: string;
  /** Of the API destination. */
  readonly arn: pulumi.Output<string>;
  readonly form: pulumi.Output<AlertForm>;
}

/**
 * Messages a second to one webhook. Slack takes one (Slack, "Rate limits"), Discord five in two seconds ("Rate Limits"), Teams
 * four ("Rate limiting for connectors"); EventBridge delivers the others later.
 */
const rate = 1;

/**
 * @param secrets - a secret that is set and can't be called is an error, which says nothing of it; one that nobody has set,
 *   as under simulation, is not judged
 */
export function webhookOf(
  webhook: WebhookAlert,
  { scope, secrets }: { readonly scope: Scope; readonly secrets: Secrets },
  parent: pulumi.Resource,
): Webhook {
  const id = `webhook-${idOf(webhook)}`;
  const isSet = secrets.isSet(webhook.url);
  const checked = secrets.value(webhook.url).apply((text) => {
    const fault = isSet ? webhookFault(text) : undefined;
    if (fault !== undefined) throw new Error(`x-berth.alerts: a webhook's secret can't be called: ${fault}`);
    return text;
  });
  // A destination has to have a connection, and a connection something by which it is let in: a header that nobody asks for.
  const connection = new EventConnection(
    id,
    {
      name: scope.name("eventConnection", id),
      description: `Alerts of ${scope.project}, stack ${scope.stack}`,
      authorizationType: "API_KEY",
      authParameters: { apiKey: { key: "X-Berth-Alert", value: scope.project } },
    },
    { parent },
  );
  const destination = new EventApiDestination(
    id,
    {
      name: scope.name("eventConnection", id),
      connectionArn: connection.arn,
      httpMethod: "POST",
      invocationEndpoint: pulumi.secret(checked),
      invocationRateLimitPerSecond: rate,
    },
    { parent, additionalSecretOutputs: ["invocationEndpoint"] },
  );
  const { form } = webhook;
  return {
    name: id,
    arn: destination.arn,
    // The form is no secret, though it is read off one.
    form: form === undefined ? pulumi.unsecret(checked.apply(formOf)) : pulumi.output(form),
  };
}

/** Names a webhook by what it was written as. Of an URL in the file eight digits of a hash, by which it can't be found. */
function idOf({ url, form }: WebhookAlert): string {
  return shortHash([JSON.stringify(url), form ?? ""]);
}
