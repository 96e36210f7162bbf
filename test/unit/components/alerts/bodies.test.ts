/** The bodies of alerts as EventBridge makes them: JSON whatever a reason holds, and each service's own form. */
import { bodyOf, mailOf } from "../../../../src/components/alerts/bodies";
import * as kinds from "../../../../src/components/alerts/kinds";
import { alertForms } from "../../../../src/model/alerts";
import * as events from "../../../support/alert-events";
import { matches, transformed } from "../../../support/event-bridge";

const origin = { project: "shop", stack: "dev" };
const service = "arn:aws:ecs:us-east-1:123456789012:service/shop-dev-cluster/shop-dev-web";
const failed = events.deployment("SERVICE_DEPLOYMENT_FAILED");
const title = `shop (dev): a deployment of ${service} failed`;
const from = { ...origin, kind: "deployment" } as const;

const bodies = Object.fromEntries(
  alertForms.map((form) => [form, transformed(bodyOf(kinds.deployments.words, from, form), failed)]),
);

test("Slack, Discord and Teams get what they take", () => {
  expect(bodies["slack"]).toEqual({ text: title, attachments: [{ text: events.reason }] });
  expect(bodies["discord"]).toEqual({
    content: title,
    embeds: [{ description: events.reason }],
    allowed_mentions: { parse: [] },
  });
  expect(bodies["teams"]).toMatchObject({
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        content: {
          type: "AdaptiveCard",
          body: [
            { type: "TextBlock", text: title, weight: "Bolder" },
            { type: "TextBlock", text: events.reason },
          ],
        },
      },
    ],
  });
});

test("any other URL gets what it can tell apart, with AWS's own event", () => {
  expect(bodies["json"]).toEqual({ ...from, message: title, reason: events.reason, event: failed });
});

test("without a reason there is no empty place for one", () => {
  const impaired = events.action("SERVICE_TASK_START_IMPAIRED");
  const body = (form: (typeof alertForms)[number]): unknown =>
    transformed(bodyOf(kinds.starts.words, { ...origin, kind: "start" }, form), impaired);
  expect(Object.keys(body("slack") as object)).toEqual(["text"]);
  expect(Object.keys(body("discord") as object)).toEqual(["content", "allowed_mentions"]);
  expect(JSON.stringify(body("json"))).toContain("SERVICE_TASK_START_IMPAIRED");
});

const all = [
  kinds.deployments,
  kinds.placements,
  kinds.starts,
  kinds.schedules,
  kinds.alarms,
  kinds.certificates,
];

test.each(all.map((one) => [one.kind, one] as const))(
  "%s: no template is longer than EventBridge takes",
  (_, { words, kind }) => {
    const longest = { project: "p".repeat(63), stack: "s".repeat(63), kind };
    for (const { inputTemplate } of [
      mailOf(words, longest),
      ...alertForms.map((form) => bodyOf(words, longest, form)),
    ])
      expect(inputTemplate.length).toBeLessThan(8_192);
  },
);

test("a pattern takes failures of what it names, and nothing else", () => {
  const cluster = "arn:aws:ecs:us-east-1:123456789012:service/shop-dev-cluster/";
  const deployments = kinds.deployments.pattern([cluster]);
  expect(matches(deployments, failed)).toBe(true);
  expect(matches(deployments, events.deployment("SERVICE_DEPLOYMENT_COMPLETED"))).toBe(false);
  expect(matches(deployments, events.deployment("SERVICE_DEPLOYMENT_FAILED", "shop-dev-cluster-2/web"))).toBe(
    false,
  );
  const alarms = kinds.alarms.pattern(["shop-dev-db-storage"]);
  expect(matches(alarms, events.alarm("shop-dev-db-storage", "ALARM", "OK"))).toBe(true);
  expect(matches(alarms, events.alarm("shop-dev-db-storage", "OK", "ALARM"))).toBe(true);
  expect(matches(alarms, events.alarm("shop-dev-db-storage", "OK", "INSUFFICIENT_DATA"))).toBe(false);
  expect(matches(alarms, events.alarm("pay-dev-db-storage", "ALARM", "OK"))).toBe(false);
  const machine = "arn:aws:states:us-east-1:123456789012:stateMachine:shop-dev-report-runs";
  const schedules = kinds.schedules.pattern([machine]);
  expect(
    ["FAILED", "TIMED_OUT", "SUCCEEDED", "ABORTED", "RUNNING"].map((status) =>
      matches(schedules, events.execution(status)),
    ),
  ).toEqual([true, true, false, false, false]);
});
