/** The bodies of alerts, as templates of EventBridge's input transformer. */
import type { AlertForm } from "../../model/alerts";
import type { AlertKind, AlertWords } from "./kinds";

/** Whom an alert is about. */
export interface AlertOrigin {
  readonly project: string;
  readonly stack: string;
  readonly kind: AlertKind;
}

/** EventBridge API reference, InputTransformer. */
export interface Transformer {
  readonly inputPaths: Readonly<Record<string, string>>;
  readonly inputTemplate: string;
}

/** The variable that holds {@link AlertWords.reason}. */
const reasonVariable = "reason";
/** EventBridge's own variable: the event, with its detail (EventBridge User Guide, "Input transformation"). */
const eventVariable = "aws.events.event.json";

/**
 * The mark of a whole value in a template. EventBridge puts a variable that is alone there as JSON, with its quotes;
 * one inside a text it puts there as it is, so that no variable with quotes may be in one.
 */
function whole(variable: string): string {
  return `\u0000${variable}\u0000`;
}

/** A mail: a line of text; where there is a reason, which may hold quotes, a short object, as SNS mails whatever it gets. */
export function mailOf(words: AlertWords, origin: AlertOrigin): Transformer {
  const message = titleOf(words, origin);
  const mail = words.reason === undefined ? message : { message, reason: whole(reasonVariable) };
  return { inputPaths: pathsOf(words), inputTemplate: templateOf(mail) };
}

/** A webhook's body in one of its forms. */
export function bodyOf(words: AlertWords, origin: AlertOrigin, form: AlertForm): Transformer {
  const reason = words.reason === undefined ? undefined : whole(reasonVariable);
  const body = bodies[form](titleOf(words, origin), reason, origin);
  return { inputPaths: pathsOf(words), inputTemplate: templateOf(body) };
}

function templateOf(body: object | string): string {
  return JSON.stringify(body).replace(/"\\u0000(.+?)\\u0000"/g, "<$1>");
}

function titleOf({ text }: AlertWords, { project, stack }: AlertOrigin): string {
  return `${project} (${stack}): ${text}`;
}

function pathsOf({ paths, reason }: AlertWords): Readonly<Record<string, string>> {
  return { ...paths, ...(reason === undefined ? {} : { [reasonVariable]: reason }) };
}

type Body = (title: string, reason: string | undefined, origin: AlertOrigin) => object;

const bodies: Readonly<Record<AlertForm, Body>> = {
  // Slack, "Sending messages using incoming webhooks" and "Secondary message attachments".
  slack: (text, reason) => ({ text, ...(reason === undefined ? {} : { attachments: [{ text: reason }] }) }),
  // Discord, "Execute Webhook": what an alert says calls nobody by a mention.
  discord: (content, reason) => ({
    content,
    ...(reason === undefined ? {} : { embeds: [{ description: reason }] }),
    allowed_mentions: { parse: [] },
  }),
  // Power Automate, "Create flows that post adaptive cards to Microsoft Teams"; the connectors before take the same.
  teams: (title, reason) => ({
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        contentUrl: null,
        content: {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          type: "AdaptiveCard",
          version: "1.4",
          body: [title, reason].flatMap((text, index) =>
            text === undefined
              ? []
              : [{ type: "TextBlock", text, wrap: true, ...(index === 0 ? { weight: "Bolder" } : {}) }],
          ),
        },
      },
    ],
  }),
  json: (message, reason, origin) => ({
    ...origin,
    message,
    ...(reason === undefined ? {} : { reason }),
    event: whole(eventVariable),
  }),
};
