import { describeRefusals } from "../../support/refusals";

const types = {
  certificate: "aws:acm/certificate:Certificate",
  record: "aws:route53/record:Record",
  logs: "aws:cloudwatch/logGroup:LogGroup",
  eventRule: "aws:cloudwatch/eventRule:EventRule",
  schedule: "aws:scheduler/schedule:Schedule",
} as const;

describeRefusals([
  [
    "a domain name's length",
    types.certificate,
    () => ({ domainName: "a.example.com" }),
    () => ({ domainName: `${"a".repeat(60)}.example.com` }),
    "domainName",
  ],
  [
    "a domain",
    types.certificate,
    () => ({ domainName: "*.example.com" }),
    () => ({ domainName: "a.*.example.com" }),
    "domainName",
  ],
  [
    "a CNAME at the apex",
    types.record,
    ({ zone }) => ({ zoneId: zone, name: "www", type: "CNAME", ttl: 60, records: ["a"] }),
    ({ zone }) => ({ zoneId: zone, name: "example.com", type: "CNAME", ttl: 60, records: ["a"] }),
    "type",
  ],
  [
    "a log group's retention",
    types.logs,
    () => ({ name: "l", retentionInDays: 30 }),
    () => ({ name: "l", retentionInDays: 31 }),
    "retentionInDays",
  ],
  ["a log group's name", types.logs, () => ({ name: "/a/b" }), () => ({ name: "a b" }), "name"],
  [
    "an event pattern",
    types.eventRule,
    () => ({ name: "r", eventPattern: "{}" }),
    () => ({ name: "r", eventPattern: "[" }),
    "eventPattern",
  ],
  [
    "a schedule's expression",
    types.schedule,
    () => ({ name: "s", scheduleExpression: "at(2026-01-01T00:00:00)", flexibleTimeWindow: { mode: "OFF" } }),
    () => ({ name: "s", scheduleExpression: "tomorrow", flexibleTimeWindow: { mode: "OFF" } }),
    "scheduleExpression",
  ],
]);
