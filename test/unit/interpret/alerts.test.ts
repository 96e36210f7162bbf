/** `x-berth.alerts`: what is read, and that no message shows a webhook's URL. */
import { secretMarker } from "../../../src/compose/secret-marker";
import { formOf, webhookFault } from "../../../src/model/alerts";
import { interpret, problemsOf, projectOf } from "../../support/interpret";

const services = { web: { image: "nginx" } };
const slack = "https://hooks.slack.com/services/T0/B0/CANARY";

function alertsOf(alerts: unknown): unknown {
  return projectOf(services, { "x-berth": { alerts } }).alerts;
}

function wrong(alerts: unknown): readonly string[] {
  return problemsOf(services, { "x-berth": { alerts } });
}

test("addresses, URLs, and secrets in place of URLs; each once", () => {
  const url = { kind: "plain", value: slack };
  expect(alertsOf("ops@example.com")).toEqual([{ kind: "mail", address: "ops@example.com" }]);
  expect(alertsOf(["ops@example.com", slack, "ops@example.com", slack])).toEqual([
    { kind: "mail", address: "ops@example.com" },
    { kind: "webhook", url },
  ]);
  expect(alertsOf([{ url: slack, form: "json" }])).toEqual([{ kind: "webhook", url, form: "json" }]);
  expect(alertsOf([secretMarker("HOOK")])).toEqual([
    { kind: "webhook", url: { kind: "secret", name: "HOOK" } },
  ]);
  expect(alertsOf([`https://example.com/${secretMarker("KEY")}`])).toEqual([
    { kind: "webhook", url: { kind: "template", parts: ["https://example.com/", { secret: "KEY" }] } },
  ]);
});

test("nobody is told where nothing is written; no setting of a mode is made of it", () => {
  for (const nothing of [undefined, null, [], [""]]) expect(alertsOf(nothing)).toBeUndefined();
  const project = projectOf(services, { "x-berth": { alerts: "ops@example.com", logRetention: 7 } });
  expect(project.overrides).toEqual({ logRetention: 7 });
});

test("the secrets of webhooks are the project's", () => {
  const project = projectOf(services, { "x-berth": { alerts: [{ url: secretMarker("HOOK") }] } });
  expect(project.secrets).toEqual(["HOOK"]);
});

test.each([
  ["ops", 'x-berth.alerts: "ops" is neither a mail address nor an https URL'],
  [["ops@localhost"], 'x-berth.alerts[0]: "ops@localhost" is neither a mail address nor an https URL'],
  [{ form: "slack" }, "x-berth.alerts: the webhook has no URL"],
  [{ url: slack, form: "irc" }, 'x-berth.alerts.form: "irc" is no form of a message'],
  [{ url: slack, channel: "x" }, 'x-berth.alerts.channel: unknown option "channel"'],
  [1, 'x-berth.alerts: "1" is neither a mail address nor an https URL'],
])("%j is refused", (alerts, message) => {
  expect(wrong(alerts).join("\n")).toContain(message);
});

test.each([
  "http://example.com/CANARY",
  "https://CANARY:CANARY@example.com/",
  "https://example.com/CANARY#x",
  "https://example.com/CANARY/*",
  "https://example.com/CANARY ä",
  `https://example.com/CANARY${"x".repeat(2048)}`,
  "https://",
])("a URL that can't be called is told of without it: %s", (url) => {
  for (const written of [[url], [{ url }]]) {
    const told = wrong(written).join("\n");
    expect(told).toMatch(/no webhook can be called by this URL/);
    expect(told).not.toContain("CANARY");
  }
});

test("more webhooks than a rule has targets are refused, mail is not", () => {
  const hooks = [1, 2, 3, 4, 5].map((n) => `${slack}${n}`);
  expect(wrong(hooks).join()).toContain("5 webhooks: a rule of EventBridge takes 4 beside mail");
  expect(wrong(hooks.slice(1))).toEqual([]);
  expect(wrong(hooks.map((_, n) => `ops${n}@example.com`))).toEqual([]);
});

test.each([
  [slack, "slack"],
  ["https://hooks.slack-gov.com/services/x", "slack"],
  ["https://discord.com/api/webhooks/1/x", "discord"],
  ["https://canary.discord.com/api/webhooks/1/x", "discord"],
  ["https://acme.webhook.office.com/webhookb2/x", "teams"],
  ["https://prod-1.westeurope.logic.azure.com:443/workflows/x?sig=y", "teams"],
  ["https://abc.d1.environment.api.powerplatform.com:443/powerautomate/x?sig=y", "teams"],
  ["https://slack.com.example.com/x", "json"],
  ["not a URL", "json"],
])("the host of %s takes the form %s", (url, form) => {
  expect(formOf(url)).toBe(form);
  if (form !== "json") expect(webhookFault(url)).toBeUndefined();
});

test("whatever stands there, nothing is thrown", () => {
  for (const odd of [true, { a: 1 }, [[]], [{}], [{ url: 1 }], [null], { url: [] }])
    expect(interpret(services, { "x-berth": { alerts: odd } })).toHaveProperty("ok");
});
