/** Whom a stack notifies of what goes wrong between its runs. */
import type { EnvironmentValue } from "./values";

/** How the body of a message is written: Slack's, Microsoft Teams's and Discord's own forms, or Berth's JSON. */
export const alertForms = ["slack", "teams", "discord", "json"] as const;
export type AlertForm = (typeof alertForms)[number];

/** One of those who are notified. */
export type Alert = MailAlert | WebhookAlert;

export interface MailAlert {
  readonly kind: "mail";
  /** `ops@example.com` */
  readonly address: string;
}

export interface WebhookAlert {
  readonly kind: "webhook";
  /** The URL that is posted to. Whoever has it can post, so no message, plan or log shows it. */
  readonly url: EnvironmentValue;
  /** @default as the URL's host says */
  readonly form?: AlertForm;
}

/**
 * Hosts whose webhooks take a form of their own: Slack, "Sending messages using incoming webhooks"; Discord, "Execute
 * Webhook"; Teams, "Create incoming webhooks with Workflows" (Power Automate) and Microsoft 365 connectors.
 */
const hosts: readonly (readonly [form: AlertForm, host: RegExp])[] = [
  ["slack", /^hooks\.slack(-gov)?\.com$/],
  ["discord", /^((ptb|canary)\.)?discord(app)?\.com$/],
  ["teams", /(^|\.)(webhook\.office(365)?\.com|logic\.azure\.(com|us)|api\.powerplatform\.(com|us))$/],
];

/** The form that the host of a URL takes; of what is none, Berth's. */
export function formOf(url: string): AlertForm {
  if (!URL.canParse(url)) return "json";
  const { hostname } = new URL(url);
  return hosts.find(([, host]) => host.test(hostname))?.[0] ?? "json";
}

/** What an API destination takes as its endpoint (EventBridge API reference, CreateApiDestination, InvocationEndpoint). */
const endpoint = /^((%[0-9A-Fa-f]{2}|[-()_.!~*';/?:@&=+$,A-Za-z0-9])+)([).!';/?:,])?$/;
const longestEndpoint = 2048;

/** @returns what is wrong with the URL of a webhook, without any part of it. `undefined` where nothing is */
export function webhookFault(url: string): string | undefined {
  if (!URL.canParse(url)) return "it is no URL";
  const { protocol, username, hash } = new URL(url);
  if (protocol !== "https:") return "EventBridge posts over https alone";
  if (username !== "") return "EventBridge takes no name and password in a URL";
  if (hash !== "") return "a URL that is posted to has no part after #";
  if (url.includes("*")) return "EventBridge takes * in a URL for a part that is filled in";
  if (url.length > longestEndpoint || !endpoint.test(url))
    return `EventBridge takes ${longestEndpoint} characters, letters, digits, %XX and -()_.!~';/?:@&=+$,`;
  return undefined;
}
