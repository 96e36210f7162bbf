/** `x-berth.alerts`: mail addresses and webhooks that are notified of what goes wrong between runs. */
import { definedOnly } from "../defined";
import { hasSecret, templateParts } from "../compose/secret-marker";
import { alertForms, webhookFault, type Alert, type AlertForm } from "../model/alerts";
import type { EnvironmentValue } from "../model/project";
import { readSecretName } from "./environment";
import { secretsOf } from "../model/values";
import { isRecord, type Node } from "./node";

/** The key of `x-berth`. */
export const alertsKey = "alerts";

/** RFC 5321, 4.5.3.1: 64 octets before the @, 255 after; what a mail's address looks like in practice. */
const mail = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}$/;

/**
 * Webhooks of one stack: a rule of EventBridge has five targets (EventBridge User Guide, Quotas), one of which is for
 * mail.
 */
const mostWebhooks = 4;

const example = "alerts: [ops@example.com, https://hooks.slack.com/services/…]";

/** Each once, in the file's order. @returns `undefined` where nobody is notified */
export function readAlerts(overrides: Node): readonly Alert[] | undefined {
  const node = overrides.get(alertsKey);
  if (!node.present) return undefined;
  const items = Array.isArray(node.value) ? node.items() : [node];
  const all = items.flatMap((item) => alertAt(item) ?? []);
  const alerts = all.filter((alert, index) => all.findIndex((other) => same(alert, other)) === index);
  const webhooks = alerts.filter(({ kind }) => kind === "webhook").length;
  if (webhooks > mostWebhooks)
    node.problem(
      `${webhooks} webhooks: a rule of EventBridge takes ${mostWebhooks} beside mail`,
      "let one of them pass messages on, or use mail addresses, of which there may be as many as you like",
    );
  return alerts.length === 0 ? undefined : alerts;
}

/** The names of the secrets that the webhooks need. */
export function secretsOfAlerts(alerts: readonly Alert[] | undefined): readonly string[] {
  return (alerts ?? []).flatMap((alert) => (alert.kind === "webhook" ? secretsOf(alert.url) : []));
}

function same(one: Alert, other: Alert): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** An address, a URL, or a map of a URL and the form of its messages. */
function alertAt(node: Node): Alert | undefined {
  if (isRecord(node.value)) return webhookAt(node);
  const text = node.rawText()?.trim();
  if (text === undefined || text === "") return undefined;
  if (hasSecret(text) || text.includes("://")) return webhookOf(node, text, undefined);
  if (mail.test(text)) return { kind: "mail", address: text };
  node.problem(`${JSON.stringify(text)} is neither a mail address nor an https URL`, example);
  return undefined;
}

function webhookAt(node: Node): Alert | undefined {
  for (const [name, option] of node.entries())
    if (name !== "url" && name !== "form")
      option.problem(`unknown option ${JSON.stringify(name)}`, "the options are url and form");
  const url = node.get("url");
  const text = url.rawText()?.trim();
  if (text === undefined || text === "") {
    if (!url.present) node.problem("the webhook has no URL", "url: https://hooks.slack.com/services/…");
    return undefined;
  }
  return webhookOf(url, text, readForm(node.get("form")));
}

function readForm(node: Node): AlertForm | undefined {
  const text = node.text();
  if (text === undefined) return undefined;
  const form = alertForms.find((name) => name === text);
  if (form === undefined)
    node.problem(
      `${JSON.stringify(text)} is no form of a message`,
      `one of ${alertForms.join(", ")}; without it the URL's host decides`,
    );
  return form;
}

/** What is wrong with it is reported without the URL: a part of it is what lets one post. */
function webhookOf(node: Node, text: string, form: AlertForm | undefined): Alert | undefined {
  const url = valueOf(node, text);
  if (url === undefined) return undefined;
  const fault = url.kind === "plain" ? webhookFault(url.value) : undefined;
  if (fault !== undefined) {
    node.problem(`no webhook can be called by this URL: ${fault}`, "https://hooks.slack.com/services/…");
    return undefined;
  }
  return { kind: "webhook", url, ...definedOnly({ form }) };
}

function valueOf(node: Node, text: string): EnvironmentValue | undefined {
  if (!hasSecret(text)) return { kind: "plain", value: text };
  const parts = templateParts(text);
  const [only] = parts;
  if (parts.length === 1 && typeof only === "object") return readSecretName(only.secret, node);
  return { kind: "template", parts };
}
